using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Registry;

/// <param name="ParentId">The unit it belongs to; a section's town government.</param>
public sealed record RegisterUnit(
    [property: Known] UnitKind Kind,
    [property: Text(RegisteringUnit.NameLength)] string Name,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber,
    Guid? ParentId = null);

public static class RegisteringUnit
{
    public const int NameLength = 100;

    /// <param name="parent">The kind of the active unit named as parent, where the township has it.</param>
    public static Decision<IUnitEvent> Decide(Unit? unit, Guid id, RegisterUnit c, UnitKind? parent) =>
        unit is not null ? []
        : c.ParentId is not null && parent is null ? Refuse.Rule("unknown-unit")
        : c.Kind == UnitKind.Section && parent != UnitKind.TownGovernment ? Refuse.Rule("section-needs-town-government")
        : [new UnitRegistered(id, c.Kind, c.ParentId, c.Name.Trim(), c.DocumentNumber)];

    public static void Map(RouteGroupBuilder units) => units
        .MapPost("/", Post)
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Register a unit, by a document");

    private static async Task<IResult> Post(RegisterUnit c, HttpContext http, StreamStore store, TimeProvider time)
    {
        var id = time.NewId();
        var belonging = await Belonging.Of(store, http.Caller().Tenant, [], c.ParentId, http.RequestAborted);
        return await http.Found(Unit.Stream, id, (u, _, _) => Decide(u, id, c, belonging.Unit), u => new Receipt(u.Id, 1));
    }
}
