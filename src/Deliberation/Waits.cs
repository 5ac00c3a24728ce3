using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

public static class Waits
{
    /// <summary>What a topic waits for; it stands in the case's first round throughout.</summary>
    /// <remarks>What the Presidium decides waits for its chair too, who convenes it even where policy leaves him nothing alone.</remarks>
    public static Waiting? For(Topic topic) => topic switch
    {
        { Stage: TopicStage.Proposed } => Act(topic, "screen-topic", Authority.For(Rules.Act.Screen)),
        { Stage: TopicStage.Returned } => Act(topic, "complete-topic", [topic.ProposedAs]) with { Person = topic.ProposedBy },
        { Stage: TopicStage.Screened } => Act(topic, "confirm-topic", Presiding.Roles),
        { Stage: TopicStage.Confirmed, MajorMatter: null } =>
            Act(topic, "deliberate-topic", Authority.For(Rules.Act.Advise)) with { Group = topic.Group },
        { Stage: TopicStage.Confirmed } => Act(topic, "deliberate-major-matter", Presiding.Roles),
        { Stage: TopicStage.Deliberated } => Act(topic, "refer-topic", Presiding.Roles),
        _ => null,
    };

    private static Waiting Act(Topic topic, string act, Role[] roles) =>
        new(act, topic.CaseId, topic.CaseNumber, 1, roles, DueAt: topic.Limit?.DueAt(), Except: topic.Recused);
}
