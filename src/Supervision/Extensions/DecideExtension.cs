using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Reason">Why not; given where it is refused.</param>
public sealed record DecideExtension(bool Approved, [property: Text(2000, Optional = true)] string? Reason = null);

public static class DecidingExtension
{
    public static Decision<IOrderEvent> Decide(
        Order order, DecideExtension command, Guid person, Policy policy, WorkingCalendar calendar, DateTimeOffset now) => order switch
        {
            _ when order.Recuses(person) is { } refusal => refusal,
            { Round.Extensions: [.., { Approved: not null }] } => command.Approved ? [] : Refuse.State("extension-already-decided"),
            { Round.Extensions: [.., { Refused: { } r }] } =>
                !command.Approved && r.Reason == command.Reason ? [] : Refuse.State("extension-already-decided"),
            { Round: { Pending: { } pending, Limit: { } limit } round } => (pending.Checked, command) switch
            {
                (null, _) => Refuse.State("extension-not-checked"),
                (_, { Approved: false, Reason: null or "" }) => Refuse.Rule("reason-missing"),
                (_, { Approved: true }) => [new ExtensionApproved(
                    round.Number, pending.Requested.Extension, Filing(order), BusinessTime.DateOf(now), Extended(limit, pending, policy, calendar))],
                // What was held back while it was pending is stated at once.
                _ when limit.IsPast(now) && !round.IsOverdue => [
                    new ExtensionRefused(round.Number, pending.Requested.Extension, Filing(order), BusinessTime.DateOf(now), command.Reason!),
                    new OrderOverdue(round.Number, order.CaseNumber, order.Owing!.Value, limit.DueAt()!.Value)],
                _ => [new ExtensionRefused(round.Number, pending.Requested.Extension, Filing(order), BusinessTime.DateOf(now), command.Reason!)],
            },
            _ => Refuse.State("no-extension-requested"),
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/extension/decision", Post).RequireRole(Authority.For(Act.DecideExtension))
        .WithSummary("批准或不批准延期，均备案 / Approve or refuse the extension; both are filed");

    private static string Filing(Order order) => $"{order.Number}延{order.Rounds.Sum(r => r.Extensions.Count)}";

    // From its last day on; one that has none yet becomes longer and gets its date with the calendar.
    private static Limit Extended(Limit limit, Extension extension, Policy policy, WorkingCalendar calendar) =>
        limit.DueOn is { } dueOn
            ? calendar.Limit(dueOn, extension.Requested.WorkingDays, policy)
            : calendar.Limit(limit.From, limit.WorkingDays!.Value + extension.Requested.WorkingDays, policy);

    private static async Task<IResult> Post(HttpContext http, Guid id, DecideExtension body, StreamStore store)
    {
        var (policy, calendar) = await http.Rules(new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, caller, now) => Decide(order, body, caller.Person, policy, calendar, now));
    }
}
