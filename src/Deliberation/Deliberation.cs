using System.Resources;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

public static class Deliberation
{
    public static ServiceModule Module { get; } = new(
        "deliberation",
        new StoreModule("deliberation", Events: [], Inline: [], Async: [], Migrations: []),
        Says: [],
        Publish: _ => null,
        Hears: [],
        Links: _ => null,
        Refusals: new ResourceManager("LiaisonStation.Deliberation.Refusals", typeof(Deliberation).Assembly));

    public static void MapDeliberation(this WebApplication app) => _ = app;
}
