using LiaisonStation.Contracts;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <summary>What Supervision counts (domain.md 0.6 and 1.10), from its board of orders.</summary>
public static class SupervisionFigures
{
    public static IReadOnlyList<FigureSource> All { get; } =
    [
        FigureSource.Count("orders-issued", p =>
            $"select case_number, 1::bigint from order_board, unnest(issued_on) day where day between {p.From} and {p.To}"),
        // Round by round, by the day each was handled on, however late that was recorded.
        FigureSource.Ratio("orders-handled-in-time", p =>
            $"""
            select case_number, in_time::int::bigint, 1::bigint from order_rounds
            where branch = 'TownOrder' and handled_on between {p.From} and {p.To}
            """),
        FigureSource.Count("rounds-overdue", p =>
            $"""
            select case_number, 1::bigint from order_rounds where overdue_on between {p.From} and {p.To}
            """),
        FigureSource.Count("extensions-approved", p =>
            $"""
            select case_number, 1::bigint from order_board, unnest(extended_on) day where day between {p.From} and {p.To}
            """),
        FigureSource.Ratio("first-dispatch-right", p =>
            $"""
            select case_number, (not was_sent_back)::int::bigint, 1::bigint from order_board
            where passed_on between {p.From} and {p.To}
            """),
        // 兑现率, of the commitments made; one that nobody has judged yet is not kept yet.
        FigureSource.Ratio("promise-keeping", p =>
            $"""
            select case_number, kept::int::bigint, 1::bigint
            from order_board, unnest(commitments_made_on, commitments_kept) promise(day, kept) where day between {p.From} and {p.To}
            """),
        // Counts only: who it was is nobody's but the Presidium's, the body's and the auditor's.
        FigureSource.Count("accountability-persons", p =>
            $"""
            select case_number, 1::bigint from order_board, unnest(measures, measured_on) result(measure, day)
            where measure <> {nameof(AccountabilityMeasure.None)} and day between {p.From} and {p.To}
            """),
        FigureSource.Count("accountability-reminder", p => By(AccountabilityMeasure.Reminder, p)),
        FigureSource.Count("accountability-admonition", p => By(AccountabilityMeasure.Admonition, p)),
        FigureSource.Count("accountability-self-criticism", p => By(AccountabilityMeasure.WrittenSelfCriticism, p)),
        FigureSource.Count("accountability-circular-criticism", p => By(AccountabilityMeasure.CircularCriticism, p)),
        FigureSource.Count("accountability-warning", p => By(AccountabilityMeasure.Warning, p)),
        FigureSource.Count("accountability-organisational", p => By(AccountabilityMeasure.OrganisationalMeasure, p)),
        FigureSource.Count("accountability-disciplinary", p => By(AccountabilityMeasure.DisciplinaryPunishment, p)),
    ];

    private static FormattableString By(AccountabilityMeasure measure, Period p) =>
        $"""
        select case_number, 1::bigint from order_board, unnest(measures, measured_on) result(measure, day)
        where measure = {measure.ToString()} and day between {p.From} and {p.To}
        """;
}
