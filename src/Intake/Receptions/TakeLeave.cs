using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Receptions;

/// <param name="Deputy">Registry id of who is on leave; the station enters it for another, a deputy only for themself.</param>
/// <param name="StandIn">Registry id of who stands in.</param>
public sealed record TakeLeave(Guid? Deputy = null, Guid? StandIn = null);

public static class TakingLeave
{
    /// <param name="members">The deputies of the plan's group.</param>
    public static Decision<IReceptionEvent> Decide(
        ReceptionPlan plan, DateOnly on, TakeLeave c, Guid person, Role role, IReadOnlyList<Guid> members, DateOnly today)
    {
        var deputy = c.Deputy ?? person;
        return plan.Day(on) switch
        {
            null => Refuse.Unknown("reception-unknown"),
            _ when role == Role.Deputy && deputy != person => Refuse.Forbidden("leave-of-another"),
            var day when day.OnLeave.Contains(deputy) && (c.StandIn is null || day.Deputies.Contains(c.StandIn.Value)) => [],
            var day when !day.Deputies.Contains(deputy) => Refuse.Rule("not-on-duty"),
            var day when !day.IsOpen || on < today => Refuse.State("reception-over"),
            var day when day.CheckedIn.Contains(deputy) => Refuse.State("already-checked-in"),
            var day when c.StandIn is { } standIn && day.Deputies.Contains(standIn) => Refuse.Rule("already-on-duty"),
            _ when c.StandIn is { } standIn && !members.Contains(standIn) => Refuse.Rule("not-of-the-group"),
            { Deputies.Count: 1 } when c.StandIn is null => Refuse.Rule("nobody-left-on-duty"),
            _ => [new LeaveTaken(on, deputy, c.StandIn)],
        };
    }

    public static void Map(RouteGroupBuilder plans) => plans
        .MapPost("/{id:guid}/days/{on}/leave", Post)
        .RequireRole(Authority.For(Act.HoldReception))
        .WithSummary("Take leave from a reception, with whoever stands in");

    private static async Task<IResult> Post(Guid id, DateOnly on, TakeLeave c, HttpContext http, StreamStore store)
    {
        var township = http.Caller().Tenant;
        var plan = await store.Load(ReceptionPlan.Stream, id, township, http.RequestAborted);
        var members = plan is null ? null : await GroupMembers.Of(store, township, plan.State.Group, http.RequestAborted);
        return await http.Write(
            ReceptionPlan.Stream, id,
            (p, caller, now) => Decide(p, on, c, caller.Person, caller.Role, members ?? [], BusinessTime.DateOf(now)));
    }
}
