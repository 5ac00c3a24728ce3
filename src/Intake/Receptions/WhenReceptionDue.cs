using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Intake.Receptions;

/// <summary>What time alone brings about: a reception is announced, or was missed.</summary>
public static class WhenReceptionDue
{
    /// <summary>So many days after it a reception may be recorded before it counts as missed.</summary>
    public const int DaysToRecord = 7;

    public static Decision<IReceptionEvent> Decide(ReceptionPlan plan, DateTimeOffset now) =>
    [
        .. from day in plan.Days
        where day.Status == ReceptionStatus.Planned && now >= AnnouncedAt(day.On) && now <= BusinessTime.EndOf(day.On)
        select (IReceptionEvent)new ReceptionAnnounced(day.On, day.Deputies),
        .. from day in plan.Days
        // Nobody can come to what was never announced.
        where day.IsOpen && now > (day.Status == ReceptionStatus.Planned ? BusinessTime.EndOf(day.On) : MissedAfter(day.On))
        select new ReceptionMissed(day.On),
    ];

    /// <summary>The nearest of them.</summary>
    public static NextDue? Next(ReceptionPlan plan) => plan.Days
        .Where(d => d.IsOpen)
        .Select(d => d.Status == ReceptionStatus.Planned ? AnnouncedAt(d.On) : MissedAfter(d.On))
        .Order().Cast<DateTimeOffset?>().FirstOrDefault() is { } at ? new(at) : null;

    public static DateTimeOffset MissedAfter(DateOnly on) => BusinessTime.EndOf(on.AddDays(DaysToRecord));

    private static DateTimeOffset AnnouncedAt(DateOnly on) => BusinessTime.StartOf(on.AddDays(-PlanningReceptions.DaysBefore));
}
