using LiaisonStation.Supervision;
using LiaisonStation.ServiceDefaults;

var app = LiaisonService.Build(args, Supervision.Module);
app.MapSupervision();
app.Run();
