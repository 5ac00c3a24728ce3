using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Receptions;

public sealed record CallOffReception([property: Text(500)] string Reason);

/// <param name="From">The first day on which there is none any more, local date.</param>
public sealed record EndReceptionPlan([property: Given] DateOnly From);

/// <summary>One reception does not take place, or none of a plan any more. What a group owes a month it owes all the same.</summary>
public static class CallingOff
{
    public static Decision<IReceptionEvent> Decide(ReceptionPlan plan, DateOnly on, CallOffReception c, DateOnly today) => plan.Day(on) switch
    {
        null => Refuse.Unknown("reception-unknown"),
        { Status: ReceptionStatus.CalledOff } => [],
        var day when !day.IsOpen || on < today || day.CheckedIn.Count > 0 => Refuse.State("reception-over"),
        _ => [new ReceptionCalledOff(on, c.Reason.Trim())],
    };

    public static Decision<IReceptionEvent> Decide(ReceptionPlan plan, EndReceptionPlan c, DateOnly today) =>
        plan.EndedFrom is { } ended && ended <= c.From ? []
        : c.From <= today ? Refuse.Rule("plan-end-in-the-past")
        : [new ReceptionPlanEnded(c.From)];

    public static void Map(RouteGroupBuilder plans)
    {
        plans.MapPost("/{id:guid}/days/{on}/calling-off", (Guid id, DateOnly on, CallOffReception c, HttpContext http) =>
                http.Write(ReceptionPlan.Stream, id, (plan, _, now) => Decide(plan, on, c, BusinessTime.DateOf(now))))
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("Call a reception off, with the reason");
        plans.MapPost("/{id:guid}/end", (Guid id, EndReceptionPlan c, HttpContext http) =>
                http.Write(ReceptionPlan.Stream, id, (plan, _, now) => Decide(plan, c, BusinessTime.DateOf(now))))
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("End a plan of receptions from a day on");
    }
}
