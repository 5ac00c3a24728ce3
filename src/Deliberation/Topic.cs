using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

public interface ITopicEvent;

/// <summary>An appeal asked to be taken up.</summary>
public sealed record TopicProposed(
    Guid CaseId, string CaseNumber, Guid AppealId, PersonalText Title, PersonalText Text, Guid ProposedBy, Role ProposedAs,
    string Ground) : ITopicEvent;

/// <summary>The congress office found the three criteria met.</summary>
public sealed record TopicScreened(Criteria Criteria) : ITopicEvent;

/// <summary>The Presidium took the topic up as an item of supervision and assigned the group that follows it.</summary>
public sealed record TopicConfirmed(Guid AppealId, Guid Group, Meeting Meeting) : ITopicEvent;

/// <summary>The group held its thematic meeting.</summary>
public sealed record TopicDeliberated(Advice Advice) : ITopicEvent;

/// <summary>The Presidium handed the matter to the town government.</summary>
public sealed record TopicReferred(
    string CaseNumber, PersonalText Title, Guid OrderId, Guid Addressee, Guid Group, string Content, DateOnly DueOn,
    Meeting Meeting) : ITopicEvent;

/// <summary>涉及民生、较为复杂、时间跨度较长: why an item is worth the congress's supervision.</summary>
public sealed record Criteria(Criterion Livelihood, Criterion Complex, Criterion LongSpan);

public sealed record Criterion(bool Met, [property: Text] string Reason);

/// <param name="Text">How the group would have the matter handled.</param>
/// <param name="Content">The concrete content of the supervision, as the group fixed it.</param>
public sealed record Advice(DateOnly HeldOn, string Text, string Content);

public sealed record Referral(Guid OrderId, Guid Addressee, string Content, DateOnly DueOn, Meeting Meeting);

public enum TopicStage
{
    Proposed,
    Screened,
    Confirmed,
    Deliberated,
    Referred,
}

public sealed record Topic(
    Guid CaseId, string CaseNumber, Guid AppealId, PersonalText Title, PersonalText Text, Guid ProposedBy, Role ProposedAs,
    string Ground, TopicStage Stage)
{
    public static StreamType<Topic, ITopicEvent> Stream { get; } = new("topic", Evolve);

    public Criteria? Criteria { get; init; }

    public Guid? Group { get; init; }

    public Meeting? Confirmation { get; init; }

    public Advice? Advice { get; init; }

    public Referral? Referral { get; init; }

    public static Topic Evolve(Topic? topic, ITopicEvent happened) => (topic, happened) switch
    {
        (null, TopicProposed e) => new(
            e.CaseId, e.CaseNumber, e.AppealId, e.Title, e.Text, e.ProposedBy, e.ProposedAs, e.Ground, TopicStage.Proposed),
        ({ } t, TopicScreened e) => t with { Stage = TopicStage.Screened, Criteria = e.Criteria },
        ({ } t, TopicConfirmed e) => t with { Stage = TopicStage.Confirmed, Group = e.Group, Confirmation = e.Meeting },
        ({ } t, TopicDeliberated e) => t with { Stage = TopicStage.Deliberated, Advice = e.Advice },
        ({ } t, TopicReferred e) => t with
        {
            Stage = TopicStage.Referred,
            Referral = new(e.OrderId, e.Addressee, e.Content, e.DueOn, e.Meeting),
        },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {topic?.Stage.ToString() ?? "nothing"}."),
    };
}
