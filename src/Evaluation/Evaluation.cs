using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.Evaluation.Appraisals;
using LiaisonStation.Evaluation.Audits;
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
                EventType.Of<ReviewOpened>().From<ReviewOpenedV1>(e => e.Now()), EventType.Of<ReviewDue>(),
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
                EventType.Of<FilesAttached>(),
                EventType.Of<ClosedConfirmed>(),
                EventType.Of<ClosedUnreached>(),
                EventType.Of<SupervisionRestarted>(),
                EventType.Of<EntryCorrected>(),
                EventType.Of<ReviewEnded>(),
                EventType.Of<AppraisalConvened>(),
                EventType.Of<BallotClosed>(),
                EventType.Of<DepartmentAppraised>(),
                EventType.Of<RehandlingOrdered>(),
                EventType.Of<RehandlingAnswered>(),
                EventType.Of<RehandlingLimitFixed>(),
                EventType.Of<RehandlingOverdue>(),
                EventType.Of<RehandlingHandedOver>(),
                EventType.Of<AuditSampleDrawn>(),
                EventType.Of<FindingRecorded>(),
                EventType.Of<FindingAnswered>(),
                EventType.Of<FindingLimitFixed>(),
                EventType.Of<FindingOverdue>(),
                EventType.Of<FindingHandedOver>(),
            ],
            Inline:
            [
                Worklist.Of(Review.Stream, Waits.Of).And(Appraisal.Stream, Waits.Of).And(AuditSample.Stream, Waits.Of),
                Deadlines.Of(Review.Stream, WhenReviewDue.Next).And(Appraisal.Stream, WhenRehandlingDue.Next)
                    .And(AuditSample.Stream, WhenFindingDue.Next),
                ReviewRows.Table,
                AppraisalRows.Table,
                AuditRows.Table,
            ],
            Async: [],
            Migrations:
            [
                Registry.Tables, Deadlines.Table,
                .. new[] { "reviews.sql", "appraisals.sql", "audits.sql", "served.sql" }.Select(file => Migration.Embedded(typeof(Evaluation).Assembly, file)),
            ]),
        Says:
        [
            Says.To<Contracts.Concluded>("intake-appeals"),
            Says.To<Contracts.ReturnedForRectification>("supervision-orders", "intake-appeals"),
            Says.To<Contracts.SupervisionRestarted>("supervision-orders", "intake-appeals"),
            Says.To<Contracts.ClosedConfirmed>("intake-appeals"),
            Says.To<Contracts.ClosedUnreached>("intake-appeals"),
            Says.To<Contracts.RecusedFromReview>("supervision-orders"),
        ],
        Publish: Publish.Message,
        Hears:
        [
            Hears.On<WhenHandlingReported>("evaluation-reviews").And<WhenItemEnded>().And<WhenRecusedFromOrder>().And<WhenServedChanged>(),
            Hears.On<WhenOrderOverdue>("evaluation-appraisal").And<WhenAccountabilityRecorded>(),
            Hears.On<WhenHandOverOrdered>("evaluation-handover"),
            Registry.On("evaluation-registry"),
        ],
        Links: _ => null,
        Refusals: new ResourceManager("LiaisonStation.Evaluation.Refusals", typeof(Evaluation).Assembly),
        Services: services =>
        {
            services.AddValidation();
            services.AddSingleton<BallotBox>();
            services.AddDeadline(Review.Stream, WhenReviewDue.Decide).AddDeadline(Appraisal.Stream, WhenRehandlingDue.Decide)
                .AddDeadline(AuditSample.Stream, WhenFindingDue.Decide);
        },
        Figures: EvaluationFigures.All,
        Tells: (caller, events) => events.Select(e => e.Data).FirstOrDefault() switch
        {
            IReviewEvent => events.Select(e => (IReviewEvent)e.Data).Aggregate((Review?)null, Review.Evolve)!.IsShownTo(caller),
            IAuditEvent => caller.Roles.Any(ReadAudits.Overseers.Contains),
            _ => caller.Roles.Any(Readers.Contains),
        });

    public static void MapEvaluation(this WebApplication app)
    {
        var reviews = app.MapGroup("/reviews").WithTags("evaluation");
        ReadReviews.Map(reviews, Readers);
        PrintingReviews.Map(reviews, Readers);
        GivingVerdict.Map(reviews);
        AssigningReviewers.Map(reviews);
        DeclaringRecusal.Map(reviews);
        MakingCallBack.Map(reviews);
        AttemptingCallBack.Map(reviews);
        CallingBackServedPerson.Map(reviews);
        ReadServed.Map(reviews);
        CallBackFiles.Map(reviews, [.. Readers.Except([Role.TownGovernment, Role.HandlingUnit])]);
        CorrectingEntry.Map(reviews);

        var appraisals = app.MapGroup("/appraisals").WithTags("evaluation");
        ReadAppraisals.Map(appraisals, Readers);
        PrintingAppraisal.Map(appraisals, Readers);
        ConveningAppraisal.Map(appraisals);
        CastingBallot.Map(appraisals);
        ClosingBallot.Map(appraisals);
        AnsweringRehandling.Map(appraisals);

        var audits = app.MapGroup("/audits").WithTags("evaluation");
        DrawingSample.Map(audits);
        ReadAudits.Map(audits);
        RecordingFinding.Map(audits);
        AnsweringFinding.Map(audits);
    }
}
