using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

/// <param name="Ground">Why it should be deliberated, as completed; it takes the place of the first one.</param>
public sealed record CompleteTopic([property: Text] string Ground);

public static class CompletingTopic
{
    public static Decision<ITopicEvent> Decide(Topic topic, CompleteTopic command, Guid person) => topic switch
    {
        _ when topic.ProposedBy != person => Refuse.Forbidden("not-the-proposer"),
        { Stage: not TopicStage.Returned } => topic.Ground == command.Ground ? [] : Refuse.State("topic-not-returned"),
        _ => [new TopicCompleted(command.Ground)],
    };

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/completion", Post).RequireRole(Authority.For(Act.Propose))
        .WithSummary("Complete a returned topic, as its proposer");

    private static Task<IResult> Post(HttpContext http, Guid id, CompleteTopic body) => http.Write(
        Topic.Stream, id, (topic, caller, _) => Decide(topic, body, caller.Person));
}
