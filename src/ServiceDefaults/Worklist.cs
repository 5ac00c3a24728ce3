using System.Globalization;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonStation.ServiceDefaults;

/// <summary>What a stream waits for, and whom: one row of somebody's worklist.</summary>
/// <param name="Act">Stable kebab-case name of the act that is due: <c>accept-appeal</c>.</param>
/// <param name="Roles">Whoever holds one of these…</param>
/// <param name="Person">…and is this person, where given…</param>
/// <param name="Group">…and belongs to this group, where given…</param>
/// <param name="Unit">…and to this unit, where given…</param>
/// <param name="Except">…and is none of these: who has done their part, or may take none.</param>
/// <param name="DueAt">The end of its limit, UTC, where it has one.</param>
public sealed record Waiting(
    string Act, Guid CaseId, string CaseNumber, int Round, IReadOnlyList<Role> Roles, Guid? Person = null, Guid? Group = null,
    Guid? Unit = null, DateTimeOffset? DueAt = null, IReadOnlyList<Guid>? Except = null);

/// <summary><c>GET /worklist</c>: what waits for the caller, oldest first, paged by key.</summary>
public static class Worklist
{
    private const int MaxSize = 200;

    public static IReadOnlyList<Migration> Migrations { get; } =
        [.. new[] { "worklist.sql", "worklist_of.sql" }.Select(file => Migration.Embedded(typeof(Worklist).Assembly, file))];

    /// <summary>What the streams of a type wait for as their states say, or nothing.</summary>
    public static StreamTable Of<TState, TEvent>(StreamType<TState, TEvent> type, Func<TState, Waiting?> waiting)
        where TState : class
        where TEvent : class =>
        new StreamTable("worklist", "stream_id") { Since = new("since", "act", "round") }.Of(
            type,
            (state, _) => waiting(state) is { } w
                ?
                [
                    ("act", w.Act), ("case_id", w.CaseId), ("case_number", w.CaseNumber), ("round", w.Round),
                    ("roles", w.Roles.Select(r => r.ToString()).ToArray()), ("person_id", w.Person), ("group_id", w.Group),
                    ("unit_id", w.Unit), ("except_ids", w.Except?.ToArray() ?? []), ("due_at", w.DueAt),
                ]
                : null);

    internal static void MapWorklist(this WebApplication app) => app
        .MapGet("/worklist", List).RequireAnyRole().ExcludeFromDescription();

    /// <param name="after">The key of the last item seen, <c>since|stream</c>; nothing for the first page.</param>
    private static async Task<Results<Ok<WorklistPage>, ProblemHttpResult>> List(
        HttpContext http, StreamStore store, ServiceModule module, int size = 50, string? after = null, string? act = null,
        string? number = null)
    {
        if (!Key.TryParse(after, out var key))
        {
            return (ProblemHttpResult)http.Problem(new Refusal(RefusalKind.Malformed, "malformed"));
        }

        var caller = http.Caller();
        string[] roles = [.. caller.Roles.Select(r => r.ToString())];
        Guid[] groups = [.. caller.Groups];
        FormattableString mine = $"""
            select act, case_id, case_number, stream_id, round, due_at, since, tenant_id
            from worklist_of({caller.Person}, {roles}, {groups}, {caller.Unit}::uuid)
            where ({act}::text is null or act = {act}) and ({number}::text is null or starts_with(case_number, {number}))
              and (since, stream_id) > ({key.Since}, {key.Stream})
            order by since, stream_id limit {Math.Clamp(size, 1, MaxSize)}
            """;
        FormattableString counts = $"""
            select act, count(*) from worklist_of({caller.Person}, {roles}, {groups}, {caller.Unit}::uuid)
            where ({act}::text is null or act = {act}) and ({number}::text is null or starts_with(case_number, {number}))
            group by act
            """;
        var items = await store.Query(caller.Tenant, mine, r => new WorklistItem(
            r.GetString(0), module.Words("act." + r.GetString(0)), r.GetGuid(1), r.GetString(2), r.GetGuid(3), module.Name,
            r.GetInt32(4), r.IsDBNull(5) ? null : r.GetFieldValue<DateTimeOffset>(5), r.GetFieldValue<DateTimeOffset>(6), r.GetString(7)),
            http.RequestAborted);
        var perAct = await store.Query(caller.Tenant, counts, r => (Act: r.GetString(0), Count: r.GetInt64(1)), http.RequestAborted);
        return TypedResults.Ok(new WorklistPage(items, perAct.Sum(a => a.Count), perAct.ToDictionary(a => a.Act, a => a.Count)));
    }

    private sealed record Key(DateTimeOffset Since, Guid Stream)
    {
        public static bool TryParse(string? text, out Key key)
        {
            key = new Key(DateTimeOffset.UnixEpoch, Guid.Empty);
            if (text is null or "")
            {
                return true;
            }

            if (text.Split('|') is not [var since, var stream]
                || !DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
                || !Guid.TryParse(stream, out var id))
            {
                return false;
            }

            key = new Key(at, id);
            return true;
        }
    }
}

public sealed record WorklistPage(IReadOnlyList<WorklistItem> Items, long Total, IReadOnlyDictionary<string, long> Counts);

/// <param name="Since">When it began to wait, UTC.</param>
/// <param name="DueAt">The end of its limit, UTC.</param>
public sealed record WorklistItem(
    string Act, Words ActWords, Guid CaseId, string CaseNumber, Guid Stream, string Service, int Round,
    DateTimeOffset? DueAt, DateTimeOffset Since, string Township);
