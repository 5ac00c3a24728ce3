using System.ComponentModel.DataAnnotations;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

/// <summary>The meeting that carries the act of a body; its recorder stands in the metadata.</summary>
/// <param name="HeldOn">Local date.</param>
/// <param name="Attended">Registry ids of the members present.</param>
public sealed record Meeting(
    [property: Given] DateOnly HeldOn,
    [property: Required(ErrorMessage = "required"), MaxLength(1000, ErrorMessage = "too-long")] IReadOnlyList<Guid> Attended,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int For,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int Against,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int Abstained) : IValidatableObject
{
    /// <summary>Why this meeting does not carry the act; null when it does.</summary>
    /// <param name="members">All members of the body; null where the township has none.</param>
    public Refusal? Objection(IReadOnlyList<Guid>? members, DateOnly today)
    {
        var attended = Attended.Distinct().Count();
        return members switch
        {
            null or [] => Refuse.Rule("no-presidium-here"),
            _ when HeldOn > today => Refuse.Rule("meeting-not-held-yet"),
            _ when Attended.Except(members).Any() => Refuse.Rule("attended-not-a-member"),
            _ when attended * 2 <= members.Count => Refuse.Rule("quorum-missing"),
            _ when (long)For + Against + Abstained > attended => Refuse.Rule("votes-exceed-attendance"),
            _ when (long)For * 2 <= members.Count => Refuse.Rule("majority-missing"),
            _ => null,
        };
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Attended.Distinct().Count() < Attended.Count)
        {
            yield return Wrong.Because("named-twice", nameof(Attended));
        }
    }

    /// <summary>By value, the attendance too: the same meeting entered twice is the same meeting.</summary>
    public bool Equals(Meeting? other) =>
        other is not null && (HeldOn, For, Against, Abstained) == (other.HeldOn, other.For, other.Against, other.Abstained)
        && Attended.SequenceEqual(other.Attended);

    public override int GetHashCode() => HashCode.Combine(HeldOn, Attended.Count, For, Against, Abstained);
}
