using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public sealed record RemindUnit([property: Given] Guid Unit, [property: Text(500)] string Words);

public static class RemindingUnit
{
    public static Decision<IOrderEvent> Decide(Order order, RemindUnit command) => order switch
    {
        { Reminders: [.., var last] } when (last.Round, last.Unit, last.Words) == (order.Round.Number, command.Unit, command.Words) => [],
        _ when order.NotOpen() is { } refusal => refusal,
        _ when order.Addressee != command.Unit && order.TaskOf(command.Unit) is null => Refuse.Rule("unit-has-no-part"),
        _ => [new OrderReminded(order.Round.Number, command.Unit, command.Words)],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/reminders", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("催办 / Remind a unit that has a part in the matter");

    private static Task<IResult> Post(HttpContext http, Guid id, RemindUnit body) =>
        http.Write(Order.Stream, id, (order, _, _) => Decide(order, body));
}
