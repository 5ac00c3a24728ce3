using LiaisonStation.EventStore;

namespace LiaisonStation.Evaluation.Appraisals;

/// <summary>What a department did in a year, counted from the events of reviews and what was heard of its orders.</summary>
/// <param name="Items">Items of which it led a round that was handled in the year.</param>
/// <param name="Rounds">Those rounds.</param>
/// <param name="Limited">Those rounds that had a limit with a date.</param>
/// <param name="InTime">Of them, handled on or before its last day, by the day that was reported.</param>
/// <param name="Overdue">Rounds whose limit passed in the year before they were handled, as it was stated then.</param>
/// <param name="Returned">Of its rounds, those deputies returned for rectification.</param>
/// <param name="Restarted">Of its rounds, those the public had taken up again.</param>
/// <param name="CalledBack">Of its items, those whose first call-back was on one of these rounds.</param>
/// <param name="Satisfied">Of them 满意, by the first verdict.</param>
/// <param name="BasicallySatisfied">Of them 基本满意, by the first verdict.</param>
/// <param name="Accountable">People held responsible in the year for items it was with.</param>
public sealed record DepartmentFigures(
    Guid Unit, int Items, int Rounds, int Limited, int InTime, int Overdue, int Returned, int Restarted, int CalledBack, int Satisfied,
    int BasicallySatisfied, int Accountable)
{
    public static DepartmentFigures Of(Guid unit, int year, IEnumerable<Review> reviews, int overdue, int accountable)
    {
        var items = reviews
            .Select(r => (Rounds: r.Rounds.Where(o => o.Unit == unit && o.HandledOn?.Year == year).ToArray(), First: r.Rounds.FirstOrDefault(o => o.CallBack is not null)))
            .Where(i => i.Rounds.Length > 0)
            .ToArray();
        var rounds = items.SelectMany(i => i.Rounds).ToArray();
        var first = items.Where(i => i.First is { } f && i.Rounds.Contains(f)).Select(i => i.First!.CallBack!.Verdict).ToArray();
        return new(
            unit, items.Length, rounds.Length, rounds.Count(o => o.InTime is not null), rounds.Count(o => o.InTime is true), overdue,
            rounds.Count(o => o.Stage == ReviewStage.ReturnedForRectification), rounds.Count(o => o.Stage == ReviewStage.SupervisionRestarted),
            first.Length, first.Count(v => v == Verdict.Satisfied), first.Count(v => v == Verdict.BasicallySatisfied), accountable);
    }

    /// <summary>Of some units, as a township's events say now.</summary>
    public static async Task<IReadOnlyList<DepartmentFigures>> Count(
        StreamStore store, string township, int year, IReadOnlyList<Guid> units, CancellationToken cancellation)
    {
        var all = units.ToArray();
        var ids = await store.Query(
            township, $"select id from reviews where tenant_id = {township} and units && {all} order by id", row => row.GetGuid(0), cancellation);
        var reviews = new List<Review>();
        foreach (var id in ids)
        {
            reviews.Add((await store.Load(Review.Stream, id, township, cancellation))!.State);
        }

        var (first, last) = (new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
        var overdue = (await store.Query(
            township,
            $"""
            select unit_id, count(*)::int from overdue_orders
            where tenant_id = {township} and due_on between {first} and {last} group by unit_id
            """,
            row => (Unit: row.GetGuid(0), Count: row.GetInt32(1)), cancellation)).ToDictionary(o => o.Unit, o => o.Count);
        var accountable = (await store.Query(
            township,
            $"""
            select unit_id, count(*)::int from accountability
            where tenant_id = {township} and unit_id is not null and measure <> 'None' and decided_on between {first} and {last}
            group by unit_id
            """,
            row => (Unit: row.GetGuid(0), Count: row.GetInt32(1)), cancellation)).ToDictionary(a => a.Unit, a => a.Count);
        return [.. units.Select(u => Of(u, year, reviews, overdue.GetValueOrDefault(u), accountable.GetValueOrDefault(u)))];
    }
}
