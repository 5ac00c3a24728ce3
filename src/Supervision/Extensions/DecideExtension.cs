using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Reason">Why not; given where it is refused.</param>
/// <param name="Resolution">The meeting that decided in the chair's place, or a street's commission; the chair himself needs neither.</param>
public sealed record DecideExtension(
    bool Approved, [property: Text(2000, Optional = true)] string? Reason = null, Resolution? Resolution = null);

public static class DecidingExtension
{
    public static Decision<IOrderEvent> Decide(Order order, DecideExtension command, Presiding by) => order switch
    {
        { Round.Extensions: [.., { Approved: not null }] } => command.Approved ? [] : Refuse.State("extension-already-decided"),
        { Round.Extensions: [.., { Refused: { } r }] } =>
            !command.Approved && r.Reason == command.Reason ? [] : Refuse.State("extension-already-decided"),
        { Round: { Pending: { } pending, Limit: { } limit } round } => (pending.Checked, command) switch
        {
            (null, _) => Refuse.State("extension-not-checked"),
            _ when Objection(order, command.Resolution, by) is { } refusal => refusal,
            (_, { Approved: false, Reason: null or "" }) => Refuse.Rule("reason-missing"),
            (_, { Approved: true }) => [new ExtensionApproved(
                round.Number, pending.Requested.Extension, Filing(order), by.By, command.Resolution, by.Today, Extended(limit, pending, by))],
            // What was held back while it was pending is stated at once.
            _ when limit.IsPast(by.Now) && !round.IsOverdue => [
                Refused(order, pending, command, by),
                new OrderOverdue(round.Number, order.CaseNumber, order.Owing!.Value, limit.DueAt()!.Value)],
            _ => [Refused(order, pending, command, by)],
        },
        _ => Refuse.State("no-extension-requested"),
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/extension/decision", Post).RequireRole(Authority.For(Act.DecideExtension))
        .WithSummary("批准或不批准延期，均备案 / Approve or refuse the extension; both are filed");

    private static ExtensionRefused Refused(Order order, Extension pending, DecideExtension command, Presiding by) => new(
        order.Round.Number, pending.Requested.Extension, Filing(order), by.By, command.Resolution, by.Today, command.Reason!);

    // His own by right, not by policy; his Presidium may always take it from him.
    private static Refusal? Objection(Order order, Resolution? resolution, Presiding by) =>
        by.By == Role.TownChair ? order.Recuses(by.Person) : by.Objection(order, resolution ?? new(), null);

    private static string Filing(Order order) => $"{order.Number}延{order.Rounds.Sum(r => r.Extensions.Count)}";

    // From its last day on; one that has none yet becomes longer and gets its date with the calendar.
    private static Limit Extended(Limit limit, Extension extension, Presiding by) => limit.DueOn is { } dueOn
        ? by.Calendar.Limit(dueOn, extension.Requested.WorkingDays, by.Policy)
        : by.Calendar.Limit(limit.From, limit.WorkingDays!.Value + extension.Requested.WorkingDays, by.Policy);

    private static async Task<IResult> Post(HttpContext http, Guid id, DecideExtension body, StreamStore store)
    {
        var by = await Presiding.Of(http, new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, _, _) => Decide(order, body, by));
    }
}
