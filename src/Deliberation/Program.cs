using LiaisonStation.Deliberation;
using LiaisonStation.ServiceDefaults;

var app = LiaisonService.Build(args, Deliberation.Module);
app.MapDeliberation();
app.Run();
