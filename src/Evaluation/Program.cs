using LiaisonStation.Evaluation;
using LiaisonStation.ServiceDefaults;

var app = LiaisonService.Build(args, Evaluation.Module);
app.MapEvaluation();
app.Run();
