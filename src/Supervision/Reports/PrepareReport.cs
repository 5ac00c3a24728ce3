using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="Summary">What was done.</param>
/// <param name="HandledOn">Local date, where it was not today.</param>
public sealed record PrepareReport(
    [property: Text(4000)] string Summary, DateOnly? HandledOn = null,
    [property: Attached] IReadOnlyList<Attachment>? Attachments = null);

public static class PreparingReport
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(Order order, PrepareReport command, Guid person, Guid? unit, DateOnly today)
    {
        var (task, handledOn) = (order.TaskOf(unit), command.HandledOn ?? today);
        return order switch
        {
            _ when order.NotInProgress() is { } refusal && order.Stage != OrderStage.Handled => refusal,
            _ when order.NotOf(unit) is { } refusal => refusal,
            _ when task!.Handler is null => Refuse.State("handler-not-named"),
            _ when task.Handler != person && task.StandIn != person => Refuse.Forbidden("not-the-handler"),
            { Stage: OrderStage.Handled } => Refuse.State("handling-already-reported"),
            _ when task.Draft is { } d => (d.Summary, d.HandledOn, d.PreparedBy) == (command.Summary, handledOn, person)
                ? []
                : Refuse.State("report-awaits-sign-off"),
            _ when task.Report is not null => Refuse.State("part-already-reported"),
            _ when order.Round.NotInRound(handledOn, today) is { } refusal => refusal,
            _ => [new ReportPrepared(order.Round.Number, task.Unit, person, command.Summary, handledOn, command.Attachments ?? [])],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/handling", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("拟写办理情况报告 / Write, as handler or stand-in, what the unit is to report");

    private static async Task<IResult> Post(HttpContext http, Guid id, PrepareReport body) =>
        await http.Objection(body.Attachments) is { } objection
            ? http.Problem(objection)
            : await http.Write(
                Order.Stream, id, (order, caller, now) => Decide(order, body, caller.Person, caller.Unit, BusinessTime.DateOf(now)));
}
