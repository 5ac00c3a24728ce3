using System.Globalization;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.Meetings;

/// <summary>The planned meetings as the next screen must show them.</summary>
public static class MeetingRows
{
    public static Migration Migration { get; } = Migration.Embedded(typeof(MeetingRows).Assembly, "meetings.sql");

    public static StreamTable Table { get; } = new StreamTable("meetings", "id").Of(
        PlannedMeeting.Stream,
        (m, version) =>
        [
            ("kind", m.Kind.ToString()), ("group_id", m.Group), ("held_on", m.Plan.HeldOn), ("stage", m.Stage.ToString()),
            ("attended", m.Attended.ToArray()), ("version", version),
        ]);
}

public static class ReadMeetings
{
    private const int MaxSize = 200;

    public static void Map(RouteGroupBuilder meetings)
    {
        meetings.MapGet("/", List).RequireRole(ReadTopics.Readers).WithSummary("Planned meetings, the latest first");
        meetings.MapGet("/{id:guid}", Get).RequireRole(ReadTopics.Readers).WithSummary("A planned meeting as it stands");
    }

    /// <param name="after">The date and id of the last meeting seen, <c>2026-03-10|id</c>; nothing for the first page.</param>
    private static async Task<IResult> List(
        HttpContext http, StreamStore store, MeetingStage? stage = null, Guid? group = null, string? after = null, int size = 50)
    {
        var key = (after ?? "").Split('|');
        if (!string.IsNullOrEmpty(after) && (key is not [_, var text] || !DateOnly.TryParse(key[0], CultureInfo.InvariantCulture, out _) || !Guid.TryParse(text, out _)))
        {
            return http.Problem(new Refusal(RefusalKind.Malformed, "malformed"));
        }

        var (day, id) = key is [var d, var i] ? (DateOnly.Parse(d, CultureInfo.InvariantCulture), Guid.Parse(i)) : (DateOnly.MaxValue, Guid.Empty);
        size = Math.Clamp(size, 1, MaxSize);
        var lines = await store.Query(
            http.Caller().Tenant,
            $"""
            select id, tenant_id, kind, group_id, held_on, stage from meetings
            where ({stage?.ToString()}::text is null or stage = {stage?.ToString()}) and ({group}::uuid is null or group_id = {group}::uuid)
              and (held_on, id) < ({day}, {id})
            order by held_on desc, id desc limit {size}
            """,
            r => new MeetingLine(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetGuid(3), r.GetFieldValue<DateOnly>(4), r.GetString(5)),
            http.RequestAborted);
        return TypedResults.Ok(new MeetingPage(lines, lines.Count == size ? $"{lines[^1].HeldOn:yyyy-MM-dd}|{lines[^1].Id}" : null));
    }

    private static Task<IResult> Get(HttpContext http, Guid id) => http.Show(PlannedMeeting.Stream, id, meeting => meeting);
}

/// <param name="Next">What to ask for with <c>after</c>; null on the last page.</param>
public sealed record MeetingPage(IReadOnlyList<MeetingLine> Items, string? Next);

/// <param name="HeldOn">Local date.</param>
public sealed record MeetingLine(Guid Id, string Township, string Kind, Guid? Group, DateOnly HeldOn, string Stage);
