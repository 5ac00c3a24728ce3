using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation.Referrals;

/// <param name="Section">The town's section that contacts the county department and reports.</param>
/// <param name="Counterpart">The county department by name; no person's.</param>
/// <param name="Content">What is to be brought about.</param>
/// <param name="WorkingDays">Its limit; of neither this nor a last day, policy's.</param>
/// <param name="DueOn">Last day of the limit, local date; it ends at 24:00.</param>
public sealed record ReferToCounty(
    [property: Given] Guid Section,
    [property: Text(100)] string Counterpart,
    [property: Text(4000)] string Content,
    [property: Range(1, 1000, ErrorMessage = "out-of-range")] int? WorkingDays = null,
    [property: Range(typeof(DateOnly), "0001-01-01", "9000-12-31", ParseLimitsInInvariantCulture = true, ErrorMessage = "out-of-range")]
    DateOnly? DueOn = null,
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

public static class ReferringToCounty
{
    /// <param name="section">Null where there is no such active unit.</param>
    public static Decision<ITopicEvent> Decide(Topic topic, ReferToCounty command, Guid orderId, KnownUnit? section, Presiding who)
    {
        var limit = new LimitAsked(command.WorkingDays, command.DueOn);
        var referred = new TopicReferredToCounty(
            topic.CaseNumber, topic.Title, orderId, command.Section, command.Counterpart, topic.Group ?? default, command.Content,
            limit.From(who), who.Policy.CoordinationReportWorkingDays, who.Policy.Version, topic.Recused,
            who.Resolve(command.Meeting, command.Commission));
        return topic switch
        {
            { Referral: { } recorded } => recorded.Is(Referral.Of(referred), limit) ? [] : Refuse.State("topic-already-referred"),
            { Stage: TopicStage.NotTaken } => Refuse.State("topic-not-taken"),
            { Stage: not TopicStage.Deliberated } => Refuse.State("topic-not-deliberated"),
            _ when who.Objection(referred.Resolution, ChairAct.ReferTopic, topic.Recused) is { } objection => objection,
            _ when section is not { Kind: UnitKind.Section } => Refuse.Rule("not-a-section"),
            _ when limit.Objection(who, []) is { } objection => objection,
            _ => [referred],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/county-coordination", Post).RequireRole(Presiding.Roles)
        .WithSummary("Branch B: have a section follow the matter up with a county department, by a meeting of the Presidium");

    private static async Task<IResult> Post(HttpContext http, Guid id, ReferToCounty body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var who = await Presiding.Now(http, township);
        var section = await township.Unit(body.Section, http.RequestAborted);
        return await http.Write(Topic.Stream, id, (topic, _, _) => Decide(topic, body, Referral.OrderOf(id), section, who));
    }
}
