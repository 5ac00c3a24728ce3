using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Handler">Registry id of who handles the matter.</param>
/// <param name="StandIn">Registry id of who stands in.</param>
public sealed record NameHandlers([property: Given] Guid Handler, [property: Given] Guid StandIn);

public static class NamingHandlers
{
    /// <param name="unit">The unit the caller acts for.</param>
    /// <param name="isOfUnit">Whether both are active people of that unit.</param>
    public static Decision<IOrderEvent> Decide(Order order, NameHandlers command, Guid? unit, bool isOfUnit) => order switch
    {
        _ when order.NotOf(unit) is { } refusal => refusal,
        _ when order.TaskOf(unit) is { } t && (t.Handler, t.StandIn) == (command.Handler, command.StandIn) => [],
        _ when order.NotOpen() is { } refusal => refusal,
        _ when command.Handler == command.StandIn => Refuse.Rule("stand-in-is-the-handler"),
        _ when !isOfUnit => Refuse.Rule("handler-not-of-the-unit"),
        _ => [new HandlersNamed(order.Round.Number, unit!.Value, command.Handler, command.StandIn)],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/handlers", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("指定承办人和AB岗 / Name who handles the matter in the unit, and who stands in");

    private static async Task<IResult> Post(HttpContext http, Guid id, NameHandlers body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var handler = await township.Person(body.Handler, http.RequestAborted);
        var standIn = await township.Person(body.StandIn, http.RequestAborted);
        return await http.Write(Order.Stream, id, (order, caller, _) => Decide(
            order, body, caller.Unit, caller.Unit is { } unit && handler?.Unit == unit && standIn?.Unit == unit));
    }
}
