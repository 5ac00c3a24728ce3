using System.Resources;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation;

public static class Evaluation
{
    public static ServiceModule Module { get; } = new(
        "evaluation",
        new StoreModule("evaluation", Events: [], Inline: [], Async: [], Migrations: []),
        Says: [],
        Publish: _ => null,
        Hears: [],
        Links: _ => null,
        Refusals: new ResourceManager("LiaisonStation.Evaluation.Refusals", typeof(Evaluation).Assembly));

    public static void MapEvaluation(this WebApplication app) => _ = app;
}
