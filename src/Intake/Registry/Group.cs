using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Registry;

public interface IGroupEvent;

public sealed record GroupRegistered(
    Guid GroupId, GroupKind Kind, string Name, IReadOnlyList<Guid> Members, string DocumentNumber) : IGroupEvent;

/// <summary>Follows the people: who belongs to a group is decided with the person.</summary>
public sealed record GroupMembersChanged(Guid GroupId, GroupKind Kind, string Name, IReadOnlyList<Guid> Members) : IGroupEvent;

public sealed record GroupDissolved(Guid GroupId, GroupKind Kind, string Name, string DocumentNumber) : IGroupEvent;

public sealed record Group(Guid Id, GroupKind Kind, string Name, IReadOnlyList<Guid> Members, bool Active)
{
    public static StreamType<Group, IGroupEvent> Stream { get; } = new("group", Evolve);

    public static Group Evolve(Group? g, IGroupEvent e) => (g, e) switch
    {
        (null, GroupRegistered r) => new Group(r.GroupId, r.Kind, r.Name, r.Members, true),
        ({ }, GroupMembersChanged r) => g with { Members = r.Members },
        ({ }, GroupDissolved) => g with { Members = [], Active = false },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit this group."),
    };
}
