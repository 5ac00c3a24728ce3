using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public sealed record DeclareRecusal([property: Text] string Ground);

public static class DeclaringRecusal
{
    /// <param name="role">The role it is declared in.</param>
    public static Decision<IOrderEvent> Decide(Order order, DeclareRecusal command, Guid person, Role role) => order switch
    {
        _ when order.Recused.Contains(person) => [],
        { Stage: OrderStage.Ended } => Refuse.State("order-ended"),
        _ => [new RecusalDeclared(person, role, command.Ground, order.Rounds.LastOrDefault(r => r.Report is not null)?.Report!.ReviewId)],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/recusal", Post).RequireRole(Authority.For(Act.Recuse))
        .WithSummary("申请回避 / Declare an interest, and take no part in what is decided about this item");

    private static Task<IResult> Post(HttpContext http, Guid id, DeclareRecusal body) =>
        http.Write(Order.Stream, id, (order, caller, _) => Decide(order, body, caller.Person, caller.Role));
}
