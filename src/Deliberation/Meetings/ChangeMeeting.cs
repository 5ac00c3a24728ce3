using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.Meetings;

/// <param name="Plan">As it is to be now.</param>
public sealed record ChangeMeeting([property: Given] MeetingPlan Plan, [property: Text] string Reason);

/// <param name="Reason">Stands on the notice that it does not take place.</param>
public sealed record CancelMeeting([property: Text] string Reason);

public static class ChangingMeeting
{
    /// <param name="topicsKnown">Whether every topic on the agenda is one of the township's.</param>
    public static Decision<IMeetingEvent> Decide(PlannedMeeting meeting, ChangeMeeting command, bool topicsKnown, DateOnly today) =>
        meeting switch
        {
            { Stage: MeetingStage.Cancelled } => Refuse.State("meeting-cancelled"),
            { Stage: not MeetingStage.Planned } => Refuse.State("meeting-already-held"),
            _ when meeting.Plan == command.Plan => [],
            _ when command.Plan.HeldOn < today => Refuse.Rule("meeting-in-the-past"),
            _ when !topicsKnown => Refuse.Rule("topic-unknown"),
            _ => [new MeetingPlanChanged(command.Plan, command.Reason)],
        };

    public static Decision<IMeetingEvent> Decide(PlannedMeeting meeting, CancelMeeting command) => meeting switch
    {
        { Stage: MeetingStage.Cancelled } => meeting.Reason == command.Reason ? [] : Refuse.State("meeting-cancelled"),
        { Stage: not MeetingStage.Planned } => Refuse.State("meeting-already-held"),
        _ => [new MeetingCancelled(command.Reason)],
    };

    public static void Map(RouteGroupBuilder meetings)
    {
        meetings.MapPost("/{id:guid}/plan", Change).RequireRole(Authority.For(Act.KeepOffice))
            .WithSummary("Change date, place or agenda of a planned meeting");
        meetings.MapPost("/{id:guid}/cancellation", Cancel).RequireRole(Authority.For(Act.KeepOffice))
            .WithSummary("Call a planned meeting off");
    }

    private static async Task<IResult> Change(HttpContext http, Guid id, ChangeMeeting body, StreamStore store)
    {
        var topicsKnown = await TopicRows.AllKnown(store, http.Caller().Tenant, body.Plan.Agenda.Select(i => i.Topic), http.RequestAborted);
        return await http.Write(
            PlannedMeeting.Stream, id, (meeting, _, now) => Decide(meeting, body, topicsKnown, BusinessTime.DateOf(now)));
    }

    private static Task<IResult> Cancel(HttpContext http, Guid id, CancelMeeting body) =>
        http.Write(PlannedMeeting.Stream, id, (meeting, _, _) => Decide(meeting, body));
}
