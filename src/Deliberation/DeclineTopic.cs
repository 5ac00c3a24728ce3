using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <param name="Reason">Why it is not taken up, told to every submitter.</param>
public sealed record DeclineTopic([property: Text] string Reason, Meeting? Meeting = null, Commission? Commission = null);

public static class DecliningTopic
{
    public static Decision<ITopicEvent> Decide(Topic topic, DeclineTopic command, Presiding who)
    {
        var resolution = who.Resolve(command.Meeting, command.Commission);
        return topic switch
        {
            { Stage: TopicStage.Proposed } => Refuse.State("topic-not-screened"),
            { Stage: TopicStage.Returned } => Refuse.State("topic-returned"),
            { Stage: TopicStage.NotTaken } =>
                topic.Decision == resolution && topic.NotTaken == command.Reason ? [] : Refuse.State("topic-not-taken"),
            { Stage: not TopicStage.Screened } => Refuse.State("topic-already-confirmed"),
            _ when who.Objection(resolution, ChairAct.ConfirmTopic, topic.Recused) is { } objection => objection,
            _ => [new TopicDeclined(topic.AppealId, command.Reason, resolution)],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/declining", Post).RequireRole(Presiding.Roles)
        .WithSummary("Do not take a screened topic up, with the reason that every submitter is told, by a meeting of the Presidium");

    private static async Task<IResult> Post(HttpContext http, Guid id, DeclineTopic body, StreamStore store)
    {
        var who = await Presiding.Now(http, new Township(store, http.Caller().Tenant));
        return await http.Write(Topic.Stream, id, (topic, _, _) => Decide(topic, body, who));
    }
}
