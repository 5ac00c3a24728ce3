using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <param name="Group">The supervision group that is to follow the item.</param>
public sealed record ConfirmTopic([property: Given] Guid Group, Meeting? Meeting = null, Commission? Commission = null);

public static class ConfirmingTopic
{
    /// <param name="groups">The township's supervision groups.</param>
    public static Decision<ITopicEvent> Decide(Topic topic, ConfirmTopic command, IReadOnlyList<KnownGroup> groups, Presiding who)
    {
        var resolution = who.Resolve(command.Meeting, command.Commission);
        return topic switch
        {
            { Stage: TopicStage.Proposed } => Refuse.State("topic-not-screened"),
            { Stage: TopicStage.Returned } => Refuse.State("topic-returned"),
            { Stage: TopicStage.NotTaken } => Refuse.State("topic-not-taken"),
            { Decision: { } recorded } =>
                recorded == resolution && topic.Group == command.Group ? [] : Refuse.State("topic-already-confirmed"),
            _ when who.Objection(resolution, ChairAct.ConfirmTopic, topic.Recused) is { } objection => objection,
            _ when groups.All(g => g.Id != command.Group) => Refuse.Rule("not-a-supervision-group"),
            _ => [new TopicConfirmed(
                topic.AppealId, command.Group, resolution, Place.WithinNextMonth(who.Today, who.Policy, who.Calendar))],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/confirmation", Post).RequireRole(Presiding.Roles)
        .WithSummary("Take a screened topic up as an item of supervision, by a meeting of the Presidium");

    private static async Task<IResult> Post(HttpContext http, Guid id, ConfirmTopic body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var (groups, who) =
            (await township.Groups(GroupKind.SupervisionGroup, http.RequestAborted), await Presiding.Now(http, township));
        return await http.Write(Topic.Stream, id, (topic, _, _) => Decide(topic, body, groups, who));
    }
}
