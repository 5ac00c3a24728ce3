using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

public static class Evaluation
{
    // Who ordered, follows, handled, reviews or audits it.
    private static readonly Role[] Readers =
    [
        Role.CongressOffice, Role.Presidium, Role.TownChair, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station,
        Role.CommandCentre, Role.StreetWorkCommittee, Role.StandingCommittee, Role.TownGovernment, Role.HandlingUnit, Role.Auditor,
    ];

    public static ServiceModule Module { get; } = new(
        "evaluation",
        new StoreModule(
            "evaluation",
            Events:
            [
                EventType.Of<ReviewOpened>(),
                EventType.Of<DeputyReviewed>(),
                EventType.Of<Concluded>(),
                EventType.Of<ReturnedForRectification>(),
                EventType.Of<CallBackMade>(),
                EventType.Of<ClosedConfirmed>(),
                EventType.Of<SupervisionRestarted>(),
            ],
            Inline: [Worklist.Of(Review.Stream, Waits)],
            Async: [],
            Migrations: [Registry.Tables, Deadlines.Table]),
        Says:
        [
            Says.To<Contracts.Concluded>("intake-appeals"),
            Says.To<Contracts.ReturnedForRectification>("supervision-orders", "intake-appeals"),
            Says.To<Contracts.SupervisionRestarted>("supervision-orders", "intake-appeals"),
            Says.To<Contracts.ClosedConfirmed>("intake-appeals"),
        ],
        Publish: Publish.Message,
        Hears:
        [
            Hears.On<WhenHandlingReported>("evaluation-reviews"),
            Registry.On("evaluation-registry"),
        ],
        Links: _ => null,
        Refusals: new ResourceManager("LiaisonStation.Evaluation.Refusals", typeof(Evaluation).Assembly),
        Services: services => services.AddValidation());

    public static void MapEvaluation(this WebApplication app)
    {
        var reviews = app.MapGroup("/reviews").WithTags("evaluation");
        reviews.MapGet("/{id:guid}", Get).RequireRole(Readers).WithSummary("A review as it stands, with all its rounds");
        GivingVerdict.Map(reviews);
        MakingCallBack.Map(reviews);
    }

    public static Waiting? Waits(Review review)
    {
        var round = review.Rounds[^1];
        var handlers = review.Rounds.Select(r => r.HandledBy).Distinct();
        return review.Stage switch
        {
            ReviewStage.UnderReview => new(
                "review-handling", review.CaseId, review.CaseNumber, round.Number, [Role.SupervisionGroup], Group: review.Group,
                Except: [.. handlers, .. round.Verdicts.Select(v => v.Deputy)]),
            ReviewStage.Concluded => new(
                "call-back", review.CaseId, review.CaseNumber, round.Number, [Role.CongressOffice, Role.Deputy],
                Except: [.. handlers]),
            _ => null,
        };
    }

    private static Task<IResult> Get(HttpContext http, Guid id) => http.Show(Review.Stream, id, review => review);
}
