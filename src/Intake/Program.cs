using LiaisonStation.Intake;
using LiaisonStation.ServiceDefaults;

var app = LiaisonService.Build(args, Intake.Module);
app.MapIntake();
app.Run();
