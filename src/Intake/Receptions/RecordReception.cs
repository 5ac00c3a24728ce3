using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Receptions;

/// <param name="Visitors">How many people came, or were visited.</param>
/// <param name="Appeals">Case ids of what was handed in there.</param>
public sealed record RecordReception(
    [property: Range(0, 10_000, ErrorMessage = "out-of-range")] int Visitors, IReadOnlyList<Guid>? Appeals = null);

public static class RecordingReception
{
    /// <param name="appealsKnown">Whether the township has all of them.</param>
    public static Decision<IReceptionEvent> Decide(
        ReceptionPlan plan, DateOnly on, RecordReception c, Guid person, Role role, bool appealsKnown, DateOnly today)
    {
        Guid[] appeals = [.. (c.Appeals ?? []).Distinct()];
        return plan.Day(on) switch
        {
            null => Refuse.Unknown("reception-unknown"),
            var day when role == Role.Deputy && !day.Deputies.Contains(person) => Refuse.Forbidden("not-on-duty"),
            { Status: ReceptionStatus.Held } day => day.Visitors == c.Visitors && day.Appeals.ToHashSet().SetEquals(appeals)
                ? [] : Refuse.State("reception-recorded"),
            { Status: ReceptionStatus.CalledOff } => Refuse.State("reception-called-off"),
            _ when on > today => Refuse.State("reception-not-yet"),

            // Who was there is shown by their code and by nothing else.
            { CheckedIn.Count: 0 } => Refuse.Rule("nobody-checked-in"),
            _ when !appealsKnown => Refuse.Rule("unknown-appeal"),
            _ => [new ReceptionHeld(on, c.Visitors, appeals)],
        };
    }

    public static void Map(RouteGroupBuilder plans) => plans
        .MapPost("/{id:guid}/days/{on}/record", Post)
        .RequireRole(Authority.For(Act.HoldReception))
        .WithSummary("Record that a reception was held: how many came, and the appeals handed in");

    private static async Task<IResult> Post(Guid id, DateOnly on, RecordReception c, HttpContext http, StreamStore store)
    {
        var township = http.Caller().Tenant;
        Guid[] appeals = [.. (c.Appeals ?? []).Distinct()];
        var known = await store.Query(
            township, $"select count(*) from appeals where tenant_id = {township} and id = any({appeals})", row => row.GetInt64(0),
            http.RequestAborted);
        return await http.Write(
            ReceptionPlan.Stream, id,
            (plan, caller, now) => Decide(plan, on, c, caller.Person, caller.Role, known[0] == appeals.Length, BusinessTime.DateOf(now)));
    }
}
