using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <summary>请示报告: the party committee was told, before a joint supervision.</summary>
/// <param name="ReportedOn">Local date.</param>
public sealed record ReportedToPartyCommittee(int Round, string DocumentNumber, DateOnly ReportedOn, string Content) : IOrderEvent;

/// <summary>批示</summary>
/// <param name="GivenOn">Local date.</param>
public sealed record PartyInstructionRecorded(int Round, string DocumentNumber, DateOnly GivenOn, string Instruction) : IOrderEvent;

/// <summary>联合督: runs beside the handling to its end.</summary>
/// <param name="Partners">The bodies asked to join.</param>
public sealed record JointSupervisionRequested(
    int Round, Role By, Resolution Resolution, IReadOnlyList<CompetentBody> Partners, string Reason) : IOrderEvent;

/// <summary>To whom accountability belongs; in the words of the roles that act for them.</summary>
public enum CompetentBody
{
    /// <summary>纪检监察机关</summary>
    DisciplineBody,

    /// <summary>组织部门</summary>
    OrganisationBody,
}

/// <summary>A clue went to the body competent for it.</summary>
/// <param name="Clue">Its own id.</param>
/// <param name="Post">The post concerned, for everybody.</param>
/// <param name="Person">Registry id of who holds it; null where it is not known.</param>
public sealed record ClueTransferred(
    int Round, Guid Clue, CompetentBody Body, Role By, Resolution Resolution, string Post,
    [property: Confidential(Role.Presidium, Role.StreetWorkCommittee, Role.Auditor, AlsoRoleIn = nameof(ClueTransferred.Body))] Guid? Person,
    [property: Confidential(Role.Presidium, Role.StreetWorkCommittee, Role.Auditor, AlsoRoleIn = nameof(ClueTransferred.Body))] string Content,
    string DocumentNumber) : IOrderEvent;

/// <summary>By when the body's result is looked for: a target, for its clock is its own. A later one replaces it when its calendar has come.</summary>
public sealed record ResultDue(int Round, Guid Clue, Limit Target) : IOrderEvent;

/// <summary>What the body found; one for each clue.</summary>
/// <param name="Unit">The unit the item was with.</param>
/// <param name="DecidedOn">Local date.</param>
public sealed record AccountabilityResultRecorded(
    int Round, string CaseNumber, Guid Clue, CompetentBody Body, string DocumentNumber, AccountabilityMeasure Measure, DateOnly DecidedOn,
    [property: Confidential(Role.Presidium, Role.StreetWorkCommittee, Role.Auditor, AlsoRoleIn = nameof(AccountabilityResultRecorded.Body))] Guid? Person,
    Guid? Unit) : IOrderEvent;

public sealed record JointSupervision
{
    public JointSupervisionRequested? Requested { get; init; }

    public IReadOnlyList<ReportedToPartyCommittee> Informed { get; init; } = [];

    public IReadOnlyList<PartyInstructionRecorded> Instructions { get; init; } = [];

    public IReadOnlyList<ClueTransferred> Clues { get; init; } = [];

    /// <summary>One a clue at most.</summary>
    public IReadOnlyList<ResultDue> Expected { get; init; } = [];

    public IReadOnlyList<AccountabilityResultRecorded> Results { get; init; } = [];

    /// <summary>What is still looked for; null where it came, and for what was stored before there was a target.</summary>
    public Limit? TargetOf(Guid clue) => ResultOf(clue) is null ? Expected.FirstOrDefault(e => e.Clue == clue)?.Target : null;

    public AccountabilityResultRecorded? ResultOf(Guid clue) => Results.FirstOrDefault(r => r.Clue == clue);
}
