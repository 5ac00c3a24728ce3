using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <summary>What the meeting called for it decided, asked and was promised.</summary>
/// <param name="Convened">Whether it is convened; else the proposal is declined.</param>
/// <param name="Words">What is to be put right; or why it is declined.</param>
/// <param name="DueOn">Last day of the round's new limit, local date; left out, the limit stays.</param>
public sealed record ConveneTargetedSupervision(
    [property: Given] Resolution Resolution, bool Convened, [property: Text(4000)] string Words, DateOnly? DueOn = null,
    [property: MaxLength(20, ErrorMessage = "too-long")] IReadOnlyList<Questioned>? Questioned = null,
    [property: MaxLength(20, ErrorMessage = "too-long")] IReadOnlyList<Promise>? Commitments = null);

/// <param name="Post">The post held.</param>
/// <param name="Person">Registry id of who holds it.</param>
public sealed record Questioned(
    [property: Text(100)] string Post, [property: Given] Guid Person, [property: Given] DateOnly QuestionedOn, [property: Text(4000)] string Answer);

/// <param name="DueOn">Local date.</param>
public sealed record Promise([property: Text] string Content, [property: Given] DateOnly DueOn);

public static class ConveningTargetedSupervision
{
    /// <param name="by">The role the act is done in.</param>
    /// <param name="presidium">All members of the township's Presidium; null where it has none.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, ConveneTargetedSupervision command, Role by, IReadOnlyList<Guid>? presidium, Policy policy, WorkingCalendar calendar,
        DateOnly today) => order switch
        {
            { Targeted: { Convened: { } c } } when command.Convened && c.Round == order.Round.Number =>
                c.Resolution == command.Resolution && c.Demands == command.Words
                    ? []
                    : Refuse.State("targeted-supervision-already-convened"),
            { Targeted: { Declined: { } d } } when !command.Convened && d.Resolution == command.Resolution && d.Reason == command.Words => [],
            { Targeted: null or { IsPending: false } } => Refuse.State("targeted-supervision-not-proposed"),
            _ when order.NotOpen() is { } refusal => refusal,
            _ when command.Resolution.Objection(
                by, ChairAct.ConveneTargetedSupervision, policy, presidium, order.Recused, today) is { } objection => objection.Refusal(),
            _ when !command.Convened => [new TargetedSupervisionDeclined(order.Round.Number, by, command.Resolution, command.Words)],
            _ when command.DueOn < today || (command.Commitments ?? []).Any(p => p.DueOn < today) => Refuse.Rule("due-date-past"),
            _ when (command.Questioned ?? []).Any(q => q.QuestionedOn > today) => Refuse.Rule("date-in-future"),
            { Owing: null } => Refuse.State("order-not-in-progress"),
            { Owing: { } unit, Round.Number: var round } => [
                new TargetedSupervisionConvened(
                    round, by, command.Resolution, command.Words,
                    command.DueOn is { } dueOn ? calendar.Until(today, dueOn, policy) : null),
                .. (command.Questioned ?? []).Select(q => new PersonQuestioned(round, q.Post, q.Person, q.QuestionedOn, q.Answer)),
                .. (command.Commitments ?? []).Select((p, i) => new CommitmentMade(
                    round, order.Commitments.Count + i + 1, unit, p.Content, p.DueOn))],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/targeted-supervision/meeting", Post)
        .RequireRole([.. Authority.For(Act.Decide), .. Authority.For(Act.DecideAsChair), .. Authority.For(Act.DecideByCommission)])
        .WithSummary("召开专项督办会，或不予召开 / Convene the targeted supervision proposed, or decline it");

    private static async Task<IResult> Post(HttpContext http, Guid id, ConveneTargetedSupervision body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var (presidium, rules) = (await township.Presidium(http.RequestAborted), await http.Rules(township));
        return await http.Write(Order.Stream, id, (order, caller, now) => Decide(
            order, body, caller.Role, presidium, rules.Policy, rules.Calendar, BusinessTime.DateOf(now)));
    }
}
