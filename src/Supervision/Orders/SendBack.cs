using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

public sealed record SendBack([property: Text] string Reason);

public static class SendingBack
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, SendBack command, Guid? unit, Policy policy, WorkingCalendar calendar, DateOnly today)
    {
        var before = order.SentBack.LastOrDefault(s => s.Unit == unit);
        return order.TaskOf(unit) switch
        {
            null when before is not null && before.Reason == command.Reason => [],
            null => Refuse.Forbidden("not-the-section"),
            _ when order.NotOpen() is { } refusal => refusal,
            // Passed to it all the same: then it is its own.
            _ when before is not null => Refuse.State("already-sent-back"),
            { Draft: not null } or { Report: not null } => Refuse.State("report-prepared"),
            { PassedOn: { } passed } when calendar.After(passed, policy.SendBackWorkingDays) is not { } last || today <= last =>
                [new AssignmentSentBack(order.Round.Number, unit!.Value, command.Reason)],
            _ => Refuse.State("too-late-to-send-back"),
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/sent-back", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("退回错派事项 / Send a wrong assignment back with a reason");

    private static async Task<IResult> Post(HttpContext http, Guid id, SendBack body, StreamStore store)
    {
        var (policy, calendar) = await http.Rules(new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, caller, now) => Decide(
            order, body, caller.Unit, policy, calendar, BusinessTime.DateOf(now)));
    }
}
