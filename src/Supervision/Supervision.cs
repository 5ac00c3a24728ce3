using System.Resources;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public static class Supervision
{
    public static ServiceModule Module { get; } = new(
        "supervision",
        new StoreModule("supervision", Events: [], Inline: [], Async: [], Migrations: []),
        Says: [],
        Publish: _ => null,
        Hears: [],
        Links: _ => null,
        Refusals: new ResourceManager("LiaisonStation.Supervision.Refusals", typeof(Supervision).Assembly));

    public static void MapSupervision(this WebApplication app) => _ = app;
}
