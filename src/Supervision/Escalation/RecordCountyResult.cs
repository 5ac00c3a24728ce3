using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="HandledOn">Local date, where it was not today.</param>
public sealed record RecordCountyResult(
    [property: Text(4000)] string Result, [property: Text(100)] string DocumentNumber, DateOnly? HandledOn = null);

public static class RecordingCountyResult
{
    public static Decision<IOrderEvent> Decide(Order order, RecordCountyResult command, Guid reviewId, DateOnly today)
    {
        var (round, handledOn) = (order.Round, command.HandledOn ?? today);
        return order switch
        {
            { Branch: not Branch.Escalation } => Refuse.State("not-at-the-county"),
            { Stage: OrderStage.Handled } => (round.Report?.Summary, round.Report?.HandledOn) == (command.Result, handledOn)
                ? []
                : Refuse.State("handling-already-reported"),
            { Stage: not OrderStage.AtCounty } => Refuse.State("not-at-the-county"),
            _ when round.NotInRound(handledOn, today) is { } refusal => refusal,
            _ => [
                new CountyResultRecorded(round.Number, command.Result, handledOn, command.DocumentNumber),
                new HandlingReported(
                    round.Number, order.CaseNumber, reviewId, order.Branch, order.Title, Guid.Empty, [], order.Group, order.Handlers,
                    order.Recused, null, null, command.Result, handledOn, round.Limit, [])],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/escalation/result", Post).RequireRole(Authority.For(Act.DecideEscalation))
        .WithSummary("记录县级办理结果 / Record what became of the matter at the county");

    private static Task<IResult> Post(HttpContext http, Guid id, RecordCountyResult body) => http.Write(
        Order.Stream, id, (order, _, now) => Decide(order, body, Uuid.Derive(id, "review"), BusinessTime.DateOf(now)));
}
