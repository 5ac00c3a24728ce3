using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Receptions;

public static class ReceptionRows
{
    public static StreamTable Table { get; } = new StreamTable("receptions", "plan_id", "on_day").Each(
        ReceptionPlan.Stream,
        (plan, _) =>
        [
            .. plan.Days.Select(d => new (string, object?)[]
            {
                ("on_day", d.On), ("group_id", plan.Group), ("kind", plan.Kind.ToString()), ("place", plan.Place), ("hours", plan.Hours),
                ("contact_point", plan.ContactPoint), ("deputies", d.Deputies.ToArray()), ("checked_in", d.CheckedIn.ToArray()),
                ("status", d.Status.ToString()), ("visitors", d.Visitors), ("appeals", d.Appeals.ToArray()),
            }),
        ]);

    /// <summary>
    /// What each group owes and did in the months that begin in a period: at least one reception a month (F0: 每月至少开展1次), each kind
    /// as planned, and how many of its deputies took part.
    /// </summary>
    public static FormattableString Fulfilment(Period period) =>
        $"""
        select g.tenant_id, g.id as group_id, g.name, m::date as month,
               count(r.plan_id) filter (where r.status = 'Held' and r.kind = 'Reception') as receptions,
               count(r.plan_id) filter (where r.status <> 'CalledOff') as planned,
               count(r.plan_id) filter (where r.status = 'Held') as held,
               count(r.plan_id) filter (where r.status = 'Missed') as missed,
               count(r.plan_id) filter (where r.status = 'CalledOff') as called_off,
               (select count(distinct d) from receptions took, unnest(took.checked_in) d
                 where took.tenant_id = g.tenant_id and took.group_id = g.id and took.status = 'Held'
                   and took.on_day >= m and took.on_day < m + interval '1 month') as taking_part,
               cardinality(g.members) as deputies
          from generate_series(date_trunc('month', {period.From}::timestamp), {period.To}::timestamp, interval '1 month') m
         cross join groups g
          left join receptions r on r.tenant_id = g.tenant_id and r.group_id = g.id and r.on_day >= m and r.on_day < m + interval '1 month'
         where g.active and g.kind = 'DeputyGroup' and m >= {period.From}::timestamp
         group by g.tenant_id, g.id, g.name, g.members, m
        """;
}

public static class ReceptionFigures
{
    public static IReadOnlyList<FigureSource> All { get; } =
    [
        FigureSource.Ratio("receptions-held", period =>
            $"select name || to_char(month, ' YYYY-MM'), least(receptions, 1)::bigint, 1::bigint from ({ReceptionRows.Fulfilment(period)}) f"),
        FigureSource.Ratio("reception-participation", period =>
            $"select name || to_char(month, ' YYYY-MM'), taking_part::bigint, deputies::bigint from ({ReceptionRows.Fulfilment(period)}) f"),
        FigureSource.Count("reception-visitors", period =>
            $"""
            select g.name || to_char(r.on_day, ' YYYY-MM-DD'), r.visitors::bigint
              from receptions r join groups g on g.tenant_id = r.tenant_id and g.id = r.group_id
             where r.status = 'Held' and r.on_day between {period.From} and {period.To}
            """),
    ];
}

public static class ReadReceptions
{
    private const int MaxSize = 500;

    public static void Map(RouteGroupBuilder plans, RouteGroupBuilder receptions)
    {
        plans.MapGet("/{id:guid}", (Guid id, HttpContext http) => http.Show(ReceptionPlan.Stream, id, plan => plan))
            .RequireRole(Role.Station, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.CongressOffice, Role.TownChair, Role.Auditor)
            .WithSummary("A plan with all its days, swaps and leave");
        receptions.MapGet("/", List).RequireAnyRole().WithSummary("Receptions by day: where, when, which deputies");
        receptions.MapGet("/fulfilment", Fulfilment)
            .RequireRole(
                Role.Station, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.CongressOffice, Role.TownChair, Role.Presidium,
                Role.StreetWorkCommittee, Role.StandingCommittee, Role.Auditor)
            .WithSummary("What each group owes and held, month by month, and how many of its deputies took part");
    }

    /// <param name="from">Local date; the days before are left out.</param>
    /// <param name="deputy">Only those this deputy is on duty at.</param>
    /// <param name="after">The last one seen, <c>2026-03-10|plan</c>.</param>
    private static async Task<IResult> List(
        HttpContext http, StreamStore store, DateOnly? from = null, DateOnly? to = null, Guid? group = null, Guid? deputy = null,
        ReceptionStatus? status = null, string? after = null, int size = 100)
    {
        size = Math.Clamp(size, 1, MaxSize);
        if (!Key.TryParse(after, out var day, out var plan))
        {
            return http.Malformed(("after", "malformed"));
        }

        var items = await store.Query(
            http.Caller().Tenant,
            $"""
            select r.plan_id, r.tenant_id, r.on_day, r.kind, r.group_id, r.place, r.hours, r.contact_point, r.status, r.visitors,
                   r.deputies, array(select coalesce(n.name, '') from unnest(r.deputies) with ordinality d(id, at)
                         left join person_names n on n.tenant_id = r.tenant_id and n.person_id = d.id order by d.at)
              from receptions r
             where ({from}::date is null or r.on_day >= {from}::date) and ({to}::date is null or r.on_day <= {to}::date)
               and ({group}::uuid is null or r.group_id = {group}::uuid) and ({deputy}::uuid is null or {deputy}::uuid = any(r.deputies))
               and ({status?.ToString()}::text is null or r.status = {status?.ToString()}) and (r.on_day, r.plan_id) > ({day}, {plan})
             order by r.on_day, r.plan_id limit {size}
            """,
            r => new AnnouncedReception(
                r.GetGuid(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), r.GetString(3), r.GetGuid(4), r.GetString(5), r.GetString(6),
                r.IsDBNull(7) ? null : r.GetGuid(7), r.GetString(8), r.GetInt32(9),
                [.. r.GetFieldValue<Guid[]>(10).Zip(r.GetFieldValue<string[]>(11), (id, name) => new DeputyOnDuty(id, name))]),
            http.RequestAborted);
        return TypedResults.Ok(new Page<AnnouncedReception>(items, items.Count == size ? $"{items[^1].On:yyyy-MM-dd}|{items[^1].PlanId}" : null));
    }

    private static async Task<IResult> Fulfilment(HttpContext http, StreamStore store, string? from = null, string? to = null)
    {
        if (Period.Parse(from, to, out var wrong) is not { } period)
        {
            return http.Malformed(wrong);
        }

        return TypedResults.Ok(await store.Query(
            http.Caller().Tenant,
            $"select * from ({ReceptionRows.Fulfilment(period)}) f order by month, tenant_id, group_id",
            r => new Fulfilled(
                r.GetString(0), r.GetGuid(1), r.GetString(2), r.GetFieldValue<DateOnly>(3), 1, r.GetInt64(4), r.GetInt64(5), r.GetInt64(6),
                r.GetInt64(7), r.GetInt64(8), r.GetInt64(9), r.GetInt32(10)),
            http.RequestAborted));
    }

    private static class Key
    {
        public static bool TryParse(string? text, out DateOnly day, out Guid plan)
        {
            (day, plan) = (DateOnly.MinValue, Guid.Empty);
            return string.IsNullOrEmpty(text)
                || (text.Split('|') is [var on, var id] && DateOnly.TryParseExact(on, "yyyy-MM-dd", out day) && Guid.TryParse(id, out plan));
        }
    }
}

/// <param name="Status">Planned until it is announced, three days before.</param>
public sealed record AnnouncedReception(
    Guid PlanId, string Township, DateOnly On, string Kind, Guid Group, string Place, string Hours, Guid? ContactPoint, string Status,
    int Visitors, IReadOnlyList<DeputyOnDuty> Deputies);

public sealed record DeputyOnDuty(Guid Id, string Name);

/// <param name="Owed">Receptions a group owes a month.</param>
/// <param name="Receptions">Those held that count for it; house visits and shop days are counted beside.</param>
/// <param name="TakingPart">Deputies of the group who checked in to what was held.</param>
public sealed record Fulfilled(
    string Township, Guid Group, string Name, DateOnly Month, int Owed, long Receptions, long Planned, long Held, long Missed, long CalledOff,
    long TakingPart, int Deputies);
