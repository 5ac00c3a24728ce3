using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

/// <summary>Every order in one row: for whoever looks for some of them, or counts.</summary>
public static class OrderBoard
{
    public static Migration Table { get; } = Migration.Embedded(typeof(OrderBoard).Assembly, "order_board.sql");

    public static StreamTable Projection { get; } = new StreamTable("order_board", "order_id").Of(
        Order.Stream,
        (order, _) =>
        [
            ("case_id", order.CaseId), ("case_number", order.CaseNumber), ("number", order.Number), ("content", order.Content), ("branch", order.Branch.ToString()),
            ("stage", order.Stage.ToString()), ("intensity", order.Intensity.ToString()), ("round", order.Round.Number),
            ("unit_id", order.Owing), ("group_id", order.Group), ("involved", Involved(order).ToArray()),
            ("issued_on", BusinessTime.DateOf(order.Rounds[0].OpenedAt)), ("due_on", order.Round.Limit?.DueOn),
            ("handled_on", order.Round.Report?.HandledOn), ("overdue_on", Overdue(order)),
            ("extended_on", order.Rounds.SelectMany(r => r.Extensions).Select(x => x.Approved?.DecidedOn).OfType<DateOnly>().ToArray()),
            ("passed_on", order.FirstPassedOn), ("was_sent_back", order.SentBack.Count > 0),
            ("commitments_due_on", order.Commitments.Select(c => c.Made.DueOn).ToArray()),
            ("commitments_kept", order.Commitments.Select(c => c.Judged is { Kept: true }).ToArray()),
            ("measures", order.Joint.Results.Select(r => r.Measure.ToString()).ToArray()),
            ("measured_on", order.Joint.Results.Select(r => r.DecidedOn).ToArray()),
        ]);

    /// <summary>Registry ids of all groups, units and people that have a part in it now.</summary>
    public static IEnumerable<Guid> Involved(Order order) => order.Tasks
        .SelectMany(t => new[] { t.Unit, t.Handler, t.StandIn })
        .Append(order.Addressee)
        .Append(order.Group)
        .OfType<Guid>()
        .Distinct();

    /// <summary>The orders not at their end in which somebody has a part.</summary>
    public static Task<IReadOnlyList<Guid>> With(StreamStore store, string township, Guid involved, CancellationToken cancellation) =>
        store.Query(
            township,
            $"""
            select order_id from order_board
            where tenant_id = {township} and {involved} = any(involved) and stage <> {nameof(OrderStage.Ended)} order by order_id
            """,
            row => row.GetGuid(0), cancellation);

    private static DateOnly[] Overdue(Order order) =>
        [.. order.Rounds.Where(r => r.IsOverdue).Select(r => r.OverdueSince).OfType<DateTimeOffset>().Select(BusinessTime.DateOf)];
}
