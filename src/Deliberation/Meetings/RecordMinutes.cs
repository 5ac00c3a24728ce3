using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.Meetings;

/// <param name="Minutes">The minutes, a paragraph a line.</param>
public sealed record RecordMinutes([property: Text(20000)] string Minutes);

public static class RecordingMinutes
{
    public static Decision<IMeetingEvent> Decide(PlannedMeeting meeting, RecordMinutes command) => meeting switch
    {
        { Stage: MeetingStage.Cancelled } => Refuse.State("meeting-cancelled"),
        _ when meeting.Minutes == command.Minutes => [],
        { Stage: MeetingStage.Approved } => Refuse.State("minutes-already-approved"),
        { Stage: MeetingStage.Planned } => Refuse.State("attendance-not-recorded"),
        _ => [new MinutesRecorded(command.Minutes)],
    };

    public static void Map(RouteGroupBuilder meetings) => meetings
        .MapPost("/{id:guid}/minutes", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Enter the minutes");

    private static Task<IResult> Post(HttpContext http, Guid id, RecordMinutes body) =>
        http.Write(PlannedMeeting.Stream, id, (meeting, _, _) => Decide(meeting, body));
}
