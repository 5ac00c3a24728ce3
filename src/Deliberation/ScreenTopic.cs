using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

/// <param name="NotTaken">Why it is not worth supervising, told to every submitter; only where a criterion is not met.</param>
public sealed record ScreenTopic(
    [property: Given] Criterion Livelihood,
    [property: Given] Criterion Complex,
    [property: Given] Criterion LongSpan,
    [property: Text(Optional = true)] string? NotTaken = null);

public static class ScreeningTopic
{
    /// <param name="person">Registry id of whoever screens.</param>
    public static Decision<ITopicEvent> Decide(Topic topic, ScreenTopic command, Guid person)
    {
        var found = new Criteria(command.Livelihood, command.Complex, command.LongSpan);
        return topic switch
        {
            { Criteria: { } recorded } => recorded == found && command.NotTaken == (AllMet(recorded) ? null : topic.NotTaken)
                ? []
                : Refuse.State("topic-already-screened"),
            { Stage: TopicStage.Returned } => Refuse.State("topic-returned"),
            _ when topic.Recused.Contains(person) => Refuse.Forbidden("recused-takes-no-part"),
            _ when AllMet(found) => command.NotTaken is null ? [new TopicScreened(found)] : Refuse.Rule("criteria-met"),
            _ => command.NotTaken is { } reason ? [new TopicScreenedOut(topic.AppealId, found, reason)] : Refuse.Rule("criteria-not-met"),
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/screening", Post).RequireRole(Authority.For(Act.Screen))
        .WithSummary("Screen a proposed topic by the three criteria, each with its reason");

    private static bool AllMet(Criteria found) => found.Livelihood.Met && found.Complex.Met && found.LongSpan.Met;

    private static Task<IResult> Post(HttpContext http, Guid id, ScreenTopic body) => http.Write(
        Topic.Stream, id, (topic, caller, _) => Decide(topic, body, caller.Person));
}
