using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Registry;

public interface IPersonEvent;

/// <summary>Carries the whole person, since one stored event is one message. Name and login stand in a table of their own.</summary>
/// <param name="DocumentNumber">The document in which the appointment was decided.</param>
public sealed record PersonRegistered(
    Guid PersonId, IReadOnlyList<Role> Roles, IReadOnlyList<Guid> Groups, Guid? UnitId, string DocumentNumber) : IPersonEvent;

public sealed record PersonReassigned(
    Guid PersonId, IReadOnlyList<Role> Roles, IReadOnlyList<Guid> Groups, Guid? UnitId, string DocumentNumber) : IPersonEvent;

public sealed record PersonDeactivated(
    Guid PersonId, IReadOnlyList<Role> Roles, Guid? UnitId, string DocumentNumber) : IPersonEvent;

public sealed record Person(
    Guid Id, IReadOnlyList<Role> Roles, IReadOnlyList<Guid> Groups, Guid? UnitId, bool Active)
{
    public static StreamType<Person, IPersonEvent> Stream { get; } = new("person", Evolve);

    public static Person Evolve(Person? p, IPersonEvent e) => (p, e) switch
    {
        (null, PersonRegistered r) => new Person(r.PersonId, r.Roles, r.Groups, r.UnitId, true),
        ({ }, PersonReassigned r) => p with { Roles = r.Roles, Groups = r.Groups, UnitId = r.UnitId },
        ({ }, PersonDeactivated) => p with { Groups = [], Active = false },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit this person."),
    };
}
