using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation.Referrals;

/// <param name="Reason">Why it cannot be solved in the township.</param>
/// <param name="Content">What is asked of the county.</param>
public sealed record EscalateTopic(
    [property: Text] string Reason, [property: Text(4000)] string Content, Meeting? Meeting = null, Commission? Commission = null);

public static class EscalatingTopic
{
    public static Decision<ITopicEvent> Decide(Topic topic, EscalateTopic command, Guid orderId, Presiding who)
    {
        var escalated = new TopicEscalated(
            topic.CaseNumber, topic.Title, orderId, topic.Group ?? default, command.Content, command.Reason, topic.Recused,
            who.Resolve(command.Meeting, command.Commission));
        return topic switch
        {
            { Referral: { } recorded } => recorded.Is(Referral.Of(escalated), null) ? [] : Refuse.State("topic-already-referred"),
            { Stage: TopicStage.NotTaken } => Refuse.State("topic-not-taken"),
            { Stage: not TopicStage.Deliberated } => Refuse.State("topic-not-deliberated"),
            _ when who.Objection(escalated.Resolution, ChairAct.EscalateTopic, topic.Recused) is { } objection => objection,
            _ => [escalated],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/escalation", Post).RequireRole(Presiding.Roles)
        .WithSummary("Branch C: submit to the county's standing committee what cannot be solved here, by a meeting of the Presidium");

    private static async Task<IResult> Post(HttpContext http, Guid id, EscalateTopic body, StreamStore store)
    {
        var who = await Presiding.Now(http, new Township(store, http.Caller().Tenant));
        return await http.Write(Topic.Stream, id, (topic, _, _) => Decide(topic, body, Referral.OrderOf(id), who));
    }
}
