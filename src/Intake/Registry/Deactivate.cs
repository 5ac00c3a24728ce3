using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Registry;

/// <summary>Ends a person's part, a unit or a group; what they did stays.</summary>
public sealed record Deactivate([property: Text(Assignment.DocumentNumberLength)] string DocumentNumber);

public static class Deactivating
{
    public static Decision<IPersonEvent> Decide(Person person, Deactivate c) =>
        person.Active ? [new PersonDeactivated(person.Id, person.Roles, person.UnitId, c.DocumentNumber)] : [];

    public static Decision<IUnitEvent> Decide(Unit unit, Deactivate c) =>
        unit.Active ? [new UnitDeactivated(unit.Id, unit.Kind, unit.ParentId, unit.Name, c.DocumentNumber)] : [];

    public static Decision<IGroupEvent> Decide(Group group, Deactivate c) =>
        group.Active ? [new GroupDissolved(group.Id, group.Kind, group.Name, c.DocumentNumber)] : [];

    public static void Map(RouteGroupBuilder people, RouteGroupBuilder units, RouteGroupBuilder groups)
    {
        Map(people, "Deactivate a person, by a document", (http, id, c) => http.Write(Person.Stream, id, (p, _, _) => Decide(p, c)));
        Map(units, "Deactivate a unit, by a document", (http, id, c) => http.Write(Unit.Stream, id, (u, _, _) => Decide(u, c)));
        Map(groups, "Dissolve a group, by a document", (http, id, c) => http.Write(Group.Stream, id, (g, _, _) => Decide(g, c)));
    }

    private static void Map(RouteGroupBuilder routes, string summary, Func<HttpContext, Guid, Deactivate, Task<IResult>> write) => routes
        .MapPost("/{id:guid}/deactivation", (Guid id, Deactivate c, HttpContext http) => write(http, id, c))
        .RequireRole(Role.CongressOffice)
        .WithSummary(summary);
}
