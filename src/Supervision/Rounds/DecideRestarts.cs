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
    /// <param name="by">Never the chair alone.</param>
    public static Decision<IOrderEvent> Decide(Order order, DecideRestarts command, Presiding by) => order switch
    {
        { Stage: not OrderStage.AwaitingDecision, Decided: { } d }
            when (d.Outcome, d.Reason) == (command.Outcome, command.Reason) && d.Resolution == command.Resolution => [],
        { Reached: null } or { Stage: not OrderStage.AwaitingDecision } => Refuse.State("no-decision-awaited"),
        _ when by.Objection(order, command.Resolution, null) is { } refusal => refusal,
        { Reached: { } reached } => [
            new RestartsDecided(reached.Round, command.Outcome, by.By, command.Resolution, command.Reason),
            .. Following(order, reached, command, by)],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/restarts", Post).RequireRole([.. Authority.For(Act.Decide), .. Authority.For(Act.DecideByCommission)])
        .WithSummary("多次重启后的决定 / Decide how an item goes on after the restarts policy asks for");

    private static IEnumerable<IOrderEvent> Following(
        Order order, RestartsReached reached, DecideRestarts command, Presiding by) =>
        command.Outcome switch
        {
            AfterRestarts.GoOn =>
                OpeningRound.Next(order, RoundCause.SupervisionRestarted, reached.CausedBy, by.Policy, by.Calendar, by.Now),
            AfterRestarts.Escalate => [new EscalationOpened(
                reached.Round + 1, order.CaseId, order.CaseNumber, order.TopicId, order.Title, order.Group, order.Content, command.Reason,
                order.Recused, by.Now, by.Calendar.Limit(by.Today, by.Policy.OrderWorkingDays, by.Policy))],
            _ => [new ItemEnded(reached.Round, ItemEnding.ByPresidium, command.Reason)],
        };

    private static async Task<IResult> Post(HttpContext http, Guid id, DecideRestarts body, StreamStore store)
    {
        var by = await Presiding.Of(http, new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, _, _) => Decide(order, body, by));
    }
}
