using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="VisitedOn">Local date, where it was not today.</param>
public sealed record RecordVisit(
    [property: Known] VisitMethod Method, [property: Text(4000)] string Finding, DateOnly? VisitedOn = null,
    [property: Attached] IReadOnlyList<Attachment>? Photos = null);

public static class RecordingVisit
{
    /// <param name="groups">The groups the caller belongs to.</param>
    public static Decision<IOrderEvent> Decide(Order order, RecordVisit command, Guid person, IReadOnlyList<Guid> groups, DateOnly today)
    {
        var (round, day) = (order.Round, command.VisitedOn ?? today);
        return order switch
        {
            _ when order.NotFollowedBy(groups, person) is { } refusal => refusal,
            _ when order.Visits.Any(v => (v.Round, v.Method, v.VisitedOn, v.Finding, v.By)
                == (round.Number, command.Method, day, command.Finding, person)) => [],
            // What was seen in time may be written down after the report.
            { Stage: OrderStage.Ended } => Refuse.State("order-ended"),
            _ when round.NotInRound(day, today) is { } refusal => refusal,
            _ => [new VisitRecorded(round.Number, command.Method, day, command.Finding, command.Photos ?? [], person)],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/visits", Post).RequireRole(Authority.For(Act.Visit))
        .WithSummary("记录督察情况 / Record what the group saw or heard, with photos");

    private static async Task<IResult> Post(HttpContext http, Guid id, RecordVisit body) =>
        await http.Objection(body.Photos) is { } objection
            ? http.Problem(objection)
            : await http.Write(
                Order.Stream, id, (order, caller, now) => Decide(order, body, caller.Person, caller.Groups, BusinessTime.DateOf(now)));
}
