using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Reason">Published where the item ends.</param>
public sealed record DecideRestarts(
    [property: Given] Resolution Resolution, [property: Known] AfterRestarts Outcome, [property: Text] string Reason);

public static class DecidingRestarts
{
    /// <param name="by">The role the act is done in; never the chair alone.</param>
    /// <param name="presidium">All members of the township's Presidium; null where it has none.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, DecideRestarts command, Role by, IReadOnlyList<Guid>? presidium, Policy policy, WorkingCalendar calendar,
        DateTimeOffset now)
    {
        var today = BusinessTime.DateOf(now);
        return order switch
        {
            { Stage: not OrderStage.AwaitingDecision, Decided: { } d }
                when (d.Outcome, d.Reason) == (command.Outcome, command.Reason) && d.Resolution == command.Resolution => [],
            { Reached: null } or { Stage: not OrderStage.AwaitingDecision } => Refuse.State("no-decision-awaited"),
            _ when command.Resolution.Objection(by, null, policy, presidium, order.Recused, today) is { } objection => objection.Refusal(),
            { Reached: { } reached } => [
                new RestartsDecided(reached.Round, command.Outcome, by, command.Resolution, command.Reason),
                Following(order, reached, command, policy, calendar, now)],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/restarts", Post).RequireRole([.. Authority.For(Act.Decide), .. Authority.For(Act.DecideByCommission)])
        .WithSummary("多次重启后的决定 / Decide how an item goes on after the restarts policy asks for");

    private static IOrderEvent Following(
        Order order, RestartsReached reached, DecideRestarts command, Policy policy, WorkingCalendar calendar, DateTimeOffset now) =>
        command.Outcome switch
        {
            AfterRestarts.GoOn =>
                OpeningRound.Next(order, RoundCause.SupervisionRestarted, reached.CausedBy, policy, calendar, now),
            AfterRestarts.Escalate => new EscalationOpened(
                reached.Round + 1, order.CaseId, order.CaseNumber, order.TopicId, order.Title, order.Group, order.Content, command.Reason,
                order.Recused, now, calendar.Limit(BusinessTime.DateOf(now), policy.OrderWorkingDays, policy)),
            _ => new ItemEnded(reached.Round, ItemEnding.ByPresidium, command.Reason),
        };

    private static async Task<IResult> Post(HttpContext http, Guid id, DecideRestarts body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var (presidium, rules) = (await township.Presidium(http.RequestAborted), await http.Rules(township));
        return await http.Write(Order.Stream, id, (order, caller, now) => Decide(
            order, body, caller.Role, presidium, rules.Policy, rules.Calendar, now));
    }
}
