using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="HappenedOn">Local date, where it was not today.</param>
public sealed record ReportCoordination(
    [property: Known] CoordinationKind Kind, [property: Text(4000)] string Content, DateOnly? HappenedOn = null,
    [property: Attached] IReadOnlyList<Attachment>? Attachments = null);

public static class ReportingCoordination
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, ReportCoordination command, Guid? unit, Policy policy, WorkingCalendar calendar, DateOnly today)
    {
        var day = command.HappenedOn ?? today;
        return order switch
        {
            { Contact: null } or { Branch: not Branch.CountyCoordination } => Refuse.State("not-a-coordination"),
            _ when order.NotOpen() is { } refusal => refusal,
            { Lead: null } => Refuse.State("order-not-in-progress"),
            _ when order.Lead.Unit != unit => Refuse.Forbidden("not-the-lead-section"),
            { CoordinationReports: [.., var last] } when last.Round == order.Round.Number
                && (last.Kind, last.Content, last.HappenedOn) == (command.Kind, command.Content, day) => [],
            _ when command.Kind == CoordinationKind.Progress && order.Stage == OrderStage.Issued => Refuse.State("no-contact-reported"),
            _ when order.Round.NotInRound(day, today) is { } refusal => refusal,
            _ => [new CoordinationReported(
                order.Round.Number, order.Lead.Unit, command.Kind, command.Content, day, command.Attachments ?? [],
                calendar.Limit(today, order.Contact.ReportEveryWorkingDays, policy))],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/coordination", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("报告与县级部门对接情况 / Report contact with the county department, and progress there");

    private static async Task<IResult> Post(HttpContext http, Guid id, ReportCoordination body, StreamStore store)
    {
        if (await http.Objection(body.Attachments) is { } objection)
        {
            return http.Problem(objection);
        }

        var (policy, calendar) = await http.Rules(new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, caller, now) => Decide(
            order, body, caller.Unit, policy, calendar, BusinessTime.DateOf(now)));
    }
}
