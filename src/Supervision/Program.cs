using LiaisonStation.ServiceDefaults;
using LiaisonStation.Supervision;

var app = LiaisonService.Build(args, Supervision.Module);
app.MapSupervision();
app.Run();
