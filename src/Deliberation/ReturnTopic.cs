using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

/// <param name="Reason">What is missing.</param>
public sealed record ReturnTopic([property: Text] string Reason);

public static class ReturningTopic
{
    /// <param name="person">Registry id of whoever screens.</param>
    public static Decision<ITopicEvent> Decide(Topic topic, ReturnTopic command, Guid person) => topic switch
    {
        { Stage: TopicStage.Returned } => topic.Wanting == command.Reason ? [] : Refuse.State("topic-returned"),
        { Stage: not TopicStage.Proposed } => Refuse.State("topic-already-screened"),
        _ when topic.Recused.Contains(person) => Refuse.Forbidden("recused-takes-no-part"),
        _ => [new TopicReturned(command.Reason)],
    };

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/return", Post).RequireRole(Authority.For(Act.Screen))
        .WithSummary("Return a proposed topic to its proposer for completion");

    private static Task<IResult> Post(HttpContext http, Guid id, ReturnTopic body) => http.Write(
        Topic.Stream, id, (topic, caller, _) => Decide(topic, body, caller.Person));
}
