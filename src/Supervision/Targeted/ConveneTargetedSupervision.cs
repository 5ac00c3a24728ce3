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
    public static Decision<IOrderEvent> Decide(
        Order order, ConveneTargetedSupervision command, Presiding by) => order switch
        {
            { Targeted: { Convened: { } c } } when command.Convened && c.Round == order.Round.Number =>
                c.Resolution == command.Resolution && c.Demands == command.Words
                    ? []
                    : Refuse.State("targeted-supervision-already-convened"),
            { Targeted: { Declined: { } d } } when !command.Convened && d.Resolution == command.Resolution && d.Reason == command.Words => [],
            { Targeted: null or { IsPending: false } } => Refuse.State("targeted-supervision-not-proposed"),
            _ when order.NotOpen() is { } refusal => refusal,
            _ when by.Objection(order, command.Resolution, ChairAct.ConveneTargetedSupervision) is { } refusal => refusal,
            _ when !command.Convened => [new TargetedSupervisionDeclined(order.Round.Number, by.By, command.Resolution, command.Words)],
            _ when command.DueOn < by.Today || (command.Commitments ?? []).Any(p => p.DueOn < by.Today) => Refuse.Rule("due-date-past"),
            _ when (command.Questioned ?? []).Any(q => q.QuestionedOn > by.Today) => Refuse.Rule("date-in-future"),
            { Owing: null } => Refuse.State("order-not-in-progress"),
            { Owing: { } unit, Round.Number: var round } => [
                new TargetedSupervisionConvened(
                    round, by.By, command.Resolution, command.Words,
                    command.DueOn is { } dueOn ? by.Calendar.Until(by.Today, dueOn, by.Policy) : null),
                .. (command.Questioned ?? []).Select(q => new PersonQuestioned(round, q.Post, q.Person, q.QuestionedOn, q.Answer)),
                .. (command.Commitments ?? []).Select((p, i) => new CommitmentMade(
                    round, order.Commitments.Count + i + 1, unit, p.Content, p.DueOn, command.Resolution.Meeting?.HeldOn ?? by.Today))],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/targeted-supervision/meeting", Post).RequireRole(Presiding.Roles)
        .WithSummary("召开专项督办会，或不予召开 / Convene the targeted supervision proposed, or decline it");

    private static async Task<IResult> Post(HttpContext http, Guid id, ConveneTargetedSupervision body, StreamStore store)
    {
        var by = await Presiding.Of(http, new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, _, _) => Decide(order, body, by));
    }
}
