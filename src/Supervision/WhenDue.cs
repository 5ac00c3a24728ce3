using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <summary>What became late, as facts of their own, and limits whose calendar has come.</summary>
public static class WhenDue
{
    public static Decision<IOrderEvent> Decide(Order order, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        var (round, open) = (order.Round.Number, order.IsOpen);
        return
        [
            .. Fixed(order.Round.Limit, LimitOf.Round, null),
            .. order.Tasks.SelectMany(t => Fixed(t.Limit, LimitOf.Assisting, t.Unit)),
            .. Fixed(open ? order.Contact?.ReportBy : null, LimitOf.Reporting, null),
            .. order.Joint.Expected.Where(e => order.Joint.TargetOf(e.Clue) is { DueOn: null })
                .Select(e => e with { Target = calendar.Fix(e.Target, policy) }).Where(e => e.Target.DueOn is not null),
            .. Late(OrderLimit(order)).Select(at => new OrderOverdue(round, order.CaseNumber, order.Owing!.Value, at)),
            .. order.Milestones.Index().SelectMany(m => Late(MilestoneLimit(order, m.Item))
                .Select(at => new MilestoneOverdue(round, m.Index + 1, at))),
            .. order.Tasks.SelectMany(t => Late(AssistingLimit(order, t)).Select(at => new AssistingOverdue(round, t.Unit, at))),
            .. Late(ReportingLimit(order)).Select(at => new ReportingOverdue(round, order.Lead!.Unit, at)),
        ];

        IEnumerable<IOrderEvent> Fixed(Limit? limit, LimitOf of, Guid? unit) =>
            limit is { DueOn: null } && calendar.Fix(limit, policy) is { DueOn: not null } known
                ? [new LimitFixed(round, of, unit, known)]
                : [];

        IEnumerable<DateTimeOffset> Late(Limit? limit) => limit is not null && limit.IsPast(now) ? [limit.DueAt()!.Value] : [];
    }

    public static NextDue? Next(Order order) => NextDue.Of([
        OrderLimit(order),
        .. order.Milestones.Select(m => MilestoneLimit(order, m)),
        .. order.Tasks.Select(t => AssistingLimit(order, t)),
        ReportingLimit(order),
        // Nobody is late here, but its date is to be known.
        .. order.Joint.Expected.Select(e => order.Joint.TargetOf(e.Clue)).Where(target => target is { DueOn: null }),
        order.Round.Limit is { DueOn: null } pending && order.Stage != OrderStage.Ended ? pending : null]);

    // A pending extension holds it back until the chair decides. No red light against a county body.
    private static Limit? OrderLimit(Order order) =>
        order is { IsOpen: true, Branch: Branch.TownOrder, Owing: not null, Round: { IsOverdue: false, Pending: null } round }
            ? round.Limit
            : null;

    private static Limit? MilestoneLimit(Order order, OrderMilestone milestone) =>
        order.IsOpen && milestone is { ReachedOn: null, IsOverdue: false } ? order.DueBy(milestone) : null;

    private static Limit? AssistingLimit(Order order, UnitTask task) =>
        order.IsOpen && task is { Lead: false, Report: null, IsOverdue: false } ? task.Limit : null;

    private static Limit? ReportingLimit(Order order) =>
        order is { IsOpen: true, Branch: Branch.CountyCoordination, Lead: not null, Contact: { IsOverdue: false } contact }
            ? contact.ReportBy
            : null;
}
