using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

/// <summary>What deliberation can count (domain.md 0.6 and 1.10).</summary>
public static class Counts
{
    public static IReadOnlyList<FigureSource> All { get; } =
    [
        FigureSource.Count("topics-proposed", p =>
            $"select case_number, 1 from topics where proposed_on between {p.From} and {p.To}"),

        // Of those proposed in the period, whenever they were taken up.
        FigureSource.Ratio("topics-taken-up", p =>
            $"select case_number, (confirmed_on is not null)::int, 1 from topics where proposed_on between {p.From} and {p.To}"),

        // Of those taken up in the period.
        FigureSource.Ratio("advice-adopted", p =>
            $"select case_number, (advised_on is not null)::int, 1 from topics where confirmed_on between {p.From} and {p.To}"),

        FigureSource.Count("thematic-meetings", p =>
            $"select case_number, 1 from sittings where held_on between {p.From} and {p.To}"),

        // Each group meets at least once a month: a row for every group and month.
        FigureSource.Ratio("group-months-met", p =>
            $"""
            select g.tenant_id || ' ' || g.name || ' ' || to_char(m, 'YYYY-MM'),
                   (exists (select from sittings s where s.tenant_id = g.tenant_id and s.group_id = g.group_id
                             and s.held_on >= m and s.held_on < m + interval '1 month')
                    or exists (select from meetings k where k.tenant_id = g.tenant_id and k.group_id = g.group_id
                                and cardinality(k.attended) > 0 and k.held_on >= m and k.held_on < m + interval '1 month'))::int, 1
              from registry_group g,
                   generate_series(date_trunc('month', {p.From}::timestamp), {p.To}::timestamp, interval '1 month') m
             where g.kind in ('SupervisionGroup', 'DeputyGroup') and g.active
            """),

        // A row for every deputy, by registry id.
        FigureSource.Ratio("deputies-taking-part", p =>
            $"""
            select p.person_id::text,
                   (exists (select from sittings s where s.tenant_id = p.tenant_id and p.person_id = any(s.attended)
                             and s.held_on between {p.From} and {p.To})
                    or exists (select from meetings k where k.tenant_id = p.tenant_id and p.person_id = any(k.attended)
                                and k.held_on between {p.From} and {p.To}))::int, 1
              from registry_person p where p.active and 'Deputy' = any(p.roles)
            """),
    ];
}
