using System.ComponentModel.DataAnnotations;

namespace LiaisonStation.Rules;

/// <summary>The meeting that carries the act of a body; its recorder stands in the metadata.</summary>
/// <param name="HeldOn">Local date.</param>
/// <param name="Attended">Registry ids of the members present.</param>
public sealed record Meeting(
    DateOnly HeldOn,
    [property: Required(ErrorMessage = "required"), MaxLength(1000, ErrorMessage = "too-long")] IReadOnlyList<Guid> Attended,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int For,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int Against,
    [property: Range(0, int.MaxValue, ErrorMessage = "negative")] int Abstained) : IValidatableObject
{
    /// <summary>Why this meeting does not carry the act; null when it does. More than half of all members attend, and vote for it.</summary>
    /// <param name="members">All members of the body; null where the township has none.</param>
    /// <param name="recused">Registry ids of those who take no part in this matter.</param>
    public Objection? Objection(IReadOnlyList<Guid>? members, IReadOnlyList<Guid> recused, DateOnly today)
    {
        var attended = Attended.Distinct().Count();
        return members switch
        {
            null or [] => Rules.Objection.NoSuchBody,
            _ when HeldOn > today => Rules.Objection.NotHeldYet,
            _ when Attended.Except(members).Any() => Rules.Objection.AttendedNotAMember,
            _ when Attended.Intersect(recused).Any() => Rules.Objection.AttendedRecused,
            _ when attended * 2 <= members.Count => Rules.Objection.QuorumMissing,
            _ when (long)For + Against + Abstained > attended => Rules.Objection.VotesExceedAttendance,
            _ when (long)For * 2 <= members.Count => Rules.Objection.MajorityMissing,
            _ => null,
        };
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HeldOn == default)
        {
            yield return new("required", [nameof(HeldOn)]);
        }

        if (Attended.Distinct().Count() < Attended.Count)
        {
            yield return new("named-twice", [nameof(Attended)]);
        }
    }

    /// <summary>By value, the attendance too: the same meeting entered twice is the same meeting.</summary>
    public bool Equals(Meeting? other) =>
        other is not null && (HeldOn, For, Against, Abstained) == (other.HeldOn, other.For, other.Against, other.Abstained)
        && Attended.SequenceEqual(other.Attended);

    public override int GetHashCode() => HashCode.Combine(HeldOn, Attended.Count, For, Against, Abstained);
}

/// <summary>Why an act of a body is not carried.</summary>
public enum Objection
{
    /// <summary>The township has no such body: a street has a work committee instead.</summary>
    NoSuchBody,
    NotHeldYet,
    AttendedNotAMember,
    AttendedRecused,
    QuorumMissing,
    VotesExceedAttendance,
    MajorityMissing,

    /// <summary>The body acts by a meeting, and none is given.</summary>
    MeetingMissing,

    /// <summary>Policy does not leave this act to the chair alone.</summary>
    ChairNotAlone,

    /// <summary>The committee acts by commission, and none is named.</summary>
    CommissionMissing,

    /// <summary>Where there is a Presidium, no committee acts in its place.</summary>
    PresidiumDecidesHere,
}
