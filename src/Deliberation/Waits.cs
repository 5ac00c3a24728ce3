using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

public static class Waits
{
    // Its chair, who acts alone only where policy has it so, sees it among all that waits in the township.
    private static readonly Role[] Presidium = [.. Authority.For(Rules.Act.Decide), .. Authority.For(Rules.Act.DecideByCommission)];

    /// <summary>What a topic waits for; it stands in the case's first round throughout.</summary>
    public static Waiting? For(Topic topic) => topic switch
    {
        { Stage: TopicStage.Proposed } => Act(topic, "screen-topic", Authority.For(Rules.Act.Screen)),
        { Stage: TopicStage.Returned } => Act(topic, "complete-topic", [topic.ProposedAs]) with { Person = topic.ProposedBy },
        { Stage: TopicStage.Screened } => Act(topic, "confirm-topic", Presidium),
        { Stage: TopicStage.Confirmed, MajorMatter: null } =>
            Act(topic, "deliberate-topic", Authority.For(Rules.Act.Advise)) with { Group = topic.Group },
        { Stage: TopicStage.Confirmed } => Act(topic, "deliberate-major-matter", Presidium),
        { Stage: TopicStage.Deliberated } => Act(topic, "refer-topic", Presidium),
        _ => null,
    };

    private static Waiting Act(Topic topic, string act, Role[] roles) =>
        new(act, topic.CaseId, topic.CaseNumber, 1, roles, DueAt: topic.Limit?.DueAt(), Except: topic.Recused, WarnAt: topic.Limit?.WarnAt());
}
