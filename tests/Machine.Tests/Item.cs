using LiaisonStation.Contracts;

namespace LiaisonStation.Machine.Tests;

/// <summary>Where a matter is, in the words of domain.md 0.3 and, for the steps on the way, of 0.4.</summary>
public enum At
{
    Collected,
    Accepted,
    ReturnedToSubmitter,
    Reviewed,
    RoutedToOrdinaryHandling,
    SentBackByUnit,
    AnsweredByUnit,
    Answered,
    Rated,
    Unsatisfied,
    Declined,
    Withdrawn,
    Proposed,
    ReturnedToProposer,
    Screened,
    NotTaken,
    Confirmed,
    Deliberated,
    Issued,
    Acknowledged,
    InProgress,
    Handled,
    Escalated,
    AtCounty,
    ReturnedWithOpinion,
    Concluded,
    AwaitingDecision,
    ClosedConfirmed,
    ClosedUnreached,
    Ended,
}

/// <summary>Of the extension of the current round.</summary>
public enum Asking
{
    Nothing,
    Asked,
    Checked,
}

/// <summary>专项督, the second dimension of an open order; never its stage.</summary>
public enum Targeting
{
    General,
    Proposed,
    Convened,
}

/// <summary>联合督: beside the handling, to its end.</summary>
public enum Joining
{
    Nothing,
    PartyInformed,
    Requested,
    ClueTransferred,
    ResultRecorded,
}

/// <summary>A matter as the reference machine knows it.</summary>
/// <param name="WasProposed">From then on it is the public's.</param>
/// <param name="WasRouted">A unit has it, or had it, in ordinary handling.</param>
/// <param name="Redone">The unit did it a second time.</param>
/// <param name="Told">The station has answered its submitter since the matter last changed.</param>
/// <param name="Branch">By which it was referred; null before.</param>
/// <param name="Restarts">How often the public had it taken up again.</param>
/// <param name="SentBack">The section once said that it is not its matter.</param>
/// <param name="Named">The section named who handles it.</param>
/// <param name="Prepared">A report awaits the leader's sign-off.</param>
/// <param name="Extensions">Approved in this round.</param>
/// <param name="For">Deputies satisfied with this round.</param>
/// <param name="Attempts">At the call-back, on as many days.</param>
public sealed record Item(
    At At, bool WasProposed = false, bool WasRouted = false, bool Redone = false, bool Told = false, Branch? Branch = null, int Restarts = 0,
    bool SentBack = false, bool Named = false, bool Prepared = false, Asking Asking = Asking.Nothing, int Extensions = 0, Targeting Targeting = Targeting.General,
    Joining Joining = Joining.Nothing, int For = 0, int Against = 0, int Attempts = 0)
{
    public static Item New { get; } = new(At.Collected);

    /// <summary>With the town: every open stage can reach Handled.</summary>
    public bool IsOpen => At is At.Issued or At.Acknowledged or At.InProgress;

    /// <summary>A coordination that its section sent back, until it is passed on: nobody is ordered in branch B.</summary>
    public bool IsWithNobody => At == At.Acknowledged && Branch == Contracts.Branch.CountyCoordination;

    public bool IsOver => At is At.Declined or At.Withdrawn or At.ClosedConfirmed or At.ClosedUnreached or At.Ended;

    /// <summary>What a command finds: the stage, and of the branch and the further dimensions what it is about.</summary>
    public string SeenBy(Command command) => At + command switch
    {
        Command.Answer => Told ? " told" : "",
        Command.Propose or Command.Withdraw => WasProposed ? " proposed before" : "",
        Command.SendBackSmallMatter => Redone ? " redone" : "",
        Command.Redo => Redone ? " redone" : WasRouted ? "" : " never routed",
        < Command.Acknowledge => "",
        Command.AskExtension or Command.CheckExtension or Command.ApproveExtension or Command.RefuseExtension =>
            $" extension {Asking}{(Extensions == Machine.MostExtensions ? " used up" : "")}",
        Command.ProposeTargeted or Command.ConveneTargeted or Command.DeclineTargeted => $" {Targeting}{(IsWithNobody ? " with nobody" : "")}",
        Command.InformParty or Command.RequestJoint or Command.TransferClue or Command.RecordAccountability => $" {Joining}",
        Command.SendBack => $"/{Branch}{(SentBack ? " sent back before" : Prepared ? " prepared" : "")}",
        Command.PrepareReport or Command.SignOff or Command.RefuseSignOff => $"/{Branch}{(Prepared ? " prepared" : Named ? " named" : "")}",
        _ => $"/{Branch}",
    };
}
