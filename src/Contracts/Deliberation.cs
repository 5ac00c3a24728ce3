namespace LiaisonStation.Contracts;

/// <summary>The Presidium confirmed the topic as an item of supervision.</summary>
public sealed record TopicTakenUp(Guid CaseId, Guid AppealId, Guid TopicId);

/// <summary>The topic is not taken up; every submitter is told why.</summary>
/// <param name="Reason">Why, in the words of whoever decided.</param>
public sealed record TopicNotTaken(Guid CaseId, Guid AppealId, Guid TopicId, string Reason);

/// <summary>
/// A meeting decided on a month's batch. Deliberation says it to itself: each topic follows in its own stream, and a crash may come
/// between them.
/// </summary>
/// <param name="BatchId">The batch's stream id.</param>
public sealed record BatchDecided(Guid BatchId);

/// <summary>Branch A of the referral (交办): an order to the town government, or to a section where the township's policy has it so.</summary>
/// <param name="OrderId">The order's stream id, derived from the topic.</param>
/// <param name="Addressee">Registry id of the town government or section.</param>
/// <param name="Group">Registry id of the supervision group that follows it.</param>
/// <param name="Content">What is to be done, as the deliberation fixed it.</param>
/// <param name="Limit">Counts from the referral, however late the message.</param>
/// <param name="Milestones">In order of their dates; none of them after the limit.</param>
/// <param name="Recused">Registry ids of those who take no part in judging it.</param>
/// <param name="ReferredAt">When the referral was recorded, UTC.</param>
public sealed record OrderReferred(
    Guid CaseId, string CaseNumber, Guid TopicId, Guid OrderId, PersonalText Title, Guid Addressee, Guid Group,
    string Content, Limit Limit, IReadOnlyList<Milestone> Milestones, IReadOnlyList<Guid> Recused, DateTimeOffset ReferredAt);

/// <summary>Branch B: a section of the town follows the matter up with a county department, which is not ordered by anybody here.</summary>
/// <param name="Section">Registry id of the section that contacts it and reports.</param>
/// <param name="Counterpart">The county department by name; no person's.</param>
/// <param name="ReportEveryWorkingDays">How often contact and progress are reported.</param>
public sealed record CountyCoordinationReferred(
    Guid CaseId, string CaseNumber, Guid TopicId, Guid OrderId, PersonalText Title, Guid Section, string Counterpart, Guid Group,
    string Content, Limit Limit, int ReportEveryWorkingDays, string Policy, IReadOnlyList<Guid> Recused, DateTimeOffset ReferredAt);

/// <summary>Branch C: what cannot be solved in the township goes to the county's StandingCommittee, which decides.</summary>
/// <param name="Reason">Why it cannot be solved in the township.</param>
public sealed record EscalationReferred(
    Guid CaseId, string CaseNumber, Guid TopicId, Guid OrderId, PersonalText Title, Guid Group, string Content, string Reason,
    IReadOnlyList<Guid> Recused, DateTimeOffset ReferredAt);

/// <summary>A part of a long matter with a date of its own.</summary>
/// <param name="DueOn">Local date; it ends at 24:00 Asia/Shanghai.</param>
public sealed record Milestone(string Content, DateOnly DueOn);
