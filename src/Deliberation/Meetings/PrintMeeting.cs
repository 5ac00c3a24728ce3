using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.ServiceDefaults.Print;
using LiaisonStation.Townships;
using Microsoft.AspNetCore.Components;

namespace LiaisonStation.Deliberation.Meetings;

/// <summary>A meeting's papers to print: notice, agenda, sign-in list, minutes.</summary>
public static class PrintMeeting
{
    public static void Map(RouteGroupBuilder meetings)
    {
        Map<NoticePaper>(meetings, "notice", "The notice of a planned meeting, or that it is called off, to print");
        Map<AgendaPaper>(meetings, "agenda", "The agenda of a planned meeting, to print");
        Map<SignInPaper>(meetings, "sign-in", "The sign-in list of a planned meeting, to print");
        Map<MinutesPaper>(meetings, "minutes", "The minutes of a meeting, to print");
    }

    private static void Map<TPaper>(RouteGroupBuilder meetings, string paper, string summary)
        where TPaper : IComponent => meetings
        .MapGet($"/{{id:guid}}/{paper}", Get<TPaper>).RequireRole(ReadTopics.Readers).Produces<string>(200, "text/html").WithSummary(summary);

    private static async Task<IResult> Get<TPaper>(HttpContext http, Guid id, StreamStore store, TimeProvider time)
        where TPaper : IComponent
    {
        var township = new Township(store, http.Caller().Tenant);
        if (await store.Load(PlannedMeeting.Stream, id, township.Code, http.RequestAborted) is not { } loaded)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var meeting = loaded.State;
        if (typeof(TPaper) == typeof(MinutesPaper) && meeting.Minutes is null)
        {
            return http.Problem(Refuse.State("minutes-not-recorded"));
        }

        var body = meeting.Kind.OfGroup() is not null
            ? await township.Group(meeting.Group!.Value, http.RequestAborted)
            : await township.Groups(GroupKind.Presidium, http.RequestAborted) is [var presidium, ..] ? presidium : null;
        var committee = await township.Units(UnitKind.StreetWorkCommittee, http.RequestAborted) is [var unit, ..] ? unit : null;
        Guid[] topics = [.. meeting.Plan.Agenda.Select(i => i.Topic).OfType<Guid>()];
        var numbers = await store.Query(
            township.Code, $"select id, case_number from topics where id = any({topics})", r => (r.GetGuid(0), r.GetString(1)), http.RequestAborted);
        var now = time.GetUtcNow();
        return await http.Print<TPaper>(("Paper", new MeetingPaper(
            meeting, body?.Name ?? committee?.Name ?? "人大办", body?.Members.Count ?? meeting.Attended.Count,
            numbers.ToDictionary(n => n.Item1, n => n.Item2), BusinessTime.DateOf(now), new(null, id.ToString(), loaded.Version, now))));
    }
}

/// <param name="Issuer">The body that meets, by its name in the registry.</param>
/// <param name="Members">How many are expected.</param>
/// <param name="CaseNumbers">Of the topics on the agenda.</param>
/// <param name="On">The date of the paper, local.</param>
public sealed record MeetingPaper(
    PlannedMeeting Meeting, string Issuer, int Members, IReadOnlyDictionary<Guid, string> CaseNumbers, DateOnly On, MadeFrom Made)
{
    public string Kind => Meeting.Stage is MeetingStage.Cancelled ? "关于取消会议的通知" : $"关于召开{Name}的通知";

    public string Name => Meeting.Kind switch { MeetingKind.Thematic => "专题会议", MeetingKind.DeputyGroup => "集体讨论", _ => "会议" };

    public string To => Meeting.Kind is MeetingKind.Thematic ? "各有关单位、人员" : "各位成员";

    public string When => $"{Meeting.Plan.HeldOn.Chinese()} {Meeting.Plan.StartsAt:HH\\:mm}";
}
