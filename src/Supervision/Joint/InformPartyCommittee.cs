using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="ReportedOn">Local date.</param>
public sealed record InformPartyCommittee(
    [property: Text(100)] string DocumentNumber, [property: Given] DateOnly ReportedOn, [property: Text(4000)] string Content);

public static class InformingPartyCommittee
{
    public static Decision<IOrderEvent> Decide(Order order, InformPartyCommittee command, DateOnly today) => order switch
    {
        _ when order.Joint.Informed.Any(i => (i.DocumentNumber, i.ReportedOn, i.Content)
            == (command.DocumentNumber, command.ReportedOn, command.Content)) => [],
        _ when order.Joint.Informed.Any(i => i.DocumentNumber == command.DocumentNumber) => Refuse.State("document-already-recorded"),
        { Stage: OrderStage.Ended } => Refuse.State("order-ended"),
        _ when command.ReportedOn > today => Refuse.Rule("date-in-future"),
        _ => [new ReportedToPartyCommittee(order.Round.Number, command.DocumentNumber, command.ReportedOn, command.Content)],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/party-committee/report", Post).RequireRole(Authority.For(Act.RecordPartyCommittee))
        .WithSummary("记录向党委请示报告 / Record that the party committee was informed");

    private static Task<IResult> Post(HttpContext http, Guid id, InformPartyCommittee body) =>
        http.Write(Order.Stream, id, (order, _, now) => Decide(order, body, BusinessTime.DateOf(now)));
}
