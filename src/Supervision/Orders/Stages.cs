using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Supervision;

/// <summary>Why the stage an order is in does not allow an act.</summary>
internal static class Stages
{
    /// <summary>Null while it is with the town: issued, acknowledged or in progress.</summary>
    public static Refusal? NotOpen(this Order order) => order.Stage switch
    {
        OrderStage.Handled => Refuse.State("order-handled"),
        OrderStage.Escalated => Refuse.State("order-escalated"),
        OrderStage.AtCounty => Refuse.State("order-at-county"),
        OrderStage.Returned => Refuse.State("order-returned-by-committee"),
        OrderStage.AwaitingDecision => Refuse.State("order-awaits-decision"),
        OrderStage.Ended => Refuse.State("order-ended"),
        _ => null,
    };

    /// <summary>Null while a section works on it.</summary>
    public static Refusal? NotInProgress(this Order order) => order.Stage switch
    {
        OrderStage.Issued => Refuse.State("order-not-acknowledged"),
        OrderStage.Acknowledged => Refuse.State("order-not-in-progress"),
        _ => order.NotOpen(),
    };

    /// <summary>Null where the unit has a part in the matter, as lead or assisting.</summary>
    public static Refusal? NotOf(this Order order, Guid? unit) =>
        order.TaskOf(unit) is null ? Refuse.Forbidden("not-the-section") : null;

    /// <summary>Null where the caller may act for the group that follows the item.</summary>
    public static Refusal? NotFollowedBy(this Order order, IReadOnlyList<Guid> groups, Guid person) =>
        !groups.Contains(order.Group) ? Refuse.Forbidden("not-the-group") : order.Recuses(person);

    /// <summary>Null where a person may take part in following, deciding or judging it.</summary>
    public static Refusal? Recuses(this Order order, Guid person) =>
        order.Recused.Contains(person) ? Refuse.Forbidden("recused")
        : order.Handlers.Contains(person) ? Refuse.Forbidden("handled-it")
        : null;

    /// <summary>Null where a day can be the day something happened in this round.</summary>
    public static Refusal? NotInRound(this Round round, DateOnly day, DateOnly today) =>
        day > today ? Refuse.Rule("date-in-future")
        : day < BusinessTime.DateOf(round.OpenedAt) ? Refuse.Rule("date-before-round")
        : null;
}
