using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation.Meetings;

/// <param name="Group">The group, where one meets; and only then.</param>
public sealed record PlanMeeting([property: Known] MeetingKind Kind, [property: Given] MeetingPlan Plan, Guid? Group = null);

public static class PlanningMeeting
{
    /// <param name="groups">The township's of the kind that meets.</param>
    /// <param name="topicsKnown">Whether every topic on the agenda is one of the township's.</param>
    public static Decision<IMeetingEvent> Decide(
        PlanMeeting command, IReadOnlyList<KnownGroup> groups, bool hasPresidium, bool topicsKnown, DateOnly today) => command switch
        {
            { Kind: MeetingKind.Presidium } when !hasPresidium => Refuse.Rule("no-presidium-here"),
            { Kind: MeetingKind.WorkCommittee } when hasPresidium => Refuse.Rule("presidium-decides-here"),
            { Kind: MeetingKind.SupervisionGroup } when groups.All(g => g.Id != command.Group) => Refuse.Rule("not-a-supervision-group"),
            { Kind: MeetingKind.DeputyGroup } when groups.All(g => g.Id != command.Group) => Refuse.Rule("not-a-deputy-group"),
            { Group: not null } when command.Kind.OfGroup() is null => Refuse.Rule("not-a-groups-meeting"),
            _ when command.Plan.HeldOn < today => Refuse.Rule("meeting-in-the-past"),
            _ when !topicsKnown => Refuse.Rule("topic-unknown"),
            _ => [new MeetingPlanned(command.Kind, command.Group, command.Plan)],
        };

    public static void Map(RouteGroupBuilder meetings) => meetings
        .MapPost("/", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Plan a meeting: kind, date, place, agenda");

    private static async Task<IResult> Post(HttpContext http, PlanMeeting body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var groups = body.Kind.OfGroup() is { } kind ? await township.Groups(kind, http.RequestAborted) : [];
        var hasPresidium = await township.Presidium(http.RequestAborted) is not null;
        var topicsKnown = await TopicRows.AllKnown(store, township.Code, body.Plan.Agenda.Select(i => i.Topic), http.RequestAborted);
        var id = Guid.CreateVersion7();
        return await http.Found(
            PlannedMeeting.Stream, id,
            (_, _, now) => Decide(body, groups, hasPresidium, topicsKnown, BusinessTime.DateOf(now)),
            meeting => new PlannedReceipt(id, meeting.Stage));
    }
}

public sealed record PlannedReceipt(Guid Id, MeetingStage Stage);
