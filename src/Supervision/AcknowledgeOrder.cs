using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public static class AcknowledgingOrder
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(Order order, Guid? unit) => order switch
    {
        _ when order.Addressee != unit => Refuse.Forbidden("not-the-addressee"),
        { Stage: not OrderStage.Issued } => [],
        _ => [new OrderAcknowledged(order.Rounds[^1].Number)],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/acknowledgement", Post).RequireRole(Role.TownGovernment)
        .WithSummary("Acknowledge the order as its addressee");

    private static Task<IResult> Post(HttpContext http, Guid id) =>
        http.Write(Order.Stream, id, (order, caller, _) => Decide(order, caller.Unit));
}
