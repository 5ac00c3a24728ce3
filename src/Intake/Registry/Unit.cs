using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Registry;

public interface IUnitEvent;

public sealed record UnitRegistered(Guid UnitId, UnitKind Kind, Guid? ParentId, string Name, string DocumentNumber) : IUnitEvent;

public sealed record UnitDeactivated(Guid UnitId, UnitKind Kind, Guid? ParentId, string Name, string DocumentNumber) : IUnitEvent;

public sealed record Unit(Guid Id, UnitKind Kind, Guid? ParentId, string Name, bool Active)
{
    public static StreamType<Unit, IUnitEvent> Stream { get; } = new("unit", Evolve);

    public static Unit Evolve(Unit? u, IUnitEvent e) => (u, e) switch
    {
        (null, UnitRegistered r) => new Unit(r.UnitId, r.Kind, r.ParentId, r.Name, true),
        ({ }, UnitDeactivated) => u with { Active = false },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit this unit."),
    };
}
