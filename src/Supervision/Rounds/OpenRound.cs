using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

public static class OpeningRound
{
    /// <summary>
    /// Opens the round after the one a verdict refused; once for each verdict, whichever way it came. With as many restarts as policy
    /// asks for, the Presidium decides first.
    /// </summary>
    /// <param name="refused">The round that was returned or restarted.</param>
    /// <param name="causedBy">Id of the event that carried the verdict.</param>
    /// <exception cref="InvalidOperationException">The verdict is ahead of what is known here; it must come again.</exception>
    public static Decision<IOrderEvent> Decide(
        Order? order, int refused, RoundCause cause, Guid causedBy, Policy policy, WorkingCalendar calendar, DateTimeOffset now) =>
        order switch
        {
            { Stage: OrderStage.Ended } => [],
            { Rounds: var rounds } when rounds.Any(r => r.CausedBy == causedBy) || rounds[^1].Number > refused => [],
            { Reached: { } reached } when reached.Round == refused => [],
            { Stage: OrderStage.Handled } when order.Round.Number == refused =>
                cause == RoundCause.SupervisionRestarted && Restarts(order) + 1 >= policy.RestartsBeforeDecision
                    ? [new RestartsReached(
                        refused, causedBy, calendar.Limit(BusinessTime.DateOf(now), policy.OrderWorkingDays, policy))]
                    : [.. Next(order, cause, causedBy, policy, calendar, now)],
            _ => throw new InvalidOperationException($"A verdict on round {refused} came before that round was handled here."),
        };

    internal static IEnumerable<IOrderEvent> Next(
        Order order, RoundCause cause, Guid causedBy, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        var (round, today) = (order.Round.Number + 1, BusinessTime.DateOf(now));
        yield return new RoundOpened(round, cause, causedBy, now, order.Round.FirstLimit.Again(today, calendar, policy));
        if (order is { Branch: Branch.CountyCoordination, Contact: { } contact })
        {
            yield return new ReportingDue(round, calendar.Limit(today, contact.ReportEveryWorkingDays, policy));
        }
    }

    private static int Restarts(Order order) => order.Rounds.Count(r => r.Cause == RoundCause.SupervisionRestarted);
}
