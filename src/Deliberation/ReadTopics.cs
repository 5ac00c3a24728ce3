using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

/// <summary>The topics as the next screen must show them.</summary>
public static class TopicRows
{
    private static readonly string[] Waiting = [.. Stages(t => t.Waits)];
    private static readonly string[] Open = [.. Stages(t => t.IsOpen)];

    public static Migration Migration { get; } = Migration.Embedded(typeof(TopicRows).Assembly, "topics.sql");

    /// <summary>Of the resident's words the title alone, sealed; what is searched is what staff and deputies wrote.</summary>
    public static StreamTable Table { get; } = new StreamTable("topics", "id").Of(
        Topic.Stream,
        (t, version) =>
        [
            ("case_number", t.CaseNumber), ("stage", t.Stage.ToString()), ("month", t.Place?.Month.ToString()),
            ("rolled_from", t.RolledFrom.Select(m => m.ToString()).ToArray()), ("group_id", t.Group), ("proposed_by", t.ProposedBy),
            ("title_of", t.Title.Person), ("title", t.Title.Sealed), ("due_at", t.Limit?.DueAt()), ("late", t.Late.Contains(t.Stage)),
            ("words", string.Join('\n', ((string?[])[t.Ground, t.Advice?.Text, t.Advice?.Content, t.Referral?.Content]).OfType<string>())),
            ("proposed_on", t.ProposedOn), ("confirmed_on", t.ConfirmedOn), ("advised_on", t.AdvisedOn), ("version", version),
        ]);

    /// <summary>The thematic meetings held on each topic.</summary>
    public static StreamTable Sittings { get; } = new StreamTable("sittings", "topic_id", "ordinal").Each(
        Topic.Stream,
        (t, _) =>
        [
            .. t.Sittings.Select((s, i) => new (string, object?)[]
            {
                ("ordinal", i), ("case_number", t.CaseNumber), ("group_id", s.Group), ("held_on", s.HeldOn), ("attended", s.Attended.ToArray()),
            }),
        ]);

    /// <summary>What stands in a month's batch undecided.</summary>
    public static Task<IReadOnlyList<Guid>> WaitingIn(StreamStore store, string township, Month month, CancellationToken cancellation) =>
        store.Query(
            township,
            $"select id from topics where tenant_id = {township} and month = {month.ToString()} and stage = any({Waiting}) order by id",
            row => row.GetGuid(0), cancellation);

    /// <summary>What is open and with a group, or waits for its proposer.</summary>
    public static Task<IReadOnlyList<Guid>> OpenOf(StreamStore store, string township, Guid owner, CancellationToken cancellation) =>
        store.Query(
            township,
            $"""
            select id from topics
            where tenant_id = {township} and stage = any({Open}) and (group_id = {owner} or proposed_by = {owner}) order by id
            """,
            row => row.GetGuid(0), cancellation);

    /// <summary>Whether all of these are topics of the township; what is none of them is left out.</summary>
    public static async Task<bool> AllKnown(
        StreamStore store, string township, IEnumerable<Guid?> topics, CancellationToken cancellation)
    {
        Guid[] named = [.. topics.OfType<Guid>().Distinct()];
        var known = await store.Query(
            township, $"select id from topics where tenant_id = {township} and id = any({named})", row => row.GetGuid(0), cancellation);
        return known.Count == named.Length;
    }

    private static IEnumerable<string> Stages(Func<Topic, bool> which) =>
        from stage in Enum.GetValues<TopicStage>()
        where which(new(default, "", default, new(default, ""), new(default, ""), default, default, "", stage))
        select stage.ToString();
}

public static class ReadTopics
{
    private const int MaxSize = 200;

    // Whoever takes part in deciding on the matter, and the auditor. The unit sees the order, not the resident's text.
    public static Role[] Readers { get; } =
    [
        Role.CongressOffice, Role.Presidium, Role.TownChair, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station,
        Role.CommandCentre, Role.StreetWorkCommittee, Role.StandingCommittee, Role.Auditor,
    ];

    public static void Map(RouteGroupBuilder topics)
    {
        topics.MapGet("/", List).RequireRole(Readers).WithSummary("Topics, newest first");
        topics.MapGet("/{id:guid}", Get).RequireRole(Readers).WithSummary("A topic as it stands");
    }

    /// <param name="q">Part of a case number, of the ground, the advice or the content.</param>
    /// <param name="after">The id of the last topic seen; nothing for the first page.</param>
    private static async Task<IResult> List(
        HttpContext http, StreamStore store, TopicStage? stage = null, Guid? group = null, string? q = null, Month? month = null,
        string? after = null, int size = 50)
    {
        if (!TopicLine.TryParse(after, out var last))
        {
            return http.Problem(new Refusal(RefusalKind.Malformed, "malformed"));
        }

        size = Math.Clamp(size, 1, MaxSize);
        var lines = await TopicLine.Read(http, store, $"""
            select id, case_number, tenant_id, stage, month, rolled_from, group_id, title_of, title, due_at, late
            from topics
            where ({stage?.ToString()}::text is null or stage = {stage?.ToString()}) and ({group}::uuid is null or group_id = {group}::uuid)
              and ({month?.ToString()}::text is null or month = {month?.ToString()})
              and ({q}::text is null or position(lower({q}::text) in lower(case_number || ' ' || words)) > 0)
              and ({last.Number}::text is null or (case_number, id) < ({last.Number}, {last.Id}))
            order by case_number desc, id desc limit {size}
            """);
        return TypedResults.Ok(new TopicPage(lines, lines.Count == size ? $"{lines[^1].CaseNumber}|{lines[^1].Id}" : null));
    }

    private static Task<IResult> Get(HttpContext http, Guid id) => http.Show(Topic.Stream, id, topic => topic);
}

/// <param name="Next">What to ask for with <c>after</c>; null on the last page.</param>
public sealed record TopicPage(IReadOnlyList<TopicLine> Items, string? Next);

/// <param name="RolledFrom">The months in which it was not dealt with.</param>
/// <param name="DueAt">The end of its stage's limit, UTC.</param>
/// <param name="Late">Whether that has passed, as it was recorded.</param>
/// <param name="Erased">The submitter was erased on request: the title only says so.</param>
public sealed record TopicLine(
    Guid Id, string CaseNumber, string Township, string Stage, string? Month, IReadOnlyList<string> RolledFrom, Guid? Group, string Title,
    bool Erased, DateTimeOffset? DueAt, bool Late)
{
    /// <param name="rows">Id, case number, township, stage, month, months rolled from, group, title's person and words, due, late.</param>
    internal static async Task<IReadOnlyList<TopicLine>> Read(HttpContext http, StreamStore store, FormattableString rows)
    {
        var read = await store.Query(http.Caller().Tenant, rows, r => (Title: new PersonalText(r.GetGuid(7), r.GetString(8)), Line: new TopicLine(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4),
            r.GetFieldValue<string[]>(5), r.IsDBNull(6) ? null : r.GetGuid(6), "", false,
            r.IsDBNull(9) ? null : r.GetFieldValue<DateTimeOffset>(9), r.GetBoolean(10))), http.RequestAborted);
        var keys = await http.Keys(read.Select(r => r.Title.Person));
        return [.. read.Select(r => keys.Show(r.Title) is var title ? r.Line with { Title = title.Text, Erased = title.Erased } : r.Line)];
    }

    internal static bool TryParse(string? after, out (string? Number, Guid Id) last)
    {
        var parts = (after ?? "").Split('|');
        last = parts is [var number, var text] && Guid.TryParse(text, out var id) ? (number, id) : (null, default);
        return string.IsNullOrEmpty(after) || last.Number is not null;
    }
}
