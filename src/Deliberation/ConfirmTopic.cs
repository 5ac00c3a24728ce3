using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <param name="Group">The supervision group that is to follow the item.</param>
public sealed record ConfirmTopic([property: Given] Meeting Meeting, [property: Given] Guid Group);

public static class ConfirmingTopic
{
    /// <param name="presidium">All members of the township's Presidium; null where it has none.</param>
    /// <param name="isSupervisionGroup">Whether the group named is an active supervision group of the township.</param>
    public static Decision<ITopicEvent> Decide(
        Topic topic, ConfirmTopic command, IReadOnlyList<Guid>? presidium, bool isSupervisionGroup, DateOnly today) => topic switch
        {
            { Stage: TopicStage.Proposed } => Refuse.State("topic-not-screened"),
            { Confirmation: { } recorded } =>
                recorded == command.Meeting && topic.Group == command.Group ? [] : Refuse.State("topic-already-confirmed"),
            _ when command.Meeting.Objection(presidium, today) is { } objection => objection,
            _ when !isSupervisionGroup => Refuse.Rule("not-a-supervision-group"),
            _ => [new TopicConfirmed(topic.AppealId, command.Group, command.Meeting)],
        };

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/confirmation", Post).RequireRole(Role.Presidium)
        .WithSummary("Take a screened topic up as an item of supervision, by a meeting of the Presidium");

    private static async Task<IResult> Post(HttpContext http, Guid id, ConfirmTopic body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var presidium = await township.Presidium(http.RequestAborted);
        var isGroup = await township.Group(body.Group, http.RequestAborted) is { Kind: GroupKind.SupervisionGroup };
        return await http.Write(
            Topic.Stream, id, (topic, _, now) => Decide(topic, body, presidium, isGroup, BusinessTime.DateOf(now)));
    }
}
