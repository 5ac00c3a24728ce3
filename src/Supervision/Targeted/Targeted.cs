using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <summary>专项督: the group proposed to go after the handling itself.</summary>
public sealed record TargetedSupervisionProposed(int Round, TargetedGround Ground, string Reason, Guid By) : IOrderEvent;

public enum TargetedGround
{
    /// <summary>办理缓慢</summary>
    Slow,

    /// <summary>故意推诿</summary>
    BuckPassing,

    /// <summary>敷衍了事</summary>
    Perfunctory,
}

/// <summary>The Presidium convened it.</summary>
/// <param name="Demands">What is to be put right.</param>
/// <param name="Limit">The round's from now on; null where it stays.</param>
public sealed record TargetedSupervisionConvened(int Round, Role By, Resolution Resolution, string Demands, Limit? Limit) : IOrderEvent;

public sealed record TargetedSupervisionDeclined(int Round, Role By, Resolution Resolution, string Reason) : IOrderEvent;

/// <summary>现场质询, on screens 现场询问: who is responsible was asked where the matter is.</summary>
/// <param name="Post">The post held, for everybody.</param>
/// <param name="Person">Registry id of who holds it.</param>
public sealed record PersonQuestioned(
    int Round, string Post, [property: Confidential(Role.Presidium, Role.StreetWorkCommittee, Role.Auditor)] Guid Person,
    DateOnly QuestionedOn, string Answer) : IOrderEvent;

/// <param name="Commitment">Counts in the order, from 1.</param>
/// <param name="DueOn">Local date.</param>
/// <param name="MadeOn">Local date; null where it was not recorded.</param>
public sealed record CommitmentMade(
    int Round, int Commitment, Guid Unit, string Content, DateOnly DueOn, DateOnly? MadeOn) : IOrderEvent;

public sealed record CommitmentJudged(int Round, int Commitment, bool Kept, string Finding) : IOrderEvent;

/// <summary>整改情况反馈</summary>
public sealed record RectificationReported(int Round, Guid Unit, string Content, IReadOnlyList<Attachment> Attachments) : IOrderEvent;

public sealed record TargetedSupervision(TargetedSupervisionProposed Proposed)
{
    public TargetedSupervisionConvened? Convened { get; init; }

    public TargetedSupervisionDeclined? Declined { get; init; }

    public IReadOnlyList<PersonQuestioned> Questioned { get; init; } = [];

    public bool IsPending => this is { Convened: null, Declined: null };
}

public sealed record Commitment(CommitmentMade Made, CommitmentJudged? Judged = null);
