using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
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
                EventType.Of<ReviewOpened>().From<ReviewOpenedV1>(e => e.Now()),
                EventType.Of<ReviewersAssigned>(),
                EventType.Of<ReviewHandedOver>(),
                EventType.Of<RecusalDeclared>(),
                EventType.Of<DeputyReviewed>(),
                EventType.Of<Concluded>().From<ConcludedV1>(e => e.Now()),
                EventType.Of<ReturnedForRectification>().From<ReturnedForRectificationV1>(e => e.Now()),
                EventType.Of<CallBackLimitFixed>(),
                EventType.Of<CallBackOverdue>(),
                EventType.Of<CallBackAttempted>(),
                EventType.Of<CallBackMade>().From<CallBackMadeV1>(e => e.Now()),
                EventType.Of<ServedPersonCalledBack>(),
                EventType.Of<ClosedConfirmed>(),
                EventType.Of<ClosedUnreached>(),
                EventType.Of<SupervisionRestarted>(),
                EventType.Of<EntryCorrected>(),
                EventType.Of<ReviewEnded>(),
            ],
            Inline: [Worklist.Of(Review.Stream, review => Waits(review).FirstOrDefault()), Deadlines.Of(Review.Stream, WhenCallBackDue.Next), ReviewRows.Table],
            Async: [],
            Migrations: [Registry.Tables, Deadlines.Table, Migration.Embedded(typeof(Evaluation).Assembly, "reviews.sql")]),
        Says:
        [
            Says.To<Contracts.Concluded>("intake-appeals"),
            Says.To<Contracts.ReturnedForRectification>("supervision-orders", "intake-appeals"),
            Says.To<Contracts.SupervisionRestarted>("supervision-orders", "intake-appeals"),
            Says.To<Contracts.ClosedConfirmed>("intake-appeals"),
            Says.To<Contracts.ClosedUnreached>("intake-appeals"),
        ],
        Publish: Publish.Message,
        Hears:
        [
            Hears.On<WhenHandlingReported>("evaluation-reviews").And<WhenItemEnded>(),
            Hears.On<WhenHandOverOrdered>("evaluation-handover"),
            Registry.On("evaluation-registry"),
        ],
        Links: _ => null,
        Refusals: new ResourceManager("LiaisonStation.Evaluation.Refusals", typeof(Evaluation).Assembly),
        Services: services =>
        {
            services.AddValidation();
            services.AddDeadline(Review.Stream, WhenCallBackDue.Decide);
        });

    public static void MapEvaluation(this WebApplication app)
    {
        var reviews = app.MapGroup("/reviews").WithTags("evaluation");
        ReadReviews.Map(reviews, Readers);
        GivingVerdict.Map(reviews);
        AssigningReviewers.Map(reviews);
        DeclaringRecusal.Map(reviews);
        MakingCallBack.Map(reviews);
        AttemptingCallBack.Map(reviews);
        CallingBackServedPerson.Map(reviews);
        CorrectingEntry.Map(reviews);
    }

    /// <summary>Whoever a review waits for. What was returned or restarted waits for the order's next round, in Supervision.</summary>
    public static IEnumerable<Waiting> Waits(Review review)
    {
        var round = review.Rounds[^1];
        Guid[] barred = [.. review.Handlers.Union(review.Recused)];
        if (review.LacksReviewers)
        {
            yield return new(
                "assign-reviewers", review.CaseId, review.CaseNumber, round.Number, Authority.For(Act.KeepOffice));
        }

        foreach (var panel in review.Stage == ReviewStage.UnderReview ? review.Panels : [])
        {
            yield return new(
                "review-handling", review.CaseId, review.CaseNumber, round.Number, Authority.For(Act.Review), Group: panel.Group,
                Except: [.. barred, .. round.Verdicts.Select(v => v.Deputy)]);
        }

        if (review.Stage == ReviewStage.Concluded)
        {
            yield return new(
                "call-back", review.CaseId, review.CaseNumber, round.Number, Authority.For(Act.CallBack),
                DueAt: round.CallBackLimit?.DueAt(), Except: barred);
        }
    }
}
