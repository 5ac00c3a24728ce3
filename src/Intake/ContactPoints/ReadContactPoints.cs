using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.ContactPoints;

public static class ContactPointRows
{
    public static StreamTable Table { get; } = new StreamTable("contact_points", "id").Of(
        ContactPoint.Stream,
        (p, _) =>
        [
            ("kind", p.Kind.ToString()), ("name", p.Name), ("village", p.Village), ("from_day", p.From), ("until_day", p.Until),
            ("closed_on", p.ClosedOn), ("next_milestone", p.Milestones.FirstOrDefault(m => m.ReachedOn is null)?.DueOn),
            ("deputies", p.Postings.Select(o => o.Deputy).Distinct().ToArray()),
        ]);
}

public static class ReadContactPoints
{
    private const int MaxSize = 500;

    public static void Map(RouteGroupBuilder points)
    {
        points.MapGet("/", List).RequireAnyRole().WithSummary("Contact points of the township, searched and paged");
        points.MapGet("/{id:guid}", (Guid id, HttpContext http) => http.Show(ContactPoint.Stream, id, p => p))
            .RequireAnyRole().WithSummary("A contact point with its deputies and milestones");
    }

    /// <param name="search">Part of the name, or of the village's code.</param>
    /// <param name="deputy">Only those this deputy was ever posted at.</param>
    /// <param name="open">Only those that are not closed, or only those that are.</param>
    /// <param name="after">The id of the last one seen.</param>
    private static async Task<IResult> List(
        HttpContext http, StreamStore store, string? search = null, ContactPointKind? kind = null, Guid? deputy = null, bool? open = null,
        Guid? after = null, int size = 100)
    {
        size = Math.Clamp(size, 1, MaxSize);
        var items = await store.Query(
            http.Caller().Tenant,
            $"""
            select id, tenant_id, kind, name, village, from_day, until_day, closed_on, next_milestone, deputies from contact_points
             where ({search}::text is null or strpos(name, {search}) > 0 or strpos(village, {search}) > 0)
               and ({kind?.ToString()}::text is null or kind = {kind?.ToString()})
               and ({deputy}::uuid is null or {deputy}::uuid = any(deputies)) and ({open}::bool is null or (closed_on is null) = {open}::bool)
               and ({after}::uuid is null or id > {after}::uuid)
             order by id limit {size}
            """,
            r => new ListedContactPoint(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4), r.GetFieldValue<DateOnly>(5),
                r.IsDBNull(6) ? null : r.GetFieldValue<DateOnly>(6), r.IsDBNull(7) ? null : r.GetFieldValue<DateOnly>(7),
                r.IsDBNull(8) ? null : r.GetFieldValue<DateOnly>(8), r.GetFieldValue<Guid[]>(9)),
            http.RequestAborted);
        return TypedResults.Ok(new Page<ListedContactPoint>(items, items.Count == size ? items[^1].Id.ToString() : null));
    }
}

/// <param name="NextMilestone">When the first milestone that is not reached is due.</param>
public sealed record ListedContactPoint(
    Guid Id, string Township, string Kind, string Name, string? Village, DateOnly From, DateOnly? Until, DateOnly? ClosedOn,
    DateOnly? NextMilestone, IReadOnlyList<Guid> Deputies);
