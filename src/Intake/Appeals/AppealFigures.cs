using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>
/// What is counted of appeals (domain.md 1.10). A part split off another is not received again. What becomes of a matter is counted of the
/// appeal it goes on in: of the parts of one that was split, and of the one that others were merged into.
/// </summary>
public static class AppealFigures
{
    public static IReadOnlyList<FigureSource> All { get; } =
    [
        FigureSource.Count("appeals-received", p =>
            $"select case_number, 1 from appeals where split_from is null and received_at >= {p.Start} and received_at < {p.End}"),
        FigureSource.Count("received-by-deputy-code", p => By(p, Channel.DeputyCode)),
        FigureSource.Count("received-by-station-code", p => By(p, Channel.StationCode)),
        FigureSource.Count("received-on-reception-days", p => By(p, Channel.ReceptionDay)),
        FigureSource.Count("received-on-house-visits", p => By(p, Channel.HouseVisit)),
        FigureSource.Count("received-at-villagers-meetings", p => By(p, Channel.VillagersMeeting)),
        FigureSource.Count("received-by-phone", p => By(p, Channel.Phone)),
        FigureSource.Count("received-by-letter", p => By(p, Channel.Letter)),
        FigureSource.Count("received-from-hotline", p => By(p, Channel.Hotline)),
        FigureSource.Count("received-from-grid", p => By(p, Channel.Grid)),
        FigureSource.Count("received-from-command-centre", p => By(p, Channel.CommandCentre)),
        FigureSource.Count("received-from-social-media", p => By(p, Channel.SocialMedia)),
        FigureSource.Count("received-by-import", p => By(p, Channel.Import)),

        // −26 % is 26 fewer than the 100 of the same days of the year before.
        FigureSource.Ratio("volume-change", p => $"""
            select case_number, 1, 0 from appeals
            where split_from is null and received_at >= {p.Start} and received_at < {p.End}
            union all
            select case_number, -1, 1 from appeals
            where split_from is null and received_at >= {p.YearBefore.Start} and received_at < {p.YearBefore.End}
            """),

        // Due is what ordinary handling should have answered in the period: a redo owes an answer of its own.
        FigureSource.Ratio("reply-rate", p => $"""
            select case_number, case when answered_at is not null then 1 else 0 end, 1 from answers_owed
            where target_at >= {p.Start} and target_at < {p.End}
            """),
        FigureSource.Ratio("answered-within-target", p => $"""
            select case_number, case when answered_at <= target_at then 1 else 0 end, 1 from answers_owed
            where target_at >= {p.Start} and target_at < {p.End}
            """),

        // 满意 + 基本满意 of all ratings, and 满意 beside it, of what was first answered in the period.
        FigureSource.Ratio("answers-satisfied", p => $"""
            select case_number, satisfied + basically_satisfied, satisfied + basically_satisfied + unsatisfied from appeals
            where answered_at >= {p.Start} and answered_at < {p.End} and satisfied + basically_satisfied + unsatisfied > 0
            """),
        FigureSource.Ratio("answers-fully-satisfied", p => $"""
            select case_number, satisfied, satisfied + basically_satisfied + unsatisfied from appeals
            where answered_at >= {p.Start} and answered_at < {p.End} and satisfied + basically_satisfied + unsatisfied > 0
            """),
        FigureSource.Ratio("appeals-taken-up", p => $"""
            select case_number, case when taken_up then 1 else 0 end, 1 from appeals
            where stage not in ({nameof(Stage.Merged)}, {nameof(Stage.Split)}) and received_at >= {p.Start} and received_at < {p.End}
            """),
        FigureSource.Ratio("appeals-concluded", p => $"""
            select case_number, case when concluded then 1 else 0 end, 1 from appeals
            where stage not in ({nameof(Stage.Merged)}, {nameof(Stage.Split)}) and received_at >= {p.Start} and received_at < {p.End}
            """),
        FigureSource.Ratio("problems-solved", p => $"""
            select case_number, case when concluded or (result = {nameof(ResultClass.Solved)} and answered_at is not null) then 1 else 0 end, 1
            from appeals
            where stage not in ({nameof(Stage.Merged)}, {nameof(Stage.Split)}) and received_at >= {p.Start} and received_at < {p.End}
            """),

        // 转办质量, of what was dispatched at all.
        FigureSource.Ratio("first-dispatch-right", p => $"""
            select case_number, case when first_right then 1 else 0 end, 1 from appeals
            where dispatches > 0 and received_at >= {p.Start} and received_at < {p.End}
            """),
        FigureSource.Ratio("dispatch-returned", p => $"""
            select case_number, case when returned > 0 then 1 else 0 end, 1 from appeals
            where dispatches > 0 and received_at >= {p.Start} and received_at < {p.End}
            """),
        FigureSource.Ratio("dispatched-again", p => $"""
            select case_number, case when dispatches > 1 then 1 else 0 end, 1 from appeals
            where dispatches > 0 and received_at >= {p.Start} and received_at < {p.End}
            """),
    ];

    private static FormattableString By(Period p, Channel channel) => $"""
        select case_number, 1 from appeals
        where split_from is null and channel = {channel.ToString()} and received_at >= {p.Start} and received_at < {p.End}
        """;
}
