using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

/// <summary>The meeting that carries the act of a body; its recorder stands in the metadata.</summary>
/// <param name="HeldOn">Local date.</param>
/// <param name="Attended">Registry ids of the members present.</param>
public sealed record Meeting(DateOnly HeldOn, IReadOnlyList<Guid> Attended, int For, int Against, int Abstained)
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

    public static Fields Check(Meeting? meeting, Fields fields) => meeting switch
    {
        null => fields.Wrong(true, "meeting", "required"),
        { Attended: null } => fields.Wrong(true, "meeting.attended", "required"),
        _ => fields
            .Wrong(meeting.HeldOn == default, "meeting.heldOn", "required")
            .Wrong(meeting.Attended.Count > 1000, "meeting.attended", "too-long")
            .Wrong(meeting.Attended.Distinct().Count() < meeting.Attended.Count, "meeting.attended", "named-twice")
            .Wrong(meeting.For < 0, "meeting.for", "negative")
            .Wrong(meeting.Against < 0, "meeting.against", "negative")
            .Wrong(meeting.Abstained < 0, "meeting.abstained", "negative"),
    };

    /// <summary>By value, the attendance too: the same meeting entered twice is the same meeting.</summary>
    public bool Equals(Meeting? other) =>
        other is not null && (HeldOn, For, Against, Abstained) == (other.HeldOn, other.For, other.Against, other.Abstained)
        && Attended.SequenceEqual(other.Attended);

    public override int GetHashCode() => HashCode.Combine(HeldOn, Attended.Count, For, Against, Abstained);
}
