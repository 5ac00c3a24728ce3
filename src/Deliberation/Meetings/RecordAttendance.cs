using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation.Meetings;

/// <param name="Attended">Registry ids, from the sign-in list.</param>
/// <param name="Guests">Who else came, by kind and unit.</param>
public sealed record RecordAttendance(
    [property: Given, MaxLength(1000, ErrorMessage = "too-long")] IReadOnlyList<Guid> Attended,
    [property: MaxLength(50, ErrorMessage = "too-long")] IReadOnlyList<Guest>? Guests = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Attended.Distinct().Count() < Attended.Count)
        {
            yield return Wrong.Because("named-twice", nameof(Attended));
        }
    }
}

public static class RecordingAttendance
{
    /// <param name="presidium">All its members; null where there is none.</param>
    /// <param name="groups">The township's supervision and deputies' groups.</param>
    public static Decision<IMeetingEvent> Decide(
        PlannedMeeting meeting, RecordAttendance command, IReadOnlyList<Guid>? presidium, IReadOnlyList<KnownGroup> groups, DateOnly today)
    {
        var members = meeting.Kind switch
        {
            MeetingKind.Presidium => presidium ?? [],
            MeetingKind.SupervisionGroup or MeetingKind.DeputyGroup => groups.FirstOrDefault(g => g.Id == meeting.Group)?.Members ?? [],
            // No group of the registry: whoever is concerned.
            _ => command.Attended,
        };
        var guests = command.Guests ?? [];
        return meeting switch
        {
            { Stage: MeetingStage.Cancelled } => Refuse.State("meeting-cancelled"),
            _ when meeting.Attended.SequenceEqual(command.Attended) && meeting.Guests.SequenceEqual(guests) => [],
            { Stage: MeetingStage.Approved } => Refuse.State("minutes-already-approved"),
            _ when meeting.Plan.HeldOn > today => Refuse.Rule("meeting-not-held-yet"),
            _ when command.Attended.Except(members).Any() => Refuse.Rule("attended-not-a-member"),
            _ => [new AttendanceRecorded(command.Attended, guests)],
        };
    }

    public static void Map(RouteGroupBuilder meetings) => meetings
        .MapPost("/{id:guid}/attendance", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Enter who came, from the sign-in list");

    private static async Task<IResult> Post(HttpContext http, Guid id, RecordAttendance body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var presidium = await township.Presidium(http.RequestAborted);
        KnownGroup[] groups =
        [
            .. await township.Groups(GroupKind.SupervisionGroup, http.RequestAborted), .. await township.Groups(GroupKind.DeputyGroup, http.RequestAborted),
        ];
        return await http.Write(
            PlannedMeeting.Stream, id, (meeting, _, now) => Decide(meeting, body, presidium, groups, BusinessTime.DateOf(now)));
    }
}
