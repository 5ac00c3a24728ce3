using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation;

/// <summary>
/// What Evaluation counts (domain.md 0.6). Items of a period are those first concluded in it, except where said otherwise; an item counts
/// once, however many rounds it took. Satisfaction is by its first call-back over all rounds.
/// </summary>
public static class EvaluationFigures
{
    public static IReadOnlyList<FigureSource> All { get; } =
    [
        FigureSource.Ratio("call-back-coverage", p =>
            $"""
            select case_number, (first_verdict is not null)::int, 1 from reviews where concluded_on between {p.From} and {p.To}
            """),
        FigureSource.Ratio("call-back-satisfaction", p =>
            $"""
            select case_number, (first_verdict <> 'Unsatisfied')::int, 1 from reviews
            where concluded_on between {p.From} and {p.To} and first_verdict is not null
            """),
        FigureSource.Ratio("call-back-fully-satisfied", p =>
            $"""
            select case_number, (first_verdict = 'Satisfied')::int, 1 from reviews
            where concluded_on between {p.From} and {p.To} and first_verdict is not null
            """),
        FigureSource.Ratio("call-back-final-satisfaction", p =>
            $"""
            select case_number, (final_verdict <> 'Unsatisfied')::int, 1 from reviews
            where concluded_on between {p.From} and {p.To} and final_verdict is not null
            """),

        // Who was reached once and not again was called back, and is not among these.
        FigureSource.Count("closed-unreached", p =>
            $"""
            select case_number, 1 from reviews
            where concluded_on between {p.From} and {p.To} and stage = 'ClosedUnreached' and first_verdict is null
            """),
        FigureSource.Ratio("call-backs-overdue", p =>
            $"select case_number, call_back_overdue::int, 1 from reviews where concluded_on between {p.From} and {p.To}"),
        FigureSource.Ratio("restart-rate", p =>
            $"select case_number, (restarts > 0)::int, 1 from reviews where concluded_on between {p.From} and {p.To}"),

        // By the day the first round was reported as handled: what was returned may never be concluded.
        FigureSource.Ratio("returned-rate", p =>
            $"""
            select case_number, (returns > 0)::int, 1 from reviews
            where reported_on between {p.From} and {p.To} and (returns > 0 or concluded_on is not null)
            """),
        FigureSource.Ratio("review-participation", p =>
            $"select case_number, judged, able from reviews where reported_on between {p.From} and {p.To}"),

        // By the ballot's last day; votes without a breakdown are in no share.
        FigureSource.Ratio("appraisal-satisfaction", p =>
            $"select name, favourable, valid from appraisals where ballot_until between {p.From} and {p.To} and closed"),
        FigureSource.Ratio("appraisal-turnout", p =>
            $"select name, voted, eligible from appraisals where ballot_until between {p.From} and {p.To} and closed"),
    ];
}
