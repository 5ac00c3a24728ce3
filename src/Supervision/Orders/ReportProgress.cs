using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="HappenedOn">Local date, where it was not today.</param>
public sealed record ReportProgress(
    [property: Text(4000)] string Content, DateOnly? HappenedOn = null,
    [property: Attached] IReadOnlyList<Attachment>? Attachments = null);

public static class ReportingProgress
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(Order order, ReportProgress command, Guid? unit, DateOnly today)
    {
        var (round, day) = (order.Round, command.HappenedOn ?? today);
        return order switch
        {
            _ when order.NotInProgress() is { } refusal => refusal,
            _ when order.NotOf(unit) is { } refusal => refusal,
            _ when order.Progress.Any(p => (p.Round, p.Unit, p.Content, p.HappenedOn) == (round.Number, unit, command.Content, day)) => [],
            _ when round.NotInRound(day, today) is { } refusal => refusal,
            _ => [new ProgressReported(round.Number, unit!.Value, command.Content, day, command.Attachments ?? [])],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/progress", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("报告办理进展 / Report how the handling gets on");

    private static async Task<IResult> Post(HttpContext http, Guid id, ReportProgress body) =>
        await http.Objection(body.Attachments) is { } objection
            ? http.Problem(objection)
            : await http.Write(
                Order.Stream, id, (order, caller, now) => Decide(order, body, caller.Unit, BusinessTime.DateOf(now)));
}
