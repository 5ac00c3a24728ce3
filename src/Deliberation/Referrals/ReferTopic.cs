using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation.Referrals;

/// <param name="Addressee">The town government that is to act; a section itself only where the township's policy has it so.</param>
/// <param name="Content">What is to be done.</param>
/// <param name="WorkingDays">Its limit; of neither this nor a last day, policy's.</param>
/// <param name="DueOn">Last day of the limit, local date; it ends at 24:00.</param>
public sealed record ReferTopic(
    [property: Given] Guid Addressee,
    [property: Text(4000)] string Content,
    [property: Range(1, 1000, ErrorMessage = "out-of-range")] int? WorkingDays = null,
    [property: Range(typeof(DateOnly), "0001-01-01", "9000-12-31", ParseLimitsInInvariantCulture = true, ErrorMessage = "out-of-range")]
    DateOnly? DueOn = null,
    [property: MaxLength(50, ErrorMessage = "too-long")] IReadOnlyList<MilestoneAsked>? Milestones = null,
    Meeting? Meeting = null,
    Commission? Commission = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WorkingDays is not null && DueOn is not null)
        {
            yield return Wrong.Because("one-limit-only", nameof(WorkingDays), nameof(DueOn));
        }
    }
}

/// <param name="DueOn">Local date; it ends at 24:00.</param>
public sealed record MilestoneAsked([property: Text(1000)] string Content, [property: Given] DateOnly DueOn);

public static class ReferringTopic
{
    /// <param name="addressee">Null where there is no such active unit.</param>
    public static Decision<ITopicEvent> Decide(Topic topic, ReferTopic command, Guid orderId, KnownUnit? addressee, Presiding who)
    {
        var limit = new LimitAsked(command.WorkingDays, command.DueOn);
        var referred = new TopicReferred(
            topic.CaseNumber, topic.Title, orderId, command.Addressee, topic.Group ?? default, command.Content, limit.From(who),
            [.. (command.Milestones ?? []).OrderBy(m => m.DueOn).Select(m => new Milestone(m.Content, m.DueOn))], topic.Recused,
            who.Resolve(command.Meeting, command.Commission));
        return topic switch
        {
            { Referral: { } recorded } => recorded.Is(Referral.Of(referred), limit) ? [] : Refuse.State("topic-already-referred"),
            { Stage: TopicStage.NotTaken } => Refuse.State("topic-not-taken"),
            { Stage: not TopicStage.Deliberated } => Refuse.State("topic-not-deliberated"),
            _ when who.Objection(referred.Resolution, ChairAct.ReferTopic, topic.Recused) is { } objection => objection,
            _ when addressee is { Kind: UnitKind.Section } && !who.Policy.OrdersToSections => Refuse.Rule("section-not-ordered-directly"),
            _ when addressee is not { Kind: UnitKind.TownGovernment or UnitKind.Section } => Refuse.Rule("addressee-not-town-government"),
            _ when limit.Objection(who, referred.Milestones) is { } objection => objection,
            _ => [referred],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/referral", Post).RequireRole(Presiding.Roles)
        .WithSummary("Branch A: hand the matter to the town government with a limit, by a meeting of the Presidium");

    private static async Task<IResult> Post(HttpContext http, Guid id, ReferTopic body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var who = await Presiding.Now(http, township);
        var addressee = await township.Unit(body.Addressee, http.RequestAborted);
        return await http.Write(Topic.Stream, id, (topic, _, _) => Decide(topic, body, Referral.OrderOf(id), addressee, who));
    }
}
