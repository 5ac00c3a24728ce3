namespace LiaisonStation.Contracts;

/// <summary>The Presidium confirmed the topic as an item of supervision.</summary>
public sealed record TopicTakenUp(Guid CaseId, Guid AppealId, Guid TopicId);

/// <summary>Branch A of the referral (交办): an order to the town government.</summary>
/// <param name="OrderId">The order's stream id, derived from the topic.</param>
/// <param name="Addressee">Registry id of the town government.</param>
/// <param name="Group">Registry id of the supervision group that follows it.</param>
/// <param name="Content">What is to be done, as the deliberation fixed it.</param>
/// <param name="DueOn">The last day of the limit, local date; it ends at 24:00 Asia/Shanghai.</param>
/// <param name="ReferredAt">When the referral was recorded, UTC: the limit counts from here, however late the message.</param>
public sealed record OrderReferred(
    Guid CaseId, string CaseNumber, Guid TopicId, Guid OrderId, PersonalText Title, Guid Addressee, Guid Group,
    string Content, DateOnly DueOn, DateTimeOffset ReferredAt);
