using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

public sealed record ScreenTopic(
    [property: Given] Criterion Livelihood,
    [property: Given] Criterion Complex,
    [property: Given] Criterion LongSpan);

public static class ScreeningTopic
{
    public static Decision<ITopicEvent> Decide(Topic topic, Criteria found) => topic switch
    {
        { Criteria: { } recorded } => recorded == found ? [] : Refuse.State("topic-already-screened"),
        _ when !(found.Livelihood.Met && found.Complex.Met && found.LongSpan.Met) => Refuse.Rule("criteria-not-met"),
        _ => [new TopicScreened(found)],
    };

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/screening", Post).RequireRole(Role.CongressOffice)
        .WithSummary("Screen a proposed topic by the three criteria, each with its reason");

    private static Task<IResult> Post(HttpContext http, Guid id, ScreenTopic body) => http.Write(
        Topic.Stream, id, (topic, _, _) => Decide(topic, new(body.Livelihood, body.Complex, body.LongSpan)));
}
