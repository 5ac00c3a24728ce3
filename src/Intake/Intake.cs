using System.Resources;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake;

public static class Intake
{
    public static ServiceModule Module { get; } = new(
        "intake",
        new StoreModule("intake", Events: [], Inline: [], Async: [], Migrations: []),
        Says: [],
        Publish: _ => null,
        Hears: [],
        Links: _ => null,
        Refusals: new ResourceManager("LiaisonStation.Intake.Refusals", typeof(Intake).Assembly));

    public static void MapIntake(this WebApplication app) => _ = app;
}
