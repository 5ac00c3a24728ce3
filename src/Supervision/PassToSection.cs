using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Section">The section of the addressee that is to do the work.</param>
public sealed record PassToSection([property: Given] Guid Section);

public static class PassingToSection
{
    /// <param name="unit">The unit the caller acts for.</param>
    /// <param name="parent">What the section belongs to; null where it is no active section of the township.</param>
    public static Decision<IOrderEvent> Decide(Order order, PassToSection command, Guid? unit, Guid? parent) => order switch
    {
        _ when order.Addressee != unit => Refuse.Forbidden("not-the-addressee"),
        { Stage: OrderStage.Issued } => Refuse.State("order-not-acknowledged"),
        { Section: { } named } => named == command.Section ? [] : Refuse.State("section-already-named"),
        _ when parent != order.Addressee => Refuse.Rule("not-a-section-of-the-addressee"),
        _ => [new OrderPassedToSection(order.Rounds[^1].Number, command.Section)],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/section", Post).RequireRole(Role.TownGovernment)
        .WithSummary("Pass the acknowledged order to the section that is to do the work");

    private static async Task<IResult> Post(HttpContext http, Guid id, PassToSection body, StreamStore store)
    {
        var section = await new Township(store, http.Caller().Tenant).Unit(body.Section, http.RequestAborted);
        var parent = section is { Kind: UnitKind.Section } ? section.Parent : null;
        return await http.Write(Order.Stream, id, (order, caller, _) => Decide(order, body, caller.Unit, parent));
    }
}
