using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Referrals;
using LiaisonStation.Rules;

namespace LiaisonStation.Deliberation;

/// <summary>Written before meetings and advice were facts of their own: the group met, and advised at once.</summary>
public sealed record TopicDeliberated(Advice Advice) : ITopicEvent;

/// <summary>When only the Presidium's meeting confirmed, and no date was set for the group.</summary>
public sealed record TopicConfirmedV1(Guid AppealId, Guid Group, Meeting Meeting)
{
    public TopicConfirmed Now() => new(
        AppealId, Group, new(Meeting), EarlierVersions.Calendar.Until(Meeting.HeldOn, Month.Of(Meeting.HeldOn).Next.Last, Policy.BuiltIn));
}

/// <summary>When there was but one branch, and a limit was a date.</summary>
public sealed record TopicReferredV1(
    string CaseNumber, PersonalText Title, Guid OrderId, Guid Addressee, Guid Group, string Content, DateOnly DueOn, Meeting Meeting)
{
    public TopicReferred Now() => new(
        CaseNumber, Title, OrderId, Addressee, Group, Content,
        EarlierVersions.Calendar.Until(Meeting.HeldOn, DueOn, Policy.BuiltIn), [], [], new(Meeting));
}

internal static class EarlierVersions
{
    /// <summary>The one that was known then.</summary>
    public static WorkingCalendar Calendar { get; } = new(WorkingCalendar.National);
}
