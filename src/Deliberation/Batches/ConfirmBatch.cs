using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Meetings;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonStation.Deliberation.Batches;

/// <summary>One meeting decides on a month's batch. What it does not decide on goes into the next month's.</summary>
/// <param name="HeldOn">Local date of the meeting; with <paramref name="Attended"/>, but by commission or by the chair alone.</param>
/// <param name="Attended">Registry ids of the members present.</param>
/// <param name="Planned">The planned meeting it was, where it was planned as one.</param>
public sealed record ConfirmBatch(
    [property: Given, MaxLength(500, ErrorMessage = "too-long")] IReadOnlyList<DecideItem> Topics,
    DateOnly? HeldOn = null,
    [property: MaxLength(1000, ErrorMessage = "too-long")] IReadOnlyList<Guid>? Attended = null,
    Commission? Commission = null,
    Guid? Planned = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Topics.DistinctBy(t => t.Topic).Count() < Topics.Count)
        {
            yield return Wrong.Because("named-twice", nameof(Topics));
        }

        if (HeldOn is null != Attended is not { Count: > 0 })
        {
            yield return Wrong.Because("required", HeldOn is null ? nameof(HeldOn) : nameof(Attended));
        }

        if (Attended is { } attended && attended.Distinct().Count() < attended.Count)
        {
            yield return Wrong.Because("named-twice", nameof(Attended));
        }
    }
}

/// <param name="Group">The supervision group that follows it, of what is taken up.</param>
/// <param name="NotTaken">Why it is not taken up, told to every submitter.</param>
public sealed record DecideItem(
    [property: Given] Guid Topic,
    Guid? Group = null,
    [property: Text(Optional = true)] string? NotTaken = null,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int For = 0,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int Against = 0,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int Abstained = 0) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Group is null == NotTaken is null)
        {
            yield return Wrong.Because("one-of-both", nameof(Group), nameof(NotTaken));
        }
    }
}

/// <remarks>
/// The batch's own stream takes the meeting first: of two requests one is recorded. Then each topic follows in its own stream. Where the
/// request breaks off in between, <see cref="WhenBatchDecided"/> or the request sent again goes on from there.
/// </remarks>
public static class ConfirmingBatch
{
    public static Decision<IBatchEvent> Decide(Batch batch, BatchClosed closing, Refusal? objection) => batch switch
    {
        { Closed: { } recorded } => recorded == closing ? [] : Refuse.State("batch-already-closed"),
        _ when objection is not null => objection,
        _ => [closing],
    };

    /// <summary>Of one topic what the meeting decided on it.</summary>
    public static Decision<ITopicEvent> Decide(
        Topic topic, BatchClosed closing, ItemDecision item, IReadOnlyList<KnownGroup> groups, Presiding who)
    {
        var meeting = closing.HeldOn is { } on ? new Meeting(on, closing.Attended, item.For, item.Against, item.Abstained) : null;
        return item.Group is { } group
            ? ConfirmingTopic.Decide(topic, new(group, meeting, closing.Commission), groups, who)
            : DecliningTopic.Decide(topic, new(item.NotTaken!, meeting, closing.Commission), who);
    }

    public static Decision<ITopicEvent> RollOver(Topic topic, Month from, Place place) =>
        topic.Waits && topic.Place?.Month == from ? [new TopicRolledOver(from, place)] : [];

    public static void Map(RouteGroupBuilder batches) => batches
        .MapPost("/{month}/confirmation", Post).RequireRole(Presiding.Roles)
        .WithSummary("Decide on a month's batch by one meeting: each topic taken up with a group, or not with a reason");

    private static async Task<IResult> Post(HttpContext http, Month month, ConfirmBatch body, StreamStore store)
    {
        var (tenant, cancellation) = (http.Caller().Tenant, http.RequestAborted);
        var township = new Township(store, tenant);
        var who = await Presiding.Now(http, township);
        var groups = await township.Groups(GroupKind.SupervisionGroup, cancellation);
        var closing = new BatchClosed(
            body.HeldOn, body.Attended ?? [], body.Commission,
            [.. body.Topics.Select(t => new ItemDecision(t.Topic, t.Group, t.NotTaken, t.For, t.Against, t.Abstained))], body.Planned);
        var batch = Batch.Of(tenant, month);

        var objection = await PlannedMeeting.IsKnown(store, tenant, body.Planned, cancellation) ? null : Refuse.Rule("no-such-planned-meeting");
        var refused = (Guid?)null;
        foreach (var item in closing.Items.TakeWhile(_ => objection is null))
        {
            var topic = (await store.Load(Topic.Stream, item.Topic, tenant, cancellation))?.State;
            objection = topic is null ? Refuse.Rule("topic-unknown")
                : topic.Place?.Month != month ? Refuse.Rule("topic-of-another-batch")
                : Decide(topic, closing, item, groups, who).Refusal;
            refused = objection is null ? null : item.Topic;
        }

        var cause = (await http.Cause()).Cause;
        if (cause is not null && objection is null)
        {
            // What rolled over may stand in a month nothing was proposed for yet.
            await store.Write(
                Batch.Stream, batch, cause with { Inbox = null }, b => OpeningBatch.Decide(b, month, month.First), cancellation: cancellation);
        }

        var answer = await http.Write(Batch.Stream, batch, (b, _, _) => Decide(b, closing, objection));
        if ((await store.Load(Batch.Stream, batch, tenant, cancellation))?.State.Closed != closing)
        {
            return answer is ProblemHttpResult problem && refused is not null ? problem.About(refused.Value) : answer;
        }

        return await Apply(store, cause!, month, closing, groups, who, cancellation) is { } late
            ? ((ProblemHttpResult)http.Problem(late.Refusal)).About(late.Topic)
            : answer;
    }

    /// <summary>Decides on each topic what the meeting decided, and lets the rest go into the next month's batch; what is done already stays.</summary>
    /// <returns>The first topic that takes its decision no more, and why; all others have theirs.</returns>
    internal static async Task<(Guid Topic, Refusal Refusal)?> Apply(
        StreamStore store, Cause cause, Month month, BatchClosed closing, IReadOnlyList<KnownGroup> groups, Presiding who,
        CancellationToken cancellation)
    {
        cause = cause with { Correlation = null, Inbox = null };
        (Guid, Refusal)? late = null;
        foreach (var item in closing.Items)
        {
            var outcome = await store.Write(
                Topic.Stream, item.Topic, cause, topic => Decide(topic!, closing, item, groups, who), cancellation: cancellation);
            late ??= outcome.Refusal is { } refusal ? (item.Topic, refusal) : null;
        }

        var next = Place.In(
            await OpeningBatch.Ensure(store, cause, month.Next, cancellation), who.Today, who.Policy, who.Calendar);
        foreach (var topic in await TopicRows.WaitingIn(store, cause.Tenant, month, cancellation))
        {
            await store.Write(Topic.Stream, topic, cause, t => RollOver(t!, month, next), cancellation: cancellation);
        }

        return late;
    }

    private static ProblemHttpResult About(this ProblemHttpResult problem, Guid topic)
    {
        problem.ProblemDetails.Extensions["topic"] = topic;
        return problem;
    }
}
