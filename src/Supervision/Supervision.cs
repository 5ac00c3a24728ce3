using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

public static class Supervision
{
    // Who orders, follows, handles, helps or audits it.
    private static readonly Role[] Readers =
    [
        Role.CongressOffice, Role.Presidium, Role.TownChair, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station,
        Role.CommandCentre, Role.StreetWorkCommittee, Role.StandingCommittee, Role.TownGovernment, Role.HandlingUnit,
        Role.DisciplineBody, Role.OrganisationBody, Role.Auditor,
    ];

    public static ServiceModule Module { get; } = new(
        "supervision",
        new StoreModule(
            "supervision",
            Events:
            [
                EventType.Of<OrderIssued>().From<OrderIssuedV1>(old => old.Now()),
                EventType.Of<CoordinationOpened>(),
                EventType.Of<OrderAcknowledged>(),
                EventType.Of<OrderPassedToSection>().From<OrderPassedToSectionV1>(old => old.Now()),
                EventType.Of<HandlersNamed>(),
                EventType.Of<ProgressReported>(),
                EventType.Of<CoordinationReported>(),
                EventType.Of<MilestoneReached>(),
                EventType.Of<MilestoneOverdue>(),
                EventType.Of<VisitRecorded>(),
                EventType.Of<OrderReminded>(),
                EventType.Of<ExtensionRequested>(),
                EventType.Of<ExtensionChecked>(),
                EventType.Of<ExtensionApproved>().From<ExtensionApprovedV1>(old => old.Now()),
                EventType.Of<ExtensionRefused>().From<ExtensionRefusedV1>(old => old.Now()),
                EventType.Of<LimitFixed>(),
                EventType.Of<OrderOverdue>(),
                EventType.Of<AssistingOverdue>(),
                EventType.Of<ReportingOverdue>(),
                EventType.Of<ReportingDue>(),
                EventType.Of<TargetedSupervisionProposed>(),
                EventType.Of<TargetedSupervisionDeclined>(),
                EventType.Of<TargetedSupervisionConvened>(),
                EventType.Of<PersonQuestioned>(),
                EventType.Of<CommitmentMade>().From<CommitmentMadeV1>(old => old.Now()),
                EventType.Of<CommitmentJudged>(),
                EventType.Of<RectificationReported>(),
                EventType.Of<ReportedToPartyCommittee>(),
                EventType.Of<PartyInstructionRecorded>(),
                EventType.Of<JointSupervisionRequested>(),
                EventType.Of<ClueTransferred>(), EventType.Of<ResultDue>(),
                EventType.Of<AccountabilityResultRecorded>(),
                EventType.Of<RecusalDeclared>().From<RecusalDeclaredV1>(old => old.Now()),
                EventType.Of<EntryCorrected>(),
                EventType.Of<HandedOver>(),
                EventType.Of<ReportPrepared>(),
                EventType.Of<ReportNotSignedOff>(),
                EventType.Of<AssistingReported>(),
                EventType.Of<HandlingReported>().From<HandlingReportedV1>(old => old.Now()),
                EventType.Of<RoundOpened>().From<RoundOpenedV1>(old => old.Now()),
                EventType.Of<AssignmentSentBack>(),
                EventType.Of<RestartsReached>(),
                EventType.Of<RestartsDecided>(),
                EventType.Of<EscalationOpened>(),
                EventType.Of<EscalationDecided>(),
                EventType.Of<CountyResultRecorded>(),
                EventType.Of<ReferredAgain>(),
                EventType.Of<ItemEnded>(),
            ],
            Inline:
            [
                Worklist.Of(Order.Stream, Waits.Of), Deadlines.Of(Order.Stream, WhenDue.Next), OrderBoard.Projection, OrderBoard.Rounds,
            ],
            Async: [],
            Migrations: [Registry.Tables, Deadlines.Table, OrderNumbers.Table, .. OrderBoard.Tables]),
        Says:
        [
            Says.To<Contracts.HandlingReported>("evaluation-reviews"),
            Says.To<Contracts.OrderOverdue>("evaluation-appraisal"),
            Says.To<Contracts.AccountabilityRecorded>("evaluation-appraisal"),
            Says.To<Contracts.ItemEnded>("intake-appeals", "evaluation-reviews"),
            Says.To<Contracts.RecusedFromOrder>("evaluation-reviews"),
        ],
        Publish: Publish.Message,
        Hears:
        [
            Hears.On<WhenOrderReferred>("supervision-orders").And<WhenCountyCoordinationReferred>().And<WhenEscalationReferred>()
                .And<WhenReturnedForRectification>().And<WhenSupervisionRestarted>().And<WhenRecusedFromReview>(),
            Hears.On<WhenHandOverOrdered>("supervision-handover"),
            Registry.On("supervision-registry"),
        ],
        Links: recorded => recorded.Data is HandlingReported e ? new StreamLink("evaluation", e.ReviewId) : null,
        Refusals: new ResourceManager("LiaisonStation.Supervision.Refusals", typeof(Supervision).Assembly),
        Services: services => services.AddValidation().AddSingleton<OrderNumbers>().AddDeadline(Order.Stream, WhenDue.Decide),
        Figures: SupervisionFigures.All,
        Tells: (caller, events) => events.Select(e => e.Data).OfType<IOrderEvent>()
            .Aggregate((Order?)null, Order.Evolve) is not { } order || order.IsShownTo(caller));

    public static void MapSupervision(this WebApplication app)
    {
        var orders = app.MapGroup("/orders").WithTags("supervision");
        orders.MapGet("/{id:guid}", Get).RequireRole(Readers).WithSummary("An order as it stands, with all its rounds");
        orders.MapGet("/{id:guid}/files/{sha256}", Download).RequireRole(Readers).WithSummary("下载事项附件 / Download a photo or file given with the item");
        AcknowledgingOrder.Map(orders);
        PassingToSection.Map(orders);
        SendingBack.Map(orders);
        ReportingProgress.Map(orders);
        ReachingMilestone.Map(orders);
        RecordingVisit.Map(orders);
        RemindingUnit.Map(orders);
        DeclaringRecusal.Map(orders);
        CorrectingEntry.Map(orders);
        NamingHandlers.Map(orders);
        PreparingReport.Map(orders);
        SigningOffReport.Map(orders);
        RequestingExtension.Map(orders);
        CheckingExtension.Map(orders);
        DecidingExtension.Map(orders);
        ReportingCoordination.Map(orders);
        DecidingEscalation.Map(orders);
        RecordingCountyResult.Map(orders);
        ReferringAgain.Map(orders);
        DecidingRestarts.Map(orders);
        ProposingTargetedSupervision.Map(orders);
        ConveningTargetedSupervision.Map(orders);
        JudgingCommitment.Map(orders);
        ReportingRectification.Map(orders);
        InformingPartyCommittee.Map(orders);
        RecordingPartyInstruction.Map(orders);
        RequestingJointSupervision.Map(orders);
        TransferringClue.Map(orders);
        RecordingAccountability.Map(orders);
        Papers.Map(orders, Readers);
    }

    /// <summary>An order as the caller may read it; null where there is none, or a unit asks that never had a part in it.</summary>
    internal static async Task<Loaded<Order>?> Seen(this HttpContext http, StreamStore store, Guid id)
    {
        var caller = http.Caller();
        var found = await store.Load(Order.Stream, id, caller.Tenant, http.RequestAborted);
        return found?.State.IsShownTo(caller) == true ? found : null;
    }

    private static async Task<IResult> Get(HttpContext http, Guid id, StreamStore store)
    {
        if (await http.Seen(store, id) is not { } found)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        http.Response.Headers.ETag = $"\"{found.Version}\"";
        return TypedResults.Ok(await http.Opened(found.State));
    }

    private static async Task<IResult> Download(HttpContext http, Guid id, string sha256, StreamStore store)
    {
        var found = await http.Seen(store, id);
        return found?.State.Files().FirstOrDefault(f => f.Sha256 == sha256) is not { } file
            ? http.Problem(Refuse.Unknown("not-found"))
            : await http.Download(file, (await http.TownshipOf(store, id)).Code);
    }
}
