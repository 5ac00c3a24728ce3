using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="Note">What was reached.</param>
/// <param name="ReachedOn">Local date, where it was not today.</param>
public sealed record ReachMilestone([property: Text] string Note, DateOnly? ReachedOn = null);

public static class ReachingMilestone
{
    /// <param name="milestone">Its place among the order's, from 1.</param>
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(Order order, int milestone, ReachMilestone command, Guid? unit, DateOnly today)
    {
        var day = command.ReachedOn ?? today;
        return order switch
        {
            _ when milestone < 1 || milestone > order.Milestones.Count => Refuse.Unknown("no-such-milestone"),
            _ when order.Lead?.Unit != unit => Refuse.Forbidden("not-the-lead-section"),
            _ when order.Milestones[milestone - 1].ReachedOn is { } reached => reached == day ? [] : Refuse.State("milestone-already-reached"),
            _ when order.NotInProgress() is { } refusal => refusal,
            _ when order.Rounds[0].NotInRound(day, today) is { } refusal => refusal,
            _ => [new MilestoneReached(order.Round.Number, milestone, day, command.Note)],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/milestones/{milestone:int}", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("报告节点完成 / Report that a milestone was reached");

    private static Task<IResult> Post(HttpContext http, Guid id, int milestone, ReachMilestone body) => http.Write(
        Order.Stream, id, (order, caller, now) => Decide(order, milestone, body, caller.Unit, BusinessTime.DateOf(now)));
}
