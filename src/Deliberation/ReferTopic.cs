using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <param name="Addressee">The town government that is to act.</param>
/// <param name="DueOn">Last day of the limit, local date; it ends at 24:00.</param>
/// <param name="Content">What is to be done.</param>
public sealed record ReferTopic(
    [property: Given] Meeting Meeting,
    [property: Given] Guid Addressee,
    [property: Given, Range(typeof(DateOnly), "0001-01-01", "9000-12-31", ParseLimitsInInvariantCulture = true, ErrorMessage = "out-of-range")]
    DateOnly DueOn,
    [property: Text(4000)] string Content);

public static class ReferringTopic
{
    /// <param name="presidium">All members of the township's Presidium; null where it has none.</param>
    /// <param name="isTownGovernment">Whether the addressee is an active town government of the township.</param>
    public static Decision<ITopicEvent> Decide(
        Topic topic, ReferTopic command, Guid orderId, IReadOnlyList<Guid>? presidium, bool isTownGovernment, DateOnly today) =>
        topic switch
        {
            { Referral: { } recorded } => recorded == new Referral(
                orderId, command.Addressee, command.Content, command.DueOn, command.Meeting)
                ? []
                : Refuse.State("topic-already-referred"),
            { Advice: null } or { Group: null } => Refuse.State("topic-not-deliberated"),
            _ when command.Meeting.Objection(presidium, today) is { } objection => objection,
            _ when !isTownGovernment => Refuse.Rule("addressee-not-town-government"),
            _ when command.DueOn < today => Refuse.Rule("due-date-past"),
            { Group: { } group } => [new TopicReferred(
                topic.CaseNumber, topic.Title, orderId, command.Addressee, group, command.Content, command.DueOn, command.Meeting)],
        };

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/referral", Post).RequireRole(Role.Presidium)
        .WithSummary("Hand the matter to the town government with a limit, by a meeting of the Presidium");

    private static async Task<IResult> Post(HttpContext http, Guid id, ReferTopic body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var presidium = await township.Presidium(http.RequestAborted);
        var isTownGovernment = await township.Unit(body.Addressee, http.RequestAborted) is { Kind: UnitKind.TownGovernment };
        return await http.Write(Topic.Stream, id, (topic, _, now) => Decide(
            topic, body, Uuid.Derive(id, "order"), presidium, isTownGovernment, BusinessTime.DateOf(now)));
    }
}
