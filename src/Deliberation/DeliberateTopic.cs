using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Meetings;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <param name="HeldOn">Local date of the thematic meeting that adopted the advice.</param>
/// <param name="Attended">Registry ids of the members present.</param>
/// <param name="Advice">How the matter should be handled.</param>
/// <param name="Content">The concrete content of the supervision.</param>
/// <param name="Summary">What was said.</param>
/// <param name="Guests">Who else took part, by kind and unit.</param>
/// <param name="Planned">The planned meeting it was, where it was planned as one.</param>
/// <param name="For">Votes; the Presidium's alone are counted, on a major matter.</param>
public sealed record DeliberateTopic(
    [property: Given] DateOnly HeldOn,
    [property: Given, MaxLength(1000, ErrorMessage = "too-long")] IReadOnlyList<Guid> Attended,
    [property: Text(4000)] string Advice,
    [property: Text(4000)] string Content,
    [property: Text(4000, Optional = true)] string? Summary = null,
    [property: MaxLength(50, ErrorMessage = "too-long")] IReadOnlyList<Guest>? Guests = null,
    Guid? Planned = null,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int For = 0,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int Against = 0,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int Abstained = 0,
    Commission? Commission = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Attended.Distinct().Count() < Attended.Count)
        {
            yield return Wrong.Because("named-twice", nameof(Attended));
        }
    }
}

public static class DeliberatingTopic
{
    /// <param name="groups">The township's supervision groups.</param>
    /// <param name="plannedKnown">Whether the planned meeting it refers to is one.</param>
    public static Decision<ITopicEvent> Decide(Topic topic, DeliberateTopic command, IReadOnlyList<KnownGroup> groups, Presiding who, bool plannedKnown)
    {
        var sitting = Sitting.Of(topic, who, command.HeldOn, command.Attended, command.Guests, command.Summary, command.Planned);
        var advice = new Advice(command.HeldOn, command.Advice, command.Content);
        var resolution = topic.MajorMatter is null
            ? null
            : who.Resolve(new(command.HeldOn, command.Attended, command.For, command.Against, command.Abstained), command.Commission);
        var adopted = new AdviceAdopted(advice, resolution, Place.WithinNextMonth(who.Today, who.Policy, who.Calendar));
        return topic switch
        {
            { Advice: { } recorded } => recorded == advice && topic.Adoption == resolution && topic.Sittings.Contains(sitting)
                ? []
                : Refuse.State("topic-already-deliberated"),
            { Stage: TopicStage.NotTaken } => Refuse.State("topic-not-taken"),
            { Stage: not TopicStage.Confirmed } => Refuse.State("topic-not-confirmed"),
            _ when sitting.Objection(topic, groups.FirstOrDefault(g => g.Id == topic.Group), who, plannedKnown) is { } objection => objection,
            _ when resolution is not null && who.Objection(resolution, null, topic.Recused) is { } objection => objection,
            _ when topic.Sittings.Contains(sitting) => [adopted],
            _ => [new MeetingHeld(sitting), adopted],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/deliberation", Post).RequireRole(HoldingMeeting.Roles)
        .WithSummary("Record the thematic meeting of the group assigned, or the Presidium's on a major matter, and the advice it adopted");

    private static async Task<IResult> Post(HttpContext http, Guid id, DeliberateTopic body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var (groups, who) =
            (await township.Groups(GroupKind.SupervisionGroup, http.RequestAborted), await Presiding.Now(http, township));
        var plannedKnown = await PlannedMeeting.IsKnown(store, township.Code, body.Planned, http.RequestAborted);
        return await http.Write(Topic.Stream, id, (topic, _, _) => Decide(topic, body, groups, who, plannedKnown));
    }
}
