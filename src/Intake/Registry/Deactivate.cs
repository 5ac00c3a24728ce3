using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Registry;

/// <summary>Ends a person's part, a unit or a group; what they did stays.</summary>
public sealed record Deactivate([property: Text(Assignment.DocumentNumberLength)] string DocumentNumber);

public static class Deactivating
{
    /// <param name="handedOver">
    /// Whether their open items went to another. What is open the other services know; to hand over what is not there costs nothing, to
    /// leave what is there leaves it without an owner.
    /// </param>
    public static Decision<IPersonEvent> Decide(Person person, Deactivate c, bool handedOver) => person switch
    {
        { Active: false } => [],
        _ when !handedOver && person.Roles.Any(Person.IsOffice) => Refuse.Rule("hand-over-needed"),
        _ => [new PersonDeactivated(person.Id, person.Roles, person.UnitId, c.DocumentNumber)],
    };

    public static Decision<IUnitEvent> Decide(Unit unit, Deactivate c, bool handedOver) => unit switch
    {
        { Active: false } => [],
        { Kind: not (UnitKind.ContactPoint or UnitKind.CountyDepartment or UnitKind.Other) } when !handedOver => Refuse.Rule("hand-over-needed"),
        _ => [new UnitDeactivated(unit.Id, unit.Kind, unit.ParentId, unit.Name, c.DocumentNumber)],
    };

    public static Decision<IGroupEvent> Decide(Group group, Deactivate c, bool handedOver) => group switch
    {
        { Active: false } => [],
        _ when !handedOver => Refuse.Rule("hand-over-needed"),
        _ => [new GroupDissolved(group.Id, group.Kind, group.Name, c.DocumentNumber)],
    };

    public static void Map(RouteGroupBuilder people, RouteGroupBuilder units, RouteGroupBuilder groups)
    {
        Map(people, "Deactivate a person, by a document", (http, id, c, handedOver) =>
            http.Write(Person.Stream, id, (p, _, _) => Decide(p, c, handedOver)));
        Map(units, "Deactivate a unit, by a document", (http, id, c, handedOver) =>
            http.Write(Unit.Stream, id, (u, _, _) => Decide(u, c, handedOver)));
        Map(groups, "Dissolve a group, by a document", (http, id, c, handedOver) =>
            http.Write(Group.Stream, id, (g, _, _) => Decide(g, c, handedOver)));
    }

    private static void Map(
        RouteGroupBuilder routes, string summary, Func<HttpContext, Guid, Deactivate, bool, Task<IResult>> write) => routes
        .MapPost("/{id:guid}/deactivation", async (Guid id, Deactivate c, HttpContext http, StreamStore store) =>
            await write(http, id, c, await HandOverRows.TookEffect(store, http.Caller().Tenant, id, http.RequestAborted)))
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary(summary);
}
