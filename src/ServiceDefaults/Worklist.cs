using System.Globalization;
using System.Resources;
using System.Text.Json.Serialization;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

/// <summary>What a stream waits for, and whom: one row of somebody's worklist. Nothing of it is personal.</summary>
/// <param name="Act">Stable kebab-case name of the act that is due: <c>accept-appeal</c>.</param>
/// <param name="Roles">Whoever holds one of these…</param>
/// <param name="Person">…and is this person, where given…</param>
/// <param name="Group">…and belongs to this group, where given…</param>
/// <param name="Unit">…and to this unit, where given…</param>
/// <param name="Except">…and is none of these: who has done their part, or may take none.</param>
/// <param name="DueAt">The end of its limit, UTC, where it has one.</param>
/// <param name="WarnAt">From when on its light is yellow, UTC; as policy and calendar say.</param>
/// <param name="Number">The number of the order or document it is about, to be found by.</param>
/// <param name="Part">What tells it from the stream's others of the same act: a unit's id, a milestone's number.</param>
/// <param name="IsTarget">Its limit is only aimed at: it is yellow once past, and never red.</param>
public sealed record Waiting(
    string Act, Guid CaseId, string CaseNumber, int Round, IReadOnlyList<Role> Roles, Guid? Person = null, Guid? Group = null,
    Guid? Unit = null, DateTimeOffset? DueAt = null, IReadOnlyList<Guid>? Except = null, DateTimeOffset? WarnAt = null,
    string? Number = null, string Part = "", bool IsTarget = false);

/// <summary>
/// <c>GET /worklist</c>: what waits for the caller; <c>GET /worklist/overview</c>: what waits for anybody, for those who see to it that
/// nothing is left lying. By due time, what has none last, then by how long it has waited; filtered, counted, paged by key.
/// </summary>
public static class Worklist
{
    private const int MaxSize = 200;

    private static readonly Role[] Overseers =
    [
        Role.CongressOffice, Role.TownChair, Role.Presidium, Role.StreetWorkCommittee, Role.StandingCommittee, Role.Auditor,
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        .. new[] { "worklist.sql", "worklist_of.sql", "worklist_many.sql", "worklist_target.sql" }.Select(file => Migration.Embedded(typeof(Worklist).Assembly, file)),
    ];

    /// <summary>What the streams of a type wait for as their states say, one act at most.</summary>
    public static StreamTable Of<TState, TEvent>(StreamType<TState, TEvent> type, Func<TState, Waiting?> waiting)
        where TState : class
        where TEvent : class =>
        Of(type, state => waiting(state) is { } one ? [one] : Enumerable.Empty<Waiting>());

    /// <summary>What the streams of a type wait for as their states say, any number of acts at once.</summary>
    public static StreamTable Of<TState, TEvent>(StreamType<TState, TEvent> type, Func<TState, IEnumerable<Waiting>> waiting)
        where TState : class
        where TEvent : class =>
        new StreamTable("worklist", "stream_id", "act", "part") { Since = new("since", "act", "round") }.And(type, waiting);

    /// <summary>Another type of streams next to those, of a service with several.</summary>
    public static StreamTable And<TState, TEvent>(
        this StreamTable worklist, StreamType<TState, TEvent> type, Func<TState, IEnumerable<Waiting>> waiting)
        where TState : class
        where TEvent : class =>
        // A second one that nothing tells apart would refuse the whole append; the first stands for both.
        worklist.Each(type, (state, _) => [.. waiting(state).DistinctBy(w => (w.Act, w.Part)).Select(Row)]);

    internal static void MapWorklist(this WebApplication app)
    {
        app.MapGet("/worklist", Mine).RequireAnyRole().ExcludeFromDescription();
        app.MapGet("/worklist/overview", Everybodys).RequireRole(Overseers).ExcludeFromDescription();
    }

    private static (string, object?)[] Row(Waiting w) =>
    [
        ("act", w.Act), ("part", w.Part), ("case_id", w.CaseId), ("case_number", w.CaseNumber), ("number", w.Number), ("round", w.Round),
        ("roles", string.Join(',', w.Roles.Select(r => r.ToString()).Order(StringComparer.Ordinal))), ("person_id", w.Person),
        ("group_id", w.Group), ("unit_id", w.Unit), ("except_ids", w.Except?.ToArray() ?? []), ("due_at", w.DueAt), ("warn_at", w.WarnAt),
        ("is_target", w.IsTarget),
    ];

    private static Task<IResult> Mine(
        HttpContext http, StreamStore store, ServiceModule module, TimeProvider time, [AsParameters] WorklistFilter filter,
        int size = 50, string? after = null)
    {
        var caller = http.Caller();
        string[] roles = [.. caller.Roles.Select(r => r.ToString())];
        Guid[] groups = [.. caller.Groups];
        return Page(
            http, store, module, time, filter, size, after,
            _ => $"select * from worklist_of({caller.Person}, {roles}, {groups}, {caller.Unit}::uuid)");
    }

    private static Task<IResult> Everybodys(
        HttpContext http, StreamStore store, ServiceModule module, TimeProvider time, [AsParameters] WorklistFilter filter,
        int size = 50, string? after = null) =>
        Page(
            http, store, module, time, filter, size, after,
            scope => $"select * from worklist where tenant_id >= {scope} and tenant_id <= {LastOf(scope)}");

    /// <param name="after">The key of the last item seen; nothing for the first page.</param>
    private static async Task<IResult> Page(
        HttpContext http, StreamStore store, ServiceModule module, TimeProvider time, WorklistFilter filter, int size, string? after,
        Func<string, FormattableString> open)
    {
        if (WorklistKey.Parse(after) is not { } key)
        {
            return http.Problem(new Refusal(RefusalKind.Malformed, "malformed"));
        }

        if (http.Caller().Scope(filter.Township) is not { } scope)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        FormattableString found = Narrowed(open(scope), filter, module, time.GetUtcNow());
        FormattableString page = $"""
            select act, part, case_id, case_number, number, stream_id, round, roles, person_id, group_id, unit_id, due_at, since, tenant_id, light
              from ({found}) w
             where (coalesce(due_at, {WorklistKey.Never}), since, stream_id, act, part)
                 > ({key.DueAt ?? WorklistKey.Never}, {key.Since}, {key.Stream}, {key.Act}, {key.Part})
             order by coalesce(due_at, {WorklistKey.Never}), since, stream_id, act, part limit {Math.Clamp(size, 1, MaxSize)}
            """;
        FormattableString counts = $"select act, light, count(*) from ({found}) w group by act, light order by act, light";
        var items = await store.Query(scope, page, r => new WorklistItem(
            r.GetString(0), module.Words("act." + r.GetString(0)), r.GetString(1), r.GetGuid(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4), r.GetGuid(5),
            module.Name, r.GetInt32(6), r.GetString(7).Split(','), r.Maybe<Guid>(8), r.Maybe<Guid>(9),
            r.Maybe<Guid>(10), r.Maybe<DateTimeOffset>(11), Enum.Parse<Light>(r.GetString(14)), r.GetFieldValue<DateTimeOffset>(12), r.GetString(13)),
            http.RequestAborted);
        var counted = await store.Query(scope, counts, r => new WorklistCount(
            r.GetString(0), module.Words("act." + r.GetString(0)), Enum.Parse<Light>(r.GetString(1)), r.GetInt64(2)), http.RequestAborted);
        return TypedResults.Ok(new WorklistPage(items, counted));
    }

    private static FormattableString Narrowed(FormattableString open, WorklistFilter filter, ServiceModule module, DateTimeOffset now)
    {
        var acts = filter.Act is { Length: > 0 } ? filter.Act : null;
        var lights = filter.Light is { Length: > 0 } ? filter.Light.Select(l => l.ToString()).ToArray() : null;
        var dueBy = filter.DueBy is { Year: > 1 and < 9999 } day ? new Period(day, day).End : (DateTimeOffset?)null;
        var q = filter.Q?.Trim().ToLowerInvariant();
        var named = string.IsNullOrEmpty(q) ? [] : Acts(module.Refusals, q);
        return $"""
            select * from (
                select o.*, case when due_at is null then 'None' when due_at < {now} and not is_target then 'Red'
                                 when least(warn_at, due_at) <= {now} then 'Yellow' else 'Green' end as light
                  from ({open}) o) w
             where ({acts}::text[] is null or act = any({acts})) and ({lights}::text[] is null or light = any({lights}))
               and ({dueBy}::timestamptz is null or due_at <= {dueBy})
               and ({filter.Unit}::uuid is null or unit_id = {filter.Unit}) and ({filter.Group}::uuid is null or group_id = {filter.Group})
               and ({q}::text is null or strpos(lower(case_number), {q}) > 0 or strpos(lower(number), {q}) > 0 or act = any({named}))
            """;
    }

    /// <summary>The acts that are called so, in either language.</summary>
    private static string[] Acts(ResourceManager words, string q) =>
    [
        .. new[] { CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("en") }
            .SelectMany(language => words.GetResourceSet(language, createIfNotExists: true, tryParents: false)?.Cast<System.Collections.DictionaryEntry>() ?? [])
            .Where(word => ((string)word.Key).StartsWith("act.", StringComparison.Ordinal) && ((string)word.Value!).Contains(q, StringComparison.OrdinalIgnoreCase))
            .Select(word => ((string)word.Key)["act.".Length..]).Distinct(),
    ];

    /// <summary>Of a county's townships the last there can be, of a township itself.</summary>
    private static string LastOf(string scope) => scope.EndsWith("000", StringComparison.Ordinal) ? $"{scope[..6]}999" : scope;

    internal static T? Maybe<T>(this NpgsqlDataReader row, int column)
        where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
}

/// <summary>What is asked for; what is left out narrows nothing.</summary>
/// <param name="Act">One of these acts.</param>
/// <param name="Light">One of these lights.</param>
/// <param name="Township">One of the county's, for those who see them all.</param>
/// <param name="DueBy">Its limit ends on this local day or before.</param>
/// <param name="Unit">It waits for this unit.</param>
/// <param name="Group">It waits for this group.</param>
/// <param name="Q">Any part of the case's number, of the order's or document's, or of what the act is called.</param>
public sealed record WorklistFilter(
    [FromQuery(Name = "act")] string[]? Act = null, [FromQuery(Name = "light")] Light[]? Light = null,
    [FromQuery(Name = "township")] string? Township = null, [FromQuery(Name = "dueBy")] DateOnly? DueBy = null,
    [FromQuery(Name = "unit")] Guid? Unit = null, [FromQuery(Name = "group")] Guid? Group = null, [FromQuery(Name = "q")] string? Q = null);

[JsonConverter(typeof(JsonStringEnumConverter<Light>))]
public enum Light
{
    /// <summary>Its limit is past.</summary>
    Red,

    /// <summary>Its limit is near.</summary>
    Yellow,

    Green,

    /// <summary>It has no limit.</summary>
    None,
}

/// <summary>Where a page ends: due time, what has none last, then since when, then which.</summary>
public sealed record WorklistKey(DateTimeOffset? DueAt, DateTimeOffset Since, Guid Stream, string Act, string Part)
{
    /// <summary>Later than any limit.</summary>
    public static readonly DateTimeOffset Never = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>As the services sort.</summary>
    public static IComparer<WorklistKey> Order { get; } = Comparer<WorklistKey>.Create((one, other) =>
        (one.DueAt ?? Never).CompareTo(other.DueAt ?? Never) is not 0 and var due ? due
        : one.Since.CompareTo(other.Since) is not 0 and var since ? since
        : one.Stream.CompareTo(other.Stream) is not 0 and var stream ? stream
        : string.CompareOrdinal(one.Act, other.Act) is not 0 and var act ? act
        : string.CompareOrdinal(one.Part, other.Part));

    private static readonly WorklistKey First = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Guid.Empty, "", "");

    public static WorklistKey Of(WorklistItem item) => new(item.DueAt, item.Since, item.Stream, item.Act, item.Part);

    /// <summary>The key before all of them for nothing; null for what is none.</summary>
    public static WorklistKey? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return First;
        }

        return text.Split('|', 5) is [var due, var since, var stream, var act, var part]
            && (due.Length == 0 || IsTime(due)) && IsTime(since) && Guid.TryParse(stream, out var id) && !text.Contains('\0', StringComparison.Ordinal)
                ? new(due.Length == 0 ? null : Time(due), Time(since), id, act, part)
                : null;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{DueAt?.UtcDateTime:O}|{Since.UtcDateTime:O}|{Stream}|{Act}|{Part}");

    private static bool IsTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

/// <param name="Counts">How many in all are left by what was asked for, by act and light.</param>
public sealed record WorklistPage(IReadOnlyList<WorklistItem> Items, IReadOnlyList<WorklistCount> Counts);

/// <summary>How many wait for an act in a light.</summary>
public sealed record WorklistCount(string Act, Words ActWords, Light Light, long Count);

/// <param name="Part">What tells it from the stream's others of the same act.</param>
/// <param name="Number">Of the order or document it is about.</param>
/// <param name="Roles">Whom it waits for: one of these roles, and this person, group or unit where given.</param>
/// <param name="DueAt">The end of its limit, UTC.</param>
/// <param name="Since">When it began to wait, UTC.</param>
public sealed record WorklistItem(
    string Act, Words ActWords, string Part, Guid CaseId, string CaseNumber, string? Number, Guid Stream, string Service, int Round,
    IReadOnlyList<string> Roles, Guid? Person, Guid? Group, Guid? Unit, DateTimeOffset? DueAt, Light Light, DateTimeOffset Since, string Township);
