using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Meetings;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <param name="HeldOn">Local date.</param>
/// <param name="Attended">Registry ids of the members present.</param>
/// <param name="Summary">What was said.</param>
/// <param name="Guests">Who else took part, by kind and unit.</param>
/// <param name="Planned">The planned meeting it was, where it was planned as one.</param>
public sealed record HoldMeeting(
    [property: Given] DateOnly HeldOn,
    [property: Given, MaxLength(1000, ErrorMessage = "too-long")] IReadOnlyList<Guid> Attended,
    [property: Text(4000)] string Summary,
    [property: MaxLength(50, ErrorMessage = "too-long")] IReadOnlyList<Guest>? Guests = null,
    Guid? Planned = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Attended.Distinct().Count() < Attended.Count)
        {
            yield return Wrong.Because("named-twice", nameof(Attended));
        }
    }
}

public static class HoldingMeeting
{
    /// <summary>Whoever may be in charge of a topic's meetings.</summary>
    public static Role[] Roles { get; } =
        [.. Authority.For(Act.Advise), .. Authority.For(Act.Decide), .. Authority.For(Act.DecideByCommission)];

    /// <param name="groups">The township's supervision groups.</param>
    /// <param name="plannedKnown">Whether the planned meeting it refers to is one.</param>
    public static Decision<ITopicEvent> Decide(Topic topic, HoldMeeting command, IReadOnlyList<KnownGroup> groups, Presiding who, bool plannedKnown)
    {
        var sitting = Sitting.Of(topic, who, command.HeldOn, command.Attended, command.Guests, command.Summary, command.Planned);
        return topic switch
        {
            _ when topic.Sittings.Contains(sitting) => [],
            { Stage: TopicStage.NotTaken } => Refuse.State("topic-not-taken"),
            { Stage: TopicStage.Deliberated or TopicStage.Referred } => Refuse.State("topic-already-deliberated"),
            { Stage: not TopicStage.Confirmed } => Refuse.State("topic-not-confirmed"),
            _ when sitting.Objection(topic, groups.FirstOrDefault(g => g.Id == topic.Group), who, plannedKnown) is { } objection => objection,
            _ => [new MeetingHeld(sitting)],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/meetings", Post).RequireRole(Roles)
        .WithSummary("Record a thematic meeting that adopted no advice yet");

    private static async Task<IResult> Post(HttpContext http, Guid id, HoldMeeting body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var (groups, who) =
            (await township.Groups(GroupKind.SupervisionGroup, http.RequestAborted), await Presiding.Now(http, township));
        var plannedKnown = await PlannedMeeting.IsKnown(store, township.Code, body.Planned, http.RequestAborted);
        return await http.Write(Topic.Stream, id, (topic, _, _) => Decide(topic, body, groups, who, plannedKnown));
    }
}
