using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <summary>An earlier event was entered wrongly. Both stay visible; what it says instead counts from now on.</summary>
/// <param name="EventId">The event corrected.</param>
/// <param name="Group">The group meant, of a confirmation.</param>
/// <param name="Advice">The advice meant, of an adoption.</param>
/// <param name="Content">The content meant, of an adoption.</param>
public sealed record EntryCorrected(Guid EventId, Guid? Group, string? Advice, string? Content, string Reason) : ITopicEvent;

/// <param name="EventId">As the case's history shows it.</param>
/// <param name="Group">Of a confirmation: the group that was meant.</param>
/// <param name="Advice">Of an adoption: how the matter should be handled.</param>
/// <param name="Content">Of an adoption: the concrete content of the supervision.</param>
public sealed record CorrectEntry(
    [property: Given] Guid EventId,
    [property: Text] string Reason,
    Guid? Group = null,
    [property: Text(4000, Optional = true)] string? Advice = null,
    [property: Text(4000, Optional = true)] string? Content = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Group is null && Advice is null && Content is null)
        {
            yield return Wrong.Because("required", nameof(Group), nameof(Advice), nameof(Content));
        }
    }
}

public static class CorrectingEntry
{
    /// <param name="corrected">The event of that id; null where this topic has none.</param>
    /// <param name="groups">The township's supervision groups.</param>
    public static Decision<ITopicEvent> Decide(
        Topic topic, CorrectEntry command, object? corrected, IReadOnlyList<KnownGroup> groups)
    {
        var correction = new EntryCorrected(command.EventId, command.Group, command.Advice, command.Content, command.Reason);
        return (corrected, topic) switch
        {
            _ when topic.Corrections.Contains(correction) => [],
            (TopicConfirmed, _) when command is not { Group: not null, Advice: null, Content: null } => Refuse.Rule("not-to-be-corrected-so"),
            (AdviceAdopted, _) when command.Group is not null => Refuse.Rule("not-to-be-corrected-so"),
            (TopicConfirmed, { Stage: not TopicStage.Confirmed }) => Refuse.State("decided-on-it-already"),
            (AdviceAdopted, { Stage: not TopicStage.Deliberated }) => Refuse.State("decided-on-it-already"),
            (TopicConfirmed, { Sittings: not [] }) => Refuse.State("decided-on-it-already"),
            (TopicConfirmed, _) when groups.All(g => g.Id != command.Group) => Refuse.Rule("not-a-supervision-group"),
            (TopicConfirmed or AdviceAdopted, _) => [correction],
            (null, _) => Refuse.Rule("no-such-entry"),
            _ => Refuse.Rule("not-to-be-corrected-so"),
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/corrections", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Correct an entry on which nothing has been decided yet: the group assigned, or the wording of the advice");

    private static async Task<IResult> Post(HttpContext http, Guid id, CorrectEntry body, StreamStore store)
    {
        var tenant = http.Caller().Tenant;
        var events = await store.Read(id, tenant, http.RequestAborted);
        var groups = await new Township(store, tenant).Groups(GroupKind.SupervisionGroup, http.RequestAborted);
        return await http.Write(
            Topic.Stream, id, (topic, _, _) => Decide(topic, body, events.FirstOrDefault(e => e.Id == body.EventId)?.Data, groups));
    }
}
