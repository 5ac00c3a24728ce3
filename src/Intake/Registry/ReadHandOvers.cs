using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Registry;

public static class HandOverRows
{
    public static StreamTable Table { get; } = new StreamTable("hand_overs", "id").Of(
        HandOver.Stream,
        (h, _) =>
        [
            ("kind", h.Kind.ToString()), ("from_id", h.From), ("to_id", h.To), ("ground", h.Ground.ToString()),
            ("document_number", h.DocumentNumber), ("effective_on", h.EffectiveOn), ("in_effect", h.InEffect),
        ]);

    /// <summary>Whether what was open with a person, group or unit went to another.</summary>
    public static async Task<bool> TookEffect(StreamStore store, string township, Guid from, CancellationToken cancellation) =>
        (await store.Query(
            township, $"select 1 from hand_overs where tenant_id = {township} and from_id = {from} and in_effect limit 1", row => row.GetInt32(0),
            cancellation)).Count > 0;
}

public static class ReadHandOvers
{
    private const int MaxSize = 500;

    public static void Map(RouteGroupBuilder registry) => registry
        .MapGet("/hand-overs", List)
        .RequireRole(Role.CongressOffice, Role.TownChair, Role.Presidium, Role.StandingCommittee, Role.StreetWorkCommittee, Role.Auditor)
        .WithSummary("Which open items went to whom, on what ground and document");

    /// <param name="of">Registry id of whoever gave or took.</param>
    /// <param name="after">The id of the last one seen.</param>
    private static async Task<IResult> List(HttpContext http, StreamStore store, Guid? of = null, Guid? after = null, int size = 100)
    {
        size = Math.Clamp(size, 1, MaxSize);
        var items = await store.Query(
            http.Caller().Tenant,
            $"""
            select id, tenant_id, kind, from_id, to_id, ground, document_number, effective_on, in_effect from hand_overs
            where ({of}::uuid is null or {of}::uuid in (from_id, to_id)) and ({after}::uuid is null or id > {after}::uuid)
            order by id limit {size}
            """,
            r => new RegisteredHandOver(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetGuid(3), r.GetGuid(4), r.GetString(5), r.GetString(6),
                r.GetFieldValue<DateOnly>(7), r.GetBoolean(8)),
            http.RequestAborted);
        return TypedResults.Ok(new Page<RegisteredHandOver>(items, items.Count == size ? items[^1].Id.ToString() : null));
    }
}

/// <param name="InEffect">Its day has come and the services were told.</param>
public sealed record RegisteredHandOver(
    Guid Id, string Township, string Kind, Guid From, Guid To, string Ground, string DocumentNumber, DateOnly EffectiveOn, bool InEffect);
