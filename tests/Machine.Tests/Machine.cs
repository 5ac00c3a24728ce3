using LiaisonStation.Contracts;
using static LiaisonStation.Machine.Tests.Command;

namespace LiaisonStation.Machine.Tests;

/// <summary>
/// The machine of domain.md 0.3 with the defaults of 0.2, and nothing of the services' code: what a command makes of a matter, or that it
/// is not allowed.
/// </summary>
public static class Machine
{
    public const int MostExtensions = 2;
    private const int Reviewers = 3;
    private const int MostAttempts = 3;
    private const int RestartsBeforeDecision = 2;

    public static IReadOnlyList<Command> Commands { get; } = Enum.GetValues<Command>();

    /// <summary>Null where it is not allowed.</summary>
    public static Item? After(Item item, Command command) => (item.At, command) switch
    {
        // 问
        (At.Collected, Accept) => item with { At = At.Accepted },
        (At.Accepted, Review) => item with { At = At.Reviewed },
        (At.Accepted or At.Reviewed, ReturnToSubmitter) => item with { At = At.ReturnedToSubmitter },
        (At.ReturnedToSubmitter, Supplement) => item with { At = At.Accepted },
        (_, Supplement) when !item.IsOver => item,
        (At.Accepted or At.ReturnedToSubmitter or At.Reviewed, Decline) => item with { At = At.Declined },
        // After it was proposed the matter is the public's.
        ( <= At.AnsweredByUnit, Withdraw) when !item.WasProposed => item with { At = At.Withdrawn },
        (At.Reviewed or At.SentBackByUnit or At.NotTaken, Route) => item with { At = At.RoutedToOrdinaryHandling, WasRouted = true, Told = false },
        (At.RoutedToOrdinaryHandling, SendBackSmallMatter) when !item.Redone => item with { At = At.SentBackByUnit },
        (At.RoutedToOrdinaryHandling, AnswerAsUnit) => item with { At = At.AnsweredByUnit },
        (At.AnsweredByUnit or At.NotTaken, Answer) => item with { At = At.Answered, Told = true },
        (At.Concluded or At.ClosedConfirmed or At.ClosedUnreached, Answer) when !item.Told => item with { Told = true },
        (At.Answered, RateSatisfied) => item with { At = At.Rated },
        (At.Answered, RateUnsatisfied) => item with { At = At.Unsatisfied },
        (At.Unsatisfied, Redo) when item is { WasRouted: true, Redone: false } =>
            item with { At = At.RoutedToOrdinaryHandling, Redone = true, Told = false },
        (At.Unsatisfied, EndSmallMatter) => item with { At = At.Ended },
        (At.Reviewed or At.Unsatisfied, Propose) when !item.WasProposed => item with { At = At.Proposed, WasProposed = true },

        // 议
        (At.Proposed, Screen) => item with { At = At.Screened },
        (At.Proposed, ScreenOut) => item with { At = At.NotTaken, Told = false },
        (At.Proposed, ReturnTopic) => item with { At = At.ReturnedToProposer },
        (At.ReturnedToProposer, CompleteTopic) => item with { At = At.Proposed },
        (At.Screened, Confirm) => item with { At = At.Confirmed, Told = false },
        (At.Screened, DeclineTopic) => item with { At = At.NotTaken, Told = false },
        (At.Confirmed, Deliberate) => item with { At = At.Deliberated },
        (At.Deliberated, ReferToTown) => item with { At = At.Issued, Branch = Branch.TownOrder },
        (At.Deliberated, ReferToCounty) => item with { At = At.Issued, Branch = Branch.CountyCoordination },
        (At.Deliberated, Command.Escalate) => item with { At = At.Escalated, Branch = Branch.Escalation },

        // 督: nobody is ordered in branch B, so there is nobody to acknowledge; its section's first contact begins the work.
        (At.Issued, Acknowledge) when item.Branch == Branch.TownOrder => item with { At = At.Acknowledged },
        (At.Acknowledged, Pass) => item with { At = item.Branch == Branch.TownOrder ? At.InProgress : At.Issued, Named = false },
        (At.Issued, ReportContact) when item.Branch == Branch.CountyCoordination => item with { At = At.InProgress },
        (At.InProgress, ReportContact) when item.Branch == Branch.CountyCoordination => item,
        // Once: passed to it all the same, it is its own.
        (At.InProgress, SendBack) when item is { SentBack: false, Prepared: false } => SentBack(item),
        (At.Issued, SendBack) when item is { SentBack: false, Branch: Branch.CountyCoordination } => SentBack(item),
        (At.InProgress, NameHandlers) => item with { Named = true },
        (At.Issued, NameHandlers) when item.Branch == Branch.CountyCoordination => item with { Named = true },
        (At.InProgress, ReportProgress) => item,
        (not At.Ended, Visit) when item.Branch is not null => item,
        (At.InProgress, PrepareReport) when item is { Named: true, Prepared: false } => item with { Prepared = true },
        (At.InProgress, RefuseSignOff) when item.Prepared => item with { Prepared = false },
        (At.InProgress, SignOff) when item.Prepared => item with { At = At.Handled, Prepared = false, Asking = Asking.Nothing },
        _ => Extension(item, command) ?? Intensity(item, command) ?? County(item, command) ?? Evaluation(item, command),
    };

    // Of an order's own round: asked before expiry, checked by the office, decided by the chair.
    private static Item? Extension(Item item, Command command) => (item.Asking, command) switch
    {
        (Asking.Nothing, AskExtension) when item is { At: At.InProgress, Branch: Branch.TownOrder, Extensions: < MostExtensions } =>
            item with { Asking = Asking.Asked },
        (Asking.Asked, CheckExtension) => item with { Asking = Asking.Checked },
        (Asking.Checked, ApproveExtension) => item with { Asking = Asking.Nothing, Extensions = item.Extensions + 1 },
        (Asking.Checked, RefuseExtension) => item with { Asking = Asking.Nothing },
        _ => null,
    };

    private static Item? Intensity(Item item, Command command) => (item, command) switch
    {
        ({ IsOpen: true, Targeting: Targeting.General }, ProposeTargeted) => item with { Targeting = Targeting.Proposed },
        ({ IsOpen: true, IsWithNobody: false, Targeting: Targeting.Proposed }, ConveneTargeted) => item with { Targeting = Targeting.Convened },
        ({ IsOpen: true, Targeting: Targeting.Proposed }, DeclineTargeted) => item with { Targeting = Targeting.General },
        ({ Branch: not null, At: not At.Ended, Joining: Joining.Nothing }, InformParty) => item with { Joining = Joining.PartyInformed },
        ({ Branch: not null, At: not At.Ended }, InformParty) => item,
        ({ IsOpen: true, Joining: Joining.PartyInformed }, RequestJoint) => item with { Joining = Joining.Requested },
        ({ At: not At.Ended, Joining: >= Joining.Requested }, TransferClue) => item with { Joining = Joining.ClueTransferred },
        // A body's result may come when the matter is long over.
        ({ Joining: Joining.ClueTransferred }, RecordAccountability) => item with { Joining = Joining.ResultRecorded },
        _ => null,
    };

    // Branch C and the StandingCommittee's four outcomes.
    private static Item? County(Item item, Command command) => (item.At, command) switch
    {
        (At.Escalated, HandToCounty or TakeIntoPlan) => item with { At = At.AtCounty },
        (At.Escalated, ReturnWithOpinion) => item with { At = At.ReturnedWithOpinion },
        (At.Escalated, CloseByCommittee) => item with { At = At.Ended },
        (At.AtCounty, RecordCountyResult) => item with { At = At.Handled },
        (At.ReturnedWithOpinion, ReferAgainToTown) => item with { At = At.Issued, Branch = Branch.TownOrder },
        (At.ReturnedWithOpinion, ReferAgainToCounty) => item with { At = At.Issued, Branch = Branch.CountyCoordination },
        _ => null,
    };

    private static Item? Evaluation(Item item, Command command) => (item.At, command) switch
    {
        (At.Handled, VerdictFor) => Counted(item with { For = item.For + 1 }),
        (At.Handled, VerdictAgainst) => Counted(item with { Against = item.Against + 1 }),
        (At.Concluded, CallBackSatisfied) => item with { At = At.ClosedConfirmed },
        (At.Concluded, CallBackUnsatisfied) when item.Restarts + 1 < RestartsBeforeDecision => NextRound(item with { Restarts = item.Restarts + 1 }),
        (At.Concluded, CallBackUnsatisfied) => item with { At = At.AwaitingDecision, Restarts = RestartsBeforeDecision, Told = false },
        (At.Concluded, AttemptCallBack) => item with
        {
            At = item.Attempts + 1 == MostAttempts ? At.ClosedUnreached : At.Concluded,
            Attempts = item.Attempts + 1,
        },
        (At.AwaitingDecision, GoOn) => NextRound(item),
        (At.AwaitingDecision, EscalateAfterRestarts) => NextRound(item) with { At = At.Escalated, Branch = Branch.Escalation, Named = false },
        (At.AwaitingDecision, EndAfterRestarts) => item with { At = At.Ended },
        _ => null,
    };

    // 一事一评: by majority, once three deputies have judged; while they are even, another one is needed.
    private static Item Counted(Item item) => item switch
    {
        { For: var f, Against: var a } when f + a < Reviewers || f == a => item,
        { For: var f, Against: var a } when f > a => item with { At = At.Concluded },
        _ => NextRound(item),
    };

    // In the branch it came from; each round has its own limit, extensions and verdicts.
    private static Item NextRound(Item item) => item with
    {
        At = item.Branch == Branch.Escalation ? At.AtCounty : At.InProgress,
        Told = false,
        For = 0,
        Against = 0,
        Attempts = 0,
        Extensions = 0,
        Asking = Asking.Nothing,
        Targeting = item.Targeting == Targeting.Convened ? Targeting.General : item.Targeting,
    };

    private static Item SentBack(Item item) => item with { At = At.Acknowledged, Named = false, SentBack = true };
}
