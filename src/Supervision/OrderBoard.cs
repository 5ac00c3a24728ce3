using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

/// <summary>Every order in one row: for whoever looks for some of them, or counts.</summary>
public static class OrderBoard
{
    public static IReadOnlyList<Migration> Tables { get; } =
        [.. new[] { "order_board.sql", "order_rounds.sql" }.Select(file => Migration.Embedded(typeof(OrderBoard).Assembly, file))];

    /// <summary>Every round in one row: each is in time or late for itself, and stays in the period it was handled in.</summary>
    public static StreamTable Rounds { get; } = new StreamTable("order_rounds", "order_id", "round").Each(
        Order.Stream,
        (order, _) =>
        [
            .. order.Rounds.Select(r => new (string, object?)[]
            {
                ("round", r.Number), ("case_number", order.CaseNumber), ("branch", (r.Report?.Branch ?? order.Branch).ToString()),
                ("handled_on", r.Report?.HandledOn), ("in_time", r.IsInTime),
                ("overdue_on", r.OverdueSince is { } end ? BusinessTime.DateOf(end.AddTicks(-1)) : null),
            }),
        ]);

    public static StreamTable Projection { get; } = new StreamTable("order_board", "order_id") { Since = new("since", "stage", "round") }.Of(
        Order.Stream,
        (order, _) =>
        [
            ("case_id", order.CaseId), ("case_number", order.CaseNumber), ("number", order.Number), ("content", order.Content), ("branch", order.Branch.ToString()),
            ("stage", order.Stage.ToString()), ("intensity", order.Intensity.ToString()), ("round", order.Round.Number),
            ("unit_id", order.Owing), ("group_id", order.Group), ("involved", Involved(order).ToArray()),
            ("issued_on", order.IssuedOn.ToArray()), ("due_on", order.Round.Limit?.DueOn),
            ("extended_on", order.Rounds.SelectMany(r => r.Extensions).Select(x => x.Approved?.DecidedOn).OfType<DateOnly>().ToArray()),
            ("passed_on", order.FirstDispatch?.On), ("was_sent_back", order.FirstDispatch is { WasSentBack: true }),
            ("commitments_made_on", order.Commitments.Select(c => c.Made.MadeOn ?? c.Made.DueOn).ToArray()),
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
}
