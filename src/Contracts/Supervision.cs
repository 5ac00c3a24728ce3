namespace LiaisonStation.Contracts;

/// <summary>The three ways a matter is referred (交办).</summary>
public enum Branch
{
    /// <summary>A: an order to the town government.</summary>
    TownOrder,

    /// <summary>B: coordination with a county department.</summary>
    CountyCoordination,

    /// <summary>C: escalated to the county's StandingCommittee.</summary>
    Escalation,
}

/// <summary>One round of an item was reported as handled; whether it is, the deputies say.</summary>
/// <param name="ReviewId">The review's stream id, derived from the order; one review runs through all rounds.</param>
/// <param name="Round">From 1.</param>
/// <param name="Unit">Registry id of the unit that handled it, the lead one; the empty id where a county body did (branch C).</param>
/// <param name="Units">Registry ids of all units that took part, the lead one first.</param>
/// <param name="Group">Registry id of the supervision group that reviews it.</param>
/// <param name="Handlers">Registry ids of all who handled it so far in any round; they take no part in judging it.</param>
/// <param name="Recused">Registry ids of those who declared an interest; nor do they.</param>
/// <param name="HandledOn">Local date on which it was handled, as reported; it may lie before the day it was recorded.</param>
/// <param name="Limit">The round's, with its extensions; once one has passed, that one, whatever was set after it.</param>
/// <param name="ReportedAt">When it was recorded, UTC.</param>
public sealed record HandlingReported(
    Guid CaseId, string CaseNumber, Guid OrderId, Guid ReviewId, int Round, Branch Branch, PersonalText Title, Guid Unit,
    IReadOnlyList<Guid> Units, Guid Group, IReadOnlyList<Guid> Handlers, IReadOnlyList<Guid> Recused, string Summary,
    DateOnly HandledOn, Limit? Limit, DateTimeOffset ReportedAt);

/// <summary>A round's limit passed before it was handled. Said once a round.</summary>
/// <param name="Unit">Registry id of the unit that owed it.</param>
/// <param name="DueAt">The limit's end, UTC.</param>
public sealed record OrderOverdue(Guid CaseId, string CaseNumber, Guid OrderId, int Round, Guid Unit, DateTimeOffset DueAt);

/// <summary>The competent body recorded what became of one person's responsibility (问责). Never who.</summary>
/// <param name="ResultId">Id of the result; one for each person.</param>
/// <param name="Unit">Registry id of the unit the item was with.</param>
public sealed record AccountabilityRecorded(
    Guid CaseId, string CaseNumber, Guid OrderId, Guid ResultId, Guid? Unit, AccountabilityMeasure Measure, DateOnly DecidedOn);

/// <summary>问责的方式, as the competent bodies name them.</summary>
public enum AccountabilityMeasure
{
    /// <summary>谈话提醒</summary>
    Reminder,

    /// <summary>批评教育</summary>
    Admonition,

    /// <summary>责令检查</summary>
    WrittenSelfCriticism,

    /// <summary>通报批评</summary>
    CircularCriticism,

    /// <summary>诫勉</summary>
    Warning,

    /// <summary>组织处理: transferred, relieved of a post.</summary>
    OrganisationalMeasure,

    /// <summary>党纪政务处分</summary>
    DisciplinaryPunishment,

    /// <summary>Examined, and nobody found responsible.</summary>
    None,
}

/// <summary>Somebody declared an interest in an item of which a round was reported already (回避): they take no part in judging it either.</summary>
/// <param name="As">The role it was declared in.</param>
public sealed record RecusedFromOrder(Guid CaseId, Guid OrderId, Guid ReviewId, Guid Person, Role As, string Ground);

/// <summary>An item ended without being concluded, with a reason that is published and told to every submitter.</summary>
public sealed record ItemEnded(Guid CaseId, Guid OrderId, int Round, ItemEnding Ending, string Reason);

public enum ItemEnding
{
    /// <summary>The Presidium, after the restarts policy asks for.</summary>
    ByPresidium,

    /// <summary>The StandingCommittee closed the escalation with a reason.</summary>
    ByStandingCommittee,
}
