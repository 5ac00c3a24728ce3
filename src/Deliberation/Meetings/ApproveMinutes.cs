using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation.Meetings;

/// <summary>A group's minutes are approved by one of its members, all others by the chair; in a street by the work committee.</summary>
public static class ApprovingMinutes
{
    /// <param name="by">The role the act is done in.</param>
    /// <param name="groups">The groups the caller is a member of.</param>
    public static Decision<IMeetingEvent> Decide(PlannedMeeting meeting, Role by, IReadOnlyList<Guid> groups) => meeting switch
    {
        { Kind: MeetingKind.SupervisionGroup } when by is not Role.SupervisionGroup || !groups.Contains(meeting.Group!.Value) =>
            Refuse.Forbidden("not-of-the-group-assigned"),
        { Kind: MeetingKind.DeputyGroup } when by is not Role.DeputyGroup || !groups.Contains(meeting.Group!.Value) =>
            Refuse.Forbidden("not-of-the-group-assigned"),
        _ when meeting.Kind.OfGroup() is null && by is Role.SupervisionGroup or Role.DeputyGroup => Refuse.Forbidden("chair-approves-these"),
        { Stage: MeetingStage.Approved } => [],
        { Stage: MeetingStage.Cancelled } => Refuse.State("meeting-cancelled"),
        { Stage: not MeetingStage.Minuted } => Refuse.State("minutes-not-recorded"),
        _ => [new MinutesApproved()],
    };

    public static void Map(RouteGroupBuilder meetings) => meetings
        .MapPost("/{id:guid}/approval", Post)
        .RequireRole([.. Authority.For(Act.DecideAsChair), .. Authority.For(Act.DecideByCommission), .. Authority.For(Act.Advise), Role.DeputyGroup])
        .WithSummary("Approve the minutes");

    private static async Task<IResult> Post(HttpContext http, Guid id, StreamStore store)
    {
        var caller = http.Caller();
        Guid[] groups =
            [.. (await new Township(store, caller.Tenant).GroupsOf(caller.Person, http.RequestAborted)).Select(g => g.Id)];
        return await http.Write(PlannedMeeting.Stream, id, (meeting, _, _) => Decide(meeting, caller.Role, groups));
    }
}
