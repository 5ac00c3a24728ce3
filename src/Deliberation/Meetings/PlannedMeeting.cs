using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.Meetings;

public interface IMeetingEvent;

/// <summary>A meeting was planned, and its notice goes out.</summary>
/// <param name="Group">The supervision group that meets; null of any other kind.</param>
public sealed record MeetingPlanned(MeetingKind Kind, Guid? Group, MeetingPlan Plan) : IMeetingEvent;

public sealed record MeetingPlanChanged(MeetingPlan Plan, string Reason) : IMeetingEvent;

public sealed record MeetingCancelled(string Reason) : IMeetingEvent;

/// <summary>Who came, from the sign-in list. Entered anew it takes the place of what was entered before.</summary>
/// <param name="Attended">Registry ids.</param>
public sealed record AttendanceRecorded(IReadOnlyList<Guid> Attended, IReadOnlyList<Guest> Guests) : IMeetingEvent;

/// <summary>The minutes (纪要) were entered. Entered anew they take the place of what was entered before.</summary>
public sealed record MinutesRecorded(string Minutes) : IMeetingEvent;

public sealed record MinutesApproved : IMeetingEvent;

public enum MeetingKind
{
    /// <summary>主席团会议</summary>
    Presidium,

    /// <summary>街道工委会议</summary>
    WorkCommittee,

    /// <summary>代表督事小组会议</summary>
    SupervisionGroup,

    /// <summary>代表小组集体讨论: each deputies' group at least once a month.</summary>
    DeputyGroup,

    /// <summary>专题会议, of anybody concerned.</summary>
    Thematic,
}

public static class MeetingKinds
{
    /// <summary>The kind of group that meets; null where another body does.</summary>
    public static GroupKind? OfGroup(this MeetingKind kind) => kind switch
    {
        MeetingKind.SupervisionGroup => GroupKind.SupervisionGroup,
        MeetingKind.DeputyGroup => GroupKind.DeputyGroup,
        _ => null,
    };
}

/// <param name="HeldOn">Local date.</param>
/// <param name="StartsAt">Local time.</param>
/// <param name="Agenda">In order.</param>
public sealed record MeetingPlan(
    [property: Given] DateOnly HeldOn, TimeOnly StartsAt, [property: Text(200)] string Place, [property: Given] IReadOnlyList<AgendaItem> Agenda)
{
    public bool Equals(MeetingPlan? other) => other is not null
        && (HeldOn, StartsAt, Place) == (other.HeldOn, other.StartsAt, other.Place) && Agenda.SequenceEqual(other.Agenda);

    public override int GetHashCode() => HashCode.Combine(HeldOn, StartsAt, Place, Agenda.Count);
}

/// <param name="Topic">The topic's stream, of what is about one.</param>
public sealed record AgendaItem([property: Text(500)] string Text, Guid? Topic = null);

public enum MeetingStage
{
    Planned,
    Held,

    /// <summary>Its minutes are entered and wait to be approved.</summary>
    Minuted,
    Approved,
    Cancelled,
}

public sealed record PlannedMeeting(MeetingKind Kind, Guid? Group, MeetingPlan Plan, MeetingStage Stage)
{
    public static StreamType<PlannedMeeting, IMeetingEvent> Stream { get; } = new("meeting", Evolve);

    public IReadOnlyList<Guid> Attended { get; init; } = [];

    public IReadOnlyList<Guest> Guests { get; init; } = [];

    public string? Minutes { get; init; }

    /// <summary>Why it was cancelled, or last changed.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether an act may refer to it: nothing was decided in a meeting that was called off.</summary>
    public static async Task<bool> IsKnown(StreamStore store, string township, Guid? planned, CancellationToken cancellation) =>
        planned is null
        || await store.Load(Stream, planned.Value, township, cancellation) is { State.Stage: not MeetingStage.Cancelled };

    public static PlannedMeeting Evolve(PlannedMeeting? meeting, IMeetingEvent happened) => (meeting, happened) switch
    {
        (null, MeetingPlanned e) => new(e.Kind, e.Group, e.Plan, MeetingStage.Planned),
        ({ } m, MeetingPlanChanged e) => m with { Plan = e.Plan, Reason = e.Reason },
        ({ } m, MeetingCancelled e) => m with { Stage = MeetingStage.Cancelled, Reason = e.Reason },
        ({ } m, AttendanceRecorded e) => m with
        {
            Stage = m.Minutes is null ? MeetingStage.Held : MeetingStage.Minuted,
            Attended = e.Attended,
            Guests = e.Guests,
        },
        ({ } m, MinutesRecorded e) => m with { Stage = MeetingStage.Minuted, Minutes = e.Minutes },
        ({ } m, MinutesApproved) => m with { Stage = MeetingStage.Approved },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {meeting?.Stage.ToString() ?? "nothing"}."),
    };
}
