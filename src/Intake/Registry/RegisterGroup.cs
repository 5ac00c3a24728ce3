using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Registry;

/// <summary>Founds a group; its members come with the people.</summary>
public sealed record RegisterGroup(
    [property: Known] GroupKind Kind,
    [property: Text(RegisteringUnit.NameLength)] string Name,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber);

public static class RegisteringGroup
{
    public static Decision<IGroupEvent> Decide(Group? group, Guid id, RegisterGroup c, IReadOnlyList<Guid> members) =>
        group is not null ? [] : [new GroupRegistered(id, c.Kind, c.Name.Trim(), members, c.DocumentNumber)];

    public static void Map(RouteGroupBuilder groups) => groups
        .MapPost("/", Post)
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Register a group or body, by a document");

    private static Task<IResult> Post(RegisterGroup c, HttpContext http, TimeProvider time)
    {
        var id = time.NewId();
        return http.Found(Group.Stream, id, (g, _, _) => Decide(g, id, c, []), g => new Receipt(g.Id, 1));
    }
}
