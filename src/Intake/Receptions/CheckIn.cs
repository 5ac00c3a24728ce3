using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Receptions;

/// <param name="DutyCode">The token of the deputy's own code.</param>
public sealed record CheckIn([property: Text(100)] string DutyCode);

public static class CheckingIn
{
    /// <param name="deputy">Whose code it is; null where it is nobody's, or not any more.</param>
    public static Decision<IReceptionEvent> Decide(
        ReceptionPlan plan, DateOnly on, Guid? deputy, Guid person, Role role, DateOnly today) => plan.Day(on) switch
        {
            null => Refuse.Unknown("reception-unknown"),
            _ when deputy is null => Refuse.Rule("duty-code-unknown"),

            // The station reads the code of whoever comes in; a deputy shows their own.
            _ when role == Role.Deputy && deputy != person => Refuse.Forbidden("code-of-another"),
            var day when !day.Deputies.Contains(deputy.Value) => Refuse.Rule("not-on-duty"),
            var day when day.CheckedIn.Contains(deputy.Value) => [],
            _ when on != today => Refuse.State("not-the-day"),
            { IsOpen: false } => Refuse.State("reception-over"),
            _ => [new DeputyCheckedIn(on, deputy.Value)],
        };

    public static void Map(RouteGroupBuilder plans) => plans
        .MapPost("/{id:guid}/days/{on}/check-in", Post)
        .RequireRole(Authority.For(Act.HoldReception))
        .WithSummary("Check in by DutyCode, on the day");

    private static async Task<IResult> Post(Guid id, DateOnly on, CheckIn c, HttpContext http, StreamStore store)
    {
        var code = await Codes.Find(store, http.Caller().Tenant, c.DutyCode, http.RequestAborted);
        var deputy = code is { Purpose: CodePurpose.Duty } ? code.Subject : (Guid?)null;
        return await http.Write(
            ReceptionPlan.Stream, id,
            (plan, caller, now) => Decide(plan, on, deputy, caller.Person, caller.Role, BusinessTime.DateOf(now)));
    }
}
