using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <param name="HeldOn">Local date of the group's thematic meeting.</param>
/// <param name="Advice">How the group would have the matter handled.</param>
/// <param name="Content">The concrete content of the supervision.</param>
public sealed record DeliberateTopic(
    [property: Given] DateOnly HeldOn,
    [property: Text(4000)] string Advice,
    [property: Text(4000)] string Content);

public static class DeliberatingTopic
{
    /// <param name="groups">The supervision groups the caller is a member of.</param>
    public static Decision<ITopicEvent> Decide(
        Topic topic, DeliberateTopic command, IReadOnlyList<Guid> groups, DateOnly today) => topic switch
        {
            { Group: null } => Refuse.State("topic-not-confirmed"),
            { Group: { } assigned } when !groups.Contains(assigned) => Refuse.Forbidden("not-of-the-group-assigned"),
            { Advice: { } recorded } => recorded == AdviceOf(command) ? [] : Refuse.State("topic-already-deliberated"),
            _ when command.HeldOn > today => Refuse.Rule("meeting-not-held-yet"),
            _ => [new TopicDeliberated(AdviceOf(command))],
        };

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/deliberation", Post).RequireRole(Role.SupervisionGroup)
        .WithSummary("Record the thematic meeting of the group assigned: its advice and the content it fixed");

    private static Advice AdviceOf(DeliberateTopic command) => new(command.HeldOn, command.Advice, command.Content);

    private static async Task<IResult> Post(HttpContext http, Guid id, DeliberateTopic body, StreamStore store)
    {
        var caller = http.Caller();
        Guid[] groups =
            [.. (await new Township(store, caller.Tenant).GroupsOf(caller.Person, http.RequestAborted)).Select(g => g.Id)];
        return await http.Write(Topic.Stream, id, (topic, _, now) => Decide(topic, body, groups, BusinessTime.DateOf(now)));
    }
}
