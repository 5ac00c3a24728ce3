using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="Approved">Whether it is to be reported so.</param>
/// <param name="Reason">Why not; given where it is not approved.</param>
public sealed record SignOffReport(bool Approved, [property: Text(2000, Optional = true)] string? Reason = null);

public static class SigningOffReport
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, SignOffReport command, Guid reviewId, Guid person, Guid? unit, DateOnly today)
    {
        var (task, round) = (order.TaskOf(unit), order.Round);
        return order switch
        {
            _ when order.NotOf(unit) is { } refusal => refusal,
            { Stage: OrderStage.Handled } when round.Report is { SignedOffBy: { } by } && by == person && command.Approved => [],
            { Stage: OrderStage.Handled } => Refuse.State("handling-already-reported"),
            _ when order.NotInProgress() is { } refusal => refusal,
            _ when task!.Report is { } r => r.SignedOffBy == person && command.Approved ? [] : Refuse.State("part-already-reported"),
            _ when task.Draft is null => task.NotSignedOff is { } n && !command.Approved && n.Reason == command.Reason
                ? []
                : Refuse.State("no-report-prepared"),
            _ when task.Draft.PreparedBy == person => Refuse.Forbidden("own-report"),
            _ when !command.Approved && string.IsNullOrWhiteSpace(command.Reason) => Refuse.Rule("reason-missing"),
            _ when !command.Approved => [new ReportNotSignedOff(round.Number, task.Unit, command.Reason!)],
            _ when !task.Lead => [new AssistingReported(
                round.Number, task.Unit, task.Draft.PreparedBy, person, task.Draft.Summary, task.Draft.HandledOn)],
            _ => [.. Handled(order, task, task.Draft, reviewId, person, today)],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/handling/sign-off", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("审签办理情况报告 / Sign off what the unit reports, as another than who wrote it");

    private static IEnumerable<IOrderEvent> Handled(
        Order order, UnitTask task, ReportPrepared draft, Guid reviewId, Guid person, DateOnly today)
    {
        var round = order.Round;
        // What the extension asked for held back lapses with the report.
        if (order.Branch == Branch.TownOrder && round is { IsOverdue: false, Limit: { DueOn: { } dueOn } limit }
            && draft.HandledOn > dueOn && today > dueOn)
        {
            yield return new OrderOverdue(round.Number, order.CaseNumber, task.Unit, limit.DueAt()!.Value);
        }

        yield return new HandlingReported(
            round.Number, order.CaseNumber, reviewId, order.Branch, order.Title, task.Unit,
            [task.Unit, .. order.Tasks.Where(t => !t.Lead).Select(t => t.Unit)], order.Group, [.. order.Handlers.Union([person])],
            order.Recused, draft.PreparedBy, person, draft.Summary, draft.HandledOn, round.Counting, draft.Attachments);
    }

    private static Task<IResult> Post(HttpContext http, Guid id, SignOffReport body) => http.Write(
        Order.Stream, id, (order, caller, now) => Decide(
            order, body, Uuid.Derive(id, "review"), caller.Person, caller.Unit, BusinessTime.DateOf(now)));
}
