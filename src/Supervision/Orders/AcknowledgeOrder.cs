using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public static class AcknowledgingOrder
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(Order order, Guid? unit) => order switch
    {
        { Branch: not Branch.TownOrder } => Refuse.State("nobody-ordered"),
        _ when order.Addressee != unit => Refuse.Forbidden("not-the-addressee"),
        { Stage: OrderStage.Issued } => [new OrderAcknowledged(order.Round.Number)],
        { Stage: OrderStage.Ended } => Refuse.State("order-ended"),
        _ => [],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/acknowledgement", Post).RequireRole(Authority.For(Act.Acknowledge))
        .WithSummary("签收督办单 / Acknowledge the order as its addressee");

    private static Task<IResult> Post(HttpContext http, Guid id) =>
        http.Write(Order.Stream, id, (order, caller, _) => Decide(order, caller.Unit));
}
