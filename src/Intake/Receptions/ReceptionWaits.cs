using System.Globalization;
using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Receptions;

public static class ReceptionWaits
{
    /// <summary>What a plan waits for: answers to swaps, deputies of announced days to check in, the station to record them.</summary>
    public static IEnumerable<Waiting> For(ReceptionPlan plan)
    {
        foreach (var swap in plan.Swaps)
        {
            yield return Act(plan, "answer-swap", swap.On, [Role.Deputy]) with
            {
                Person = swap.Other,
                Part = $"{Day(swap.On)} {swap.Deputy} {Day(swap.OtherOn)}",
                DueAt = BusinessTime.StartOf(swap.On < swap.OtherOn ? swap.On : swap.OtherOn),
            };
        }

        foreach (var day in plan.Days.Where(d => d.Status == ReceptionStatus.Announced))
        {
            foreach (var deputy in day.Deputies.Except(day.CheckedIn))
            {
                yield return Act(plan, "check-in", day.On, [Role.Deputy]) with
                {
                    Person = deputy,
                    Part = $"{Day(day.On)} {deputy}",
                    DueAt = BusinessTime.EndOf(day.On),
                };
            }

            yield return Act(plan, "record-reception", day.On, [Role.Station]) with
            {
                Part = Day(day.On),
                DueAt = WhenReceptionDue.MissedAfter(day.On),
                WarnAt = BusinessTime.EndOf(day.On),
            };
        }
    }

    // No case's: it stands under the day.
    private static Waiting Act(ReceptionPlan plan, string act, DateOnly on, IReadOnlyList<Role> roles) =>
        new(act, plan.Id, Day(on), 0, roles);

    private static string Day(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
