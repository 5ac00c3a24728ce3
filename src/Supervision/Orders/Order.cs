using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public interface IOrderEvent;

/// <summary>The order to the town government, with its first round, or with the one it goes on in after an escalation was returned.</summary>
/// <param name="Number">督〔2026〕1号: without gaps for each township and year.</param>
/// <param name="ReferredAt">When the Presidium's referral was recorded: the limit counts from here.</param>
public sealed record OrderIssued(
    int Round, string Number, Guid CaseId, string CaseNumber, Guid TopicId, PersonalText Title, Guid Addressee, Guid Group,
    string Content, DateTimeOffset ReferredAt, Limit Limit, IReadOnlyList<Milestone> Milestones, IReadOnlyList<Guid> Recused) : IOrderEvent;

public sealed record OrderAcknowledged(int Round) : IOrderEvent;

/// <param name="Section">The lead unit.</param>
/// <param name="PassedOn">Local date from which it may be sent back; null where it was not recorded.</param>
public sealed record OrderPassedToSection(
    int Round, Guid Section, IReadOnlyList<AssistingUnit> Assisting, DateOnly? PassedOn) : IOrderEvent;

/// <param name="Limit">Its own, not after the order's.</param>
public sealed record AssistingUnit(Guid Unit, Limit Limit);

/// <summary>A unit says that the matter is not its own. Who passed it on passes it on again.</summary>
public sealed record AssignmentSentBack(int Round, Guid Unit, string Reason) : IOrderEvent;

/// <summary>A unit named who handles the matter and who stands in.</summary>
public sealed record HandlersNamed(int Round, Guid Unit, Guid Handler, Guid StandIn) : IOrderEvent;

/// <param name="HappenedOn">Local date; it may lie before the day it was recorded.</param>
public sealed record ProgressReported(
    int Round, Guid Unit, string Content, DateOnly HappenedOn, IReadOnlyList<Attachment> Attachments) : IOrderEvent;

/// <param name="Milestone">Its place among the order's, from 1.</param>
/// <param name="ReachedOn">Local date; it may lie before the day it was recorded.</param>
public sealed record MilestoneReached(int Round, int Milestone, DateOnly ReachedOn, string Note) : IOrderEvent;

/// <param name="Milestone">Its place among the order's, from 1.</param>
public sealed record MilestoneOverdue(int Round, int Milestone, DateTimeOffset DueAt) : IOrderEvent;

/// <summary>The supervision group looked for itself (跟踪督).</summary>
public sealed record VisitRecorded(
    int Round, VisitMethod Method, DateOnly VisitedOn, string Finding, IReadOnlyList<Attachment> Photos, Guid By) : IOrderEvent;

public enum VisitMethod
{
    /// <summary>现场察看</summary>
    OnSite,

    /// <summary>听取汇报</summary>
    HeardReport,
}

/// <summary>The office reminded a unit (催办).</summary>
public sealed record OrderReminded(int Round, Guid Unit, string Words) : IOrderEvent;

/// <summary>A round's limit passed before it was handled. Once a round.</summary>
/// <param name="DueAt">The limit's end, UTC.</param>
public sealed record OrderOverdue(int Round, string CaseNumber, Guid Unit, DateTimeOffset DueAt) : IOrderEvent;

public sealed record AssistingOverdue(int Round, Guid Unit, DateTimeOffset DueAt) : IOrderEvent;

/// <summary>A limit that reached beyond the last calendar has its date now.</summary>
/// <param name="Unit">The assisting unit whose limit it is; null for the round's or the reporting's.</param>
public sealed record LimitFixed(int Round, LimitOf Of, Guid? Unit, Limit Limit) : IOrderEvent;

public enum LimitOf
{
    Round,
    Assisting,
    Reporting,
}

/// <summary>Somebody with an interest takes no part in what is decided about this item (回避).</summary>
/// <param name="ReviewId">The review that must be told; null where its next report tells it, or it told this.</param>
public sealed record RecusalDeclared(Guid Person, Role As, string Ground, Guid? ReviewId) : IOrderEvent;

/// <summary>A mistake in an earlier entry. Both stay visible; what is right from now on is this.</summary>
/// <param name="Entry">Id of the event that has the mistake.</param>
/// <param name="Section">The lead unit that was meant; null where the words were wrong.</param>
/// <param name="Content">What is to be done, as it should have stood; null where the unit was wrong.</param>
public sealed record EntryCorrected(int Round, Guid Entry, Guid? Section, string? Content, string Reason) : IOrderEvent;

/// <summary>What one had on this item another has now, by one recorded act.</summary>
public sealed record HandedOver(Guid HandOver, HandOverKind Kind, Guid From, Guid To, string DocumentNumber) : IOrderEvent;

/// <summary>The item ended without being concluded.</summary>
public sealed record ItemEnded(int Round, ItemEnding Ending, string Reason) : IOrderEvent;

public enum OrderStage
{
    Issued,
    Acknowledged,
    InProgress,

    /// <summary>What becomes of it, the deputies say.</summary>
    Handled,

    /// <summary>Branch C, before the StandingCommittee.</summary>
    Escalated,

    /// <summary>Branch C, with the county: its own clock.</summary>
    AtCounty,

    /// <summary>Returned by the StandingCommittee with its opinion: the Presidium refers again.</summary>
    Returned,

    /// <summary>As many restarts as policy asks for: the Presidium decides how it goes on.</summary>
    AwaitingDecision,
    Ended,
}

/// <summary>How strongly it is supervised; never a stage.</summary>
public enum Intensity
{
    /// <summary>跟踪督</summary>
    General,

    /// <summary>专项督</summary>
    Targeted,

    /// <summary>联合督</summary>
    Joint,
}

/// <param name="Number">The order's own; null in the branches that order nobody.</param>
/// <param name="Addressee">The town government; null where nobody is ordered.</param>
/// <param name="Rounds">In order, from round 1; the last one is the current one.</param>
public sealed record Order(
    Branch Branch, string? Number, Guid CaseId, string CaseNumber, Guid TopicId, PersonalText Title, Guid? Addressee, Guid Group,
    string Content, OrderStage Stage, IReadOnlyList<Round> Rounds, IReadOnlyList<Guid> Recused)
{
    public static StreamType<Order, IOrderEvent> Stream { get; } = new("order", Evolve);

    public Intensity Intensity { get; init; }

    /// <summary>The lead unit first, then those that assist, as they stand in the current round.</summary>
    public IReadOnlyList<UnitTask> Tasks { get; init; } = [];

    /// <summary>Local days on which it was issued with a number: once more where the StandingCommittee returned it.</summary>
    public IReadOnlyList<DateOnly> IssuedOn { get; init; } = [];

    public FirstDispatch? FirstDispatch { get; init; }

    /// <summary>Registry ids of all units that have or had a part in it, its addressee too.</summary>
    public IReadOnlyList<Guid> Units { get; init; } = [];

    public IReadOnlyList<OrderMilestone> Milestones { get; init; } = [];

    public IReadOnlyList<ProgressReported> Progress { get; init; } = [];

    public IReadOnlyList<VisitRecorded> Visits { get; init; } = [];

    public IReadOnlyList<OrderReminded> Reminders { get; init; } = [];

    public IReadOnlyList<AssignmentSentBack> SentBack { get; init; } = [];

    public IReadOnlyList<EntryCorrected> Corrections { get; init; } = [];

    public IReadOnlyList<HandedOver> HandOvers { get; init; } = [];

    /// <summary>Registry ids of all who handled it in any round.</summary>
    public IReadOnlyList<Guid> Handlers { get; init; } = [];

    /// <summary>Branch B: the county department by name, and by when contact and progress are reported next.</summary>
    public CountyContact? Contact { get; init; }

    public IReadOnlyList<CoordinationReported> CoordinationReports { get; init; } = [];

    /// <summary>Branch C: why it was escalated, and what the StandingCommittee decided.</summary>
    public string? EscalatedFor { get; init; }

    public EscalationDecided? Escalation { get; init; }

    public TargetedSupervision? Targeted { get; init; }

    public IReadOnlyList<Commitment> Commitments { get; init; } = [];

    public IReadOnlyList<RectificationReported> Rectifications { get; init; } = [];

    public JointSupervision Joint { get; init; } = new();

    /// <summary>The verdict that awaits the Presidium's decision after as many restarts as policy asks for.</summary>
    public RestartsReached? Reached { get; init; }

    public RestartsDecided? Decided { get; init; }

    public ItemEnded? Ending { get; init; }

    public Round Round => Rounds[^1];

    /// <summary>The lead unit's; null while no section has it.</summary>
    public UnitTask? Lead => Tasks.FirstOrDefault(t => t.Lead);

    public bool IsOpen => Stage is OrderStage.Issued or OrderStage.Acknowledged or OrderStage.InProgress;

    /// <summary>Who owes it at present.</summary>
    public Guid? Owing => Lead?.Unit ?? Addressee;

    /// <summary>Every photo and file that was given with it.</summary>
    public IEnumerable<Attachment> Files() =>
    [
        .. Progress.SelectMany(p => p.Attachments), .. Visits.SelectMany(v => v.Photos), .. Rectifications.SelectMany(r => r.Attachments),
        .. CoordinationReports.SelectMany(r => r.Attachments), .. Tasks.SelectMany(t => t.Draft?.Attachments ?? []),
        .. Rounds.SelectMany(r => r.Report?.Attachments ?? []),
    ];

    /// <summary>
    /// Until when a milestone is owed. One whose date passed while the round before was handled is owed with the round.
    /// </summary>
    public Limit? DueBy(OrderMilestone milestone) => milestone.DueOn < BusinessTime.DateOf(Round.OpenedAt)
        ? Round.Limit
        : new(BusinessTime.DateOf(Rounds[0].OpenedAt), null, milestone.DueOn, milestone.DueOn, "");

    /// <summary>Registry ids of those who neither follow, decide nor judge it: who declared an interest, and who handled it in any round.</summary>
    public IEnumerable<Guid> TakingNoPart() => Recused.Union(Handlers);

    /// <summary>A unit reads only what it has or had a part in, a resident what they handed in.</summary>
    public bool IsShownTo(Caller caller) =>
        caller.IsOutsider ? Title.Person == caller.Person : !caller.IsUnitAlone || (caller.Unit is { } unit && Units.Contains(unit));

    public UnitTask? TaskOf(Guid? unit) => Tasks.FirstOrDefault(t => t.Unit == unit);

    public static Order Evolve(Order? order, IOrderEvent happened) => (order, happened) switch
    {
        (null, OrderIssued e) => Begin(e),
        (null, CoordinationOpened e) => Begin(e),
        (null, EscalationOpened e) => Begin(e),
        ({ } o, OrderIssued e) => Begin(e).After(o),
        ({ } o, CoordinationOpened e) => Begin(e).After(o),
        ({ } o, EscalationOpened e) => Begin(e).After(o),
        ({ } o, OrderAcknowledged) => o with { Stage = OrderStage.Acknowledged },
        ({ } o, OrderPassedToSection e) => o with
        {
            Stage = o.Branch == Branch.CountyCoordination ? OrderStage.Issued : OrderStage.InProgress,
            FirstDispatch = o.FirstDispatch ?? new(e.PassedOn, e.Section),
            Units = [.. o.Units.Union([e.Section, .. e.Assisting.Select(a => a.Unit)])],
            Tasks = [new(e.Section, true, null, e.PassedOn), .. e.Assisting.Select(a => new UnitTask(a.Unit, false, a.Limit, e.PassedOn))],
        },
        ({ } o, AssignmentSentBack e) => o with
        {
            Stage = o.Lead?.Unit == e.Unit ? OrderStage.Acknowledged : o.Stage,
            Tasks = o.Lead?.Unit == e.Unit ? [] : [.. o.Tasks.Where(t => t.Unit != e.Unit)],
            FirstDispatch = o.Lead?.Unit == e.Unit && o.FirstDispatch is { } first && first.Section == e.Unit
                ? first with { WasSentBack = true }
                : o.FirstDispatch,
            SentBack = [.. o.SentBack, e],
        },
        ({ } o, HandlersNamed e) => o.WithTask(e.Unit, t => t with { Handler = e.Handler, StandIn = e.StandIn }) with
        {
            Handlers = [.. o.Handlers.Union([e.Handler, e.StandIn])],
        },
        ({ } o, ProgressReported e) => o with { Progress = [.. o.Progress, e] },
        ({ } o, MilestoneReached e) => o.WithMilestone(e.Milestone, m => m with { ReachedOn = e.ReachedOn }),
        ({ } o, MilestoneOverdue e) => o.WithMilestone(e.Milestone, m => m with { IsOverdue = true }),
        ({ } o, VisitRecorded e) => o with { Visits = [.. o.Visits, e] },
        ({ } o, OrderReminded e) => o with { Reminders = [.. o.Reminders, e] },
        ({ } o, ReportPrepared e) => o.WithTask(e.Unit, t => t with { Draft = e }) with { Handlers = [.. o.Handlers.Union([e.PreparedBy])] },
        ({ } o, ReportNotSignedOff e) => o.WithTask(e.Unit, t => t with { Draft = null, NotSignedOff = e }),
        ({ } o, AssistingReported e) => o.WithTask(e.Unit, t => t with { Report = e, Draft = null }) with
        {
            Handlers = [.. o.Handlers.Union([e.SignedOffBy])],
        },
        ({ } o, HandlingReported e) => o.WithTask(e.Unit, t => t with { Draft = null }).WithRound(r => r with
        {
            Report = e,
            Extensions = [.. r.Extensions.Select(x => x.IsPending ? x with { HasLapsed = true } : x)],
        }) with
        {
            Stage = OrderStage.Handled,
            Handlers = [.. o.Handlers.Union(e.Handlers)],
        },
        ({ } o, OrderOverdue e) => o.WithRound(r => r with { OverdueSince = e.DueAt, Passed = r.Limit }),
        ({ } o, AssistingOverdue e) => o.WithTask(e.Unit, t => t with { IsOverdue = true }),
        ({ } o, ReportingOverdue) => o with { Contact = o.Contact! with { IsOverdue = true } },
        ({ } o, ReportingDue e) => o with { Contact = o.Contact! with { ReportBy = e.ReportBy } },
        ({ } o, LimitFixed { Of: LimitOf.Round } e) => o.WithRound(r => r with { Limit = e.Limit }),
        ({ } o, LimitFixed { Of: LimitOf.Assisting } e) => o.WithTask(e.Unit!.Value, t => t with { Limit = e.Limit }),
        ({ } o, LimitFixed e) => o with { Contact = o.Contact is { } c ? c with { ReportBy = e.Limit } : null },
        ({ } o, ExtensionRequested e) => o.WithRound(r => r with { Extensions = [.. r.Extensions, new(e)] }),
        ({ } o, ExtensionChecked e) => o.WithExtension(x => x with { Checked = e }),
        ({ } o, ExtensionApproved e) => o.WithExtension(x => x with { Approved = e }).WithRound(r => r with { Limit = e.Limit }),
        ({ } o, ExtensionRefused e) => o.WithExtension(x => x with { Refused = e }),
        ({ } o, CoordinationReported e) => o with
        {
            Stage = OrderStage.InProgress,
            Contact = o.Contact is { } c ? c with { ReportBy = e.NextBy, IsOverdue = false } : null,
            CoordinationReports = [.. o.CoordinationReports, e],
        },
        ({ } o, EscalationDecided e) => o.WithRound(r => r with { Limit = e.Limit ?? r.Limit, FirstLimit = e.Limit ?? r.FirstLimit }) with
        {
            Escalation = e,
            Stage = e.Outcome switch
            {
                EscalationOutcome.ReturnedWithOpinion => OrderStage.Returned,
                EscalationOutcome.Closed => o.Stage,
                _ => OrderStage.AtCounty,
            },
        },
        ({ } o, CountyResultRecorded) => o,
        ({ } o, ReferredAgain) => o,
        ({ } o, TargetedSupervisionProposed e) => o with { Targeted = new(e) },
        ({ } o, TargetedSupervisionDeclined e) => o with { Targeted = o.Targeted! with { Declined = e } },
        ({ } o, TargetedSupervisionConvened e) => o.WithRound(r => r with { Limit = e.Limit ?? r.Limit }) with
        {
            Intensity = o.Intensity == Intensity.Joint ? Intensity.Joint : Intensity.Targeted,
            Targeted = o.Targeted! with { Convened = e },
        },
        ({ } o, PersonQuestioned e) => o with { Targeted = o.Targeted! with { Questioned = [.. o.Targeted.Questioned, e] } },
        ({ } o, CommitmentMade e) => o with { Commitments = [.. o.Commitments, new(e)] },
        ({ } o, CommitmentJudged e) => o with
        {
            Commitments = [.. o.Commitments.Select(c => c.Made.Commitment == e.Commitment ? c with { Judged = e } : c)],
        },
        ({ } o, RectificationReported e) => o with { Rectifications = [.. o.Rectifications, e] },
        ({ } o, ReportedToPartyCommittee e) => o with { Joint = o.Joint with { Informed = [.. o.Joint.Informed, e] } },
        ({ } o, PartyInstructionRecorded e) => o with { Joint = o.Joint with { Instructions = [.. o.Joint.Instructions, e] } },
        ({ } o, JointSupervisionRequested e) => o with { Intensity = Intensity.Joint, Joint = o.Joint with { Requested = e } },
        ({ } o, ResultDue e) => o with { Joint = o.Joint with { Expected = [.. o.Joint.Expected.Where(x => x.Clue != e.Clue), e] } },
        ({ } o, ClueTransferred e) => o with { Joint = o.Joint with { Clues = [.. o.Joint.Clues, e] } },
        ({ } o, AccountabilityResultRecorded e) => o with { Joint = o.Joint with { Results = [.. o.Joint.Results, e] } },
        ({ } o, RoundOpened e) => o with
        {
            Stage = o.Branch == Branch.Escalation ? OrderStage.AtCounty
                : o.Lead is null ? OrderStage.Acknowledged
                : OrderStage.InProgress,
            Rounds = [.. o.Rounds, new(e.Round, e.Cause, e.CausedBy, e.OpenedAt, e.Limit)],
            // Whoever assisted assists again, until the round's own limit.
            Tasks = [.. o.Tasks.Select(t => t with
            {
                Limit = t.Lead ? null : e.Limit, Draft = null, NotSignedOff = null, Report = null, IsOverdue = false,
            })],
            // What was owed in the round before is not late in this one.
            Contact = o.Contact is { } c ? c with { ReportBy = null, IsOverdue = false } : null,
            Reached = null,
        },
        ({ } o, RestartsReached e) => o with { Stage = OrderStage.AwaitingDecision, Reached = e },
        ({ } o, RestartsDecided e) => o with { Decided = e },
        ({ } o, RecusalDeclared e) => o with { Recused = [.. o.Recused.Union([e.Person])] },
        ({ } o, EntryCorrected e) => o with
        {
            Content = e.Content ?? o.Content,
            Tasks = e.Section is { } section ? [new(section, true, null, o.Lead?.PassedOn), .. o.Tasks.Where(t => !t.Lead)] : o.Tasks,
            FirstDispatch = e.Section is { } meant && o.FirstDispatch is { } first && first.Section == o.Lead?.Unit
                ? first with { Section = meant }
                : o.FirstDispatch,
            Units = e.Section is { } unit ? [.. o.Units.Union([unit])] : o.Units,
            Corrections = [.. o.Corrections, e],
        },
        ({ } o, HandedOver e) => o.To(e),
        ({ } o, ItemEnded e) => o with { Stage = OrderStage.Ended, Ending = e },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {order?.Stage.ToString() ?? "nothing"}."),
    };

    private static Order Begin(OrderIssued e) => new(
        Branch.TownOrder, e.Number, e.CaseId, e.CaseNumber, e.TopicId, e.Title, e.Addressee, e.Group, e.Content, OrderStage.Issued,
        [new(e.Round, RoundCause.Referred, null, e.ReferredAt, e.Limit)], e.Recused)
    {
        IssuedOn = [BusinessTime.DateOf(e.ReferredAt)],
        Units = [e.Addressee],
        Milestones = [.. e.Milestones.Select(m => new OrderMilestone(m.Content, m.DueOn))],
    };

    private static Order Begin(CoordinationOpened e) => new(
        Branch.CountyCoordination, null, e.CaseId, e.CaseNumber, e.TopicId, e.Title, null, e.Group, e.Content, OrderStage.Issued,
        [new(e.Round, RoundCause.Referred, null, e.ReferredAt, e.Limit)], e.Recused)
    {
        Tasks = [new(e.Section, true, null, BusinessTime.DateOf(e.ReferredAt))],
        FirstDispatch = new(BusinessTime.DateOf(e.ReferredAt), e.Section),
        Units = [e.Section],
        Contact = new(e.Counterpart, e.ReportEveryWorkingDays, e.ReportBy),
    };

    private static Order Begin(EscalationOpened e) => new(
        Branch.Escalation, null, e.CaseId, e.CaseNumber, e.TopicId, e.Title, null, e.Group, e.Content, OrderStage.Escalated,
        [new(e.Round, RoundCause.Referred, null, e.ReferredAt, e.DecideBy)], e.Recused)
    {
        EscalatedFor = e.Reason,
    };

    // The way changes, what was done stays; the round is another one only where a restart brought it here.
    private Order After(Order before) => before with
    {
        Branch = Branch,
        Number = Number ?? before.Number,
        Addressee = Addressee,
        Content = Content,
        Stage = Stage,
        Tasks = Tasks,
        IssuedOn = [.. before.IssuedOn, .. IssuedOn],
        FirstDispatch = before.FirstDispatch ?? FirstDispatch,
        Units = [.. before.Units.Union(Units)],
        Milestones = Milestones,
        Contact = Contact,
        EscalatedFor = EscalatedFor ?? before.EscalatedFor,
        Escalation = Branch == Branch.Escalation ? null : before.Escalation,
        Reached = null,
        Rounds = before.Round.Number == Round.Number
            ? [.. before.Rounds.SkipLast(1), before.Round with { FirstLimit = Round.Limit, Limit = Round.Limit }]
            : [.. before.Rounds, Round with { Cause = RoundCause.SupervisionRestarted, CausedBy = before.Reached?.CausedBy }],
    };

    private Order WithRound(Func<Round, Round> change) => this with { Rounds = [.. Rounds.SkipLast(1), change(Round)] };

    private Order WithExtension(Func<Extension, Extension> change) =>
        WithRound(r => r with { Extensions = [.. r.Extensions.SkipLast(1), change(r.Extensions[^1])] });

    private Order WithTask(Guid unit, Func<UnitTask, UnitTask> change) =>
        this with { Tasks = [.. Tasks.Select(t => t.Unit == unit ? change(t) : t)] };

    private Order WithMilestone(int place, Func<OrderMilestone, OrderMilestone> change) =>
        this with { Milestones = [.. Milestones.Select((m, i) => i + 1 == place ? change(m) : m)] };

    private Order To(HandedOver e) => this with
    {
        Group = Group == e.From ? e.To : Group,
        Addressee = Addressee == e.From ? e.To : Addressee,
        Tasks = [.. Tasks.Select(t => t with
        {
            Unit = t.Unit == e.From ? e.To : t.Unit,
            Handler = t.Handler == e.From ? e.To : t.Handler,
            StandIn = t.StandIn == e.From ? e.To : t.StandIn,
        })],
        FirstDispatch = FirstDispatch?.Section == e.From ? FirstDispatch with { Section = e.To } : FirstDispatch,
        Units = Units.Contains(e.From) ? [.. Units.Union([e.To])] : Units,
        Handlers = Tasks.Any(t => t.Handler == e.From || t.StandIn == e.From) ? [.. Handlers.Union([e.To])] : Handlers,
        HandOvers = [.. HandOvers, e],
    };
}

/// <summary>A unit's part of the current round.</summary>
/// <param name="Limit">An assisting unit's own; the lead unit has the round's.</param>
/// <param name="PassedOn">Local date.</param>
public sealed record UnitTask(
    Guid Unit, bool Lead, Limit? Limit, DateOnly? PassedOn, Guid? Handler = null, Guid? StandIn = null, ReportPrepared? Draft = null,
    ReportNotSignedOff? NotSignedOff = null, AssistingReported? Report = null, bool IsOverdue = false);

/// <summary>The first time it was given to a section to lead.</summary>
/// <param name="On">Local date; null where it was not recorded.</param>
/// <param name="Section">A correction of a mistyped one makes it another.</param>
public sealed record FirstDispatch(DateOnly? On, Guid Section, bool WasSentBack = false);

public sealed record OrderMilestone(string Content, DateOnly DueOn, DateOnly? ReachedOn = null, bool IsOverdue = false);
