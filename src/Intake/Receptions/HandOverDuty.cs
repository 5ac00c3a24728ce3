using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Receptions;

/// <summary>Days of reception to come, and swaps not answered, go from deputy to deputy.</summary>
public static class HandingOverDuty
{
    /// <summary>A day that is over stays with whoever was on duty, and so does one on which they checked in.</summary>
    public static Decision<IReceptionEvent> Decide(ReceptionPlan? plan, HandOverOrdered m, DateOnly today)
    {
        DateOnly[] days =
        [
            .. from day in plan?.Days ?? []
               where day.IsOpen && day.On >= today && day.Deputies.Contains(m.From) && !day.CheckedIn.Contains(m.From)
               select day.On,
        ];
        return m.Kind == HandOverKind.Person && (days.Length > 0 || plan?.Swaps.Any(s => s.Deputy == m.From || s.Other == m.From) is true)
            ? [new DutyHandedOver(m.HandOverId, m.From, m.To, days)]
            : [];
    }
}
