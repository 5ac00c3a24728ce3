using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <summary>A thematic meeting on one topic.</summary>
/// <param name="By">The role of the body that met: the group that follows it; for a major matter the Presidium, in a street the committee.</param>
/// <param name="Group">The group that met; null where another body did.</param>
/// <param name="HeldOn">Local date.</param>
/// <param name="Attended">Registry ids of the members present.</param>
/// <param name="Guests">Who else took part, by kind and unit.</param>
/// <param name="Summary">What was said.</param>
/// <param name="Planned">The stream of the planned meeting it was, where it was planned as one.</param>
public sealed record Sitting(
    Role By, Guid? Group, DateOnly HeldOn, IReadOnlyList<Guid> Attended, IReadOnlyList<Guest> Guests, string? Summary, Guid? Planned)
{
    public bool Equals(Sitting? other) =>
        other is not null && (By, Group, HeldOn, Summary, Planned) == (other.By, other.Group, other.HeldOn, other.Summary, other.Planned)
        && Attended.SequenceEqual(other.Attended) && Guests.SequenceEqual(other.Guests);

    public override int GetHashCode() => HashCode.Combine(By, Group, HeldOn, Attended.Count, Guests.Count, Summary, Planned);

    /// <summary>A meeting by whoever asks; of a group, the one assigned.</summary>
    public static Sitting Of(
        Topic topic, Presiding who, DateOnly heldOn, IReadOnlyList<Guid> attended, IReadOnlyList<Guest>? guests, string? summary,
        Guid? planned) => new(who.By, who.By is Role.SupervisionGroup ? topic.Group : null, heldOn, attended, guests ?? [], summary, planned);

    /// <summary>Why it does not count as a meeting on the topic; null when it does.</summary>
    /// <param name="group">The group assigned, as the registry has it now; null where it is dissolved.</param>
    /// <param name="plannedKnown">Whether the planned meeting it refers to is one.</param>
    public Refusal? Objection(Topic topic, KnownGroup? group, Presiding who, bool plannedKnown)
    {
        IReadOnlyList<Guid>? members = topic.MajorMatter is null ? group?.Members ?? [] : who.Presidium;
        return topic switch
        {
            { MajorMatter: null } when By is not Role.SupervisionGroup => Refuse.Forbidden("group-deliberates-this"),
            { MajorMatter: null } when !members!.Contains(who.Person) => Refuse.Forbidden("not-of-the-group-assigned"),
            { MajorMatter: not null } when By is Role.SupervisionGroup => Refuse.Forbidden("presidium-deliberates-this"),
            _ when By is not Role.Presidium && topic.Recused.Contains(who.Person) => Refuse.Forbidden("recused-takes-no-part"),
            _ when HeldOn > who.Today => Refuse.Rule("meeting-not-held-yet"),
            // The committee's members are no group of the registry: the commission answers for them.
            _ when By is not Role.StreetWorkCommittee && members is not null && Attended.Except(members).Any() =>
                Refuse.Rule("attended-not-a-member"),
            _ when Attended.Intersect(topic.Recused).Any() => Refuse.Rule("attended-recused"),
            _ when By is Role.Presidium && Attended.Distinct().Count() * 2 <= (members?.Count ?? 0) => Refuse.Rule("quorum-missing"),
            _ when !plannedKnown => Refuse.Rule("no-such-planned-meeting"),
            _ => null,
        };
    }
}

/// <summary>Whoever is invited to a meeting without being a member. No names: a kind, and the unit they come from.</summary>
public sealed record Guest([property: Known] GuestKind Kind, [property: Text(100)] string Unit);

public enum GuestKind
{
    /// <summary>专业人士</summary>
    Expert,

    /// <summary>第三方</summary>
    ThirdParty,

    /// <summary>镇纪检监察部门</summary>
    DisciplineBody,

    /// <summary>The unit concerned.</summary>
    Unit,
}
