using LiaisonStation.Contracts;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

/// <summary>Branch C: what cannot be solved in the township is before the county's StandingCommittee.</summary>
/// <param name="DecideBy">By when it is to decide.</param>
public sealed record EscalationOpened(
    int Round, Guid CaseId, string CaseNumber, Guid TopicId, PersonalText Title, Guid Group, string Content, string Reason,
    IReadOnlyList<Guid> Recused, DateTimeOffset ReferredAt, Limit DecideBy) : IOrderEvent;

/// <param name="Counterpart">The county body by name that is to act; null where none is.</param>
/// <param name="Limit">The county's own clock; of what is returned, by when the Presidium refers it again; null where it is closed.</param>
public sealed record EscalationDecided(
    int Round, EscalationOutcome Outcome, Role By, Resolution Resolution, string Opinion, string? Counterpart, Limit? Limit) : IOrderEvent;

public enum EscalationOutcome
{
    /// <summary>交县政府办理, on its own clock.</summary>
    HandedToCounty,

    /// <summary>列入常委会监督计划</summary>
    TakenIntoPlan,
    ReturnedWithOpinion,
    Closed,
}

/// <summary>What became of the matter at the county.</summary>
/// <param name="HandledOn">Local date.</param>
public sealed record CountyResultRecorded(int Round, string Result, DateOnly HandledOn, string DocumentNumber) : IOrderEvent;

/// <summary>The Presidium referred an item again that the StandingCommittee had returned; what it became follows.</summary>
public sealed record ReferredAgain(int Round, Branch Branch, Role By, Resolution Resolution) : IOrderEvent;
