using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

public static class OpeningRound
{
    /// <summary>Opens the round after the one a verdict refused; once for each verdict, whichever way it came.</summary>
    /// <param name="refused">The round that was returned or restarted.</param>
    /// <param name="causedBy">Id of the event that carried the verdict.</param>
    /// <exception cref="InvalidOperationException">The verdict is ahead of what is known here; it must come again.</exception>
    public static Decision<IOrderEvent> Decide(Order? order, int refused, RoundCause cause, Guid causedBy, DateTimeOffset now) =>
        order switch
        {
            { Rounds: var rounds } when rounds.Any(r => r.CausedBy == causedBy) || rounds[^1].Number > refused => [],
            { Stage: OrderStage.Handled } when order.Rounds[^1].Number == refused => [new RoundOpened(
                refused + 1, cause, causedBy, now, BusinessTime.EndOf(BusinessTime.DateOf(now).AddDays(order.LimitDays)))],
            _ => throw new InvalidOperationException($"A verdict on round {refused} came before that round was handled here."),
        };
}
