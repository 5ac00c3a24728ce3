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

/// <summary>On what ground somebody is erased: Personal Information Protection Law, article 47.</summary>
public enum ErasureGround
{
    /// <summary>撤回同意</summary>
    ConsentWithdrawn,

    /// <summary>处理目的已实现、无法实现或者不再必要</summary>
    PurposeEnded,

    /// <summary>保存期限已届满</summary>
    RetentionEnded,

    /// <summary>违反法律、行政法规或者约定处理</summary>
    Unlawful,
}

/// <summary>A person's words can be read no more, and their name and number are gone. What was done about their appeals stays.</summary>
/// <param name="DocumentNumber">The application, or the decision on it.</param>
public sealed record PersonErased(Guid PersonId, ErasureGround Ground, string DocumentNumber) : IPersonEvent;

/// <param name="HeldOffice">Has ever acted in another role than a resident's.</param>
public sealed record Person(
    Guid Id, IReadOnlyList<Role> Roles, IReadOnlyList<Guid> Groups, Guid? UnitId, bool Active, bool HeldOffice = false,
    bool Erased = false)
{
    public static StreamType<Person, IPersonEvent> Stream { get; } = new("person", Evolve);

    public static Person Evolve(Person? p, IPersonEvent e) => (p, e) switch
    {
        (null, PersonRegistered r) => new Person(r.PersonId, r.Roles, r.Groups, r.UnitId, true, r.Roles.Any(IsOffice)),
        ({ }, PersonReassigned r) => p with
        {
            Roles = r.Roles,
            Groups = r.Groups,
            UnitId = r.UnitId,
            HeldOffice = p.HeldOffice || r.Roles.Any(IsOffice),
        },
        ({ }, PersonDeactivated) => p with { Groups = [], Active = false },

        // Whoever only handed something in was never registered.
        (null, PersonErased r) => new Person(r.PersonId, [], [], null, false, Erased: true),
        ({ }, PersonErased) => p with { Roles = [], Groups = [], UnitId = null, Active = false, Erased = true },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit this person."),
    };

    /// <summary>A role in which one acts for others.</summary>
    public static bool IsOffice(Role role) => role is not (Role.Resident or Role.ResidentDeliberator);
}
