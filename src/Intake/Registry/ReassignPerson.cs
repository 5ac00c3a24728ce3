using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Registry;

/// <summary>Says anew, and whole, which roles a person holds and where they belong.</summary>
public sealed record ReassignPerson(
    [property: Given, Known, Assignable] IReadOnlyList<Role> Roles,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber,
    IReadOnlyList<Guid>? Groups = null, Guid? UnitId = null);

public static class ReassigningPerson
{
    public static Decision<IPersonEvent> Decide(Person person, ReassignPerson c, Belonging belonging)
    {
        Guid[] groups = [.. (c.Groups ?? []).Distinct()];
        Role[] roles = [.. c.Roles.Distinct()];
        return person switch
        {
            { Active: false } => Refuse.State("person-inactive"),
            _ when roles.ToHashSet().SetEquals(person.Roles) && groups.ToHashSet().SetEquals(person.Groups) && c.UnitId == person.UnitId => [],
            _ when Assignment.Refused(roles, groups, c.UnitId, belonging) is { } refusal => refusal,
            _ => [new PersonReassigned(person.Id, roles, groups, c.UnitId, c.DocumentNumber)],
        };
    }

    public static void Map(RouteGroupBuilder people) => people
        .MapPut("/{id:guid}/assignment", Put)
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Change a person's roles, groups and unit, by a document");

    private static async Task<IResult> Put(Guid id, ReassignPerson c, HttpContext http, StreamStore store)
    {
        var belonging = await Belonging.Of(store, http.Caller().Tenant, c.Groups ?? [], c.UnitId, http.RequestAborted);
        return await http.Write(Person.Stream, id, (p, _, _) => Decide(p, c, belonging));
    }
}
