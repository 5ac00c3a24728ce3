using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation;

/// <summary>The reviews as lists and figures show them.</summary>
public static class ReviewRows
{
    public static StreamTable Table { get; } = new StreamTable("reviews", "id").Of(
        Review.Stream,
        (r, version) =>
        [
            ("case_id", r.CaseId), ("case_number", r.CaseNumber), ("order_id", r.OrderId), ("branch", r.Branch.ToString()),
            ("stage", r.Stage.ToString()), ("over", r.IsOver), ("round", r.Rounds[^1].Number), ("unit_id", r.Rounds[^1].Unit),
            ("units", r.Rounds.SelectMany(o => o.Units).Distinct().ToArray()), ("groups", r.Panels.Select(p => p.Group).ToArray()),
            ("resident", r.Title.Person), ("title", r.Title.Sealed),
            ("reported_on", r.Rounds[0].ReportedAt is { } at ? BusinessTime.DateOf(at) : null),
            ("concluded_on", r.Rounds.FirstOrDefault(o => o.CallBackLimit is not null)?.CallBackLimit!.From),
            ("call_back_due", r.Rounds[^1].CallBackLimit?.DueOn), ("call_back_overdue", r.Rounds.Any(o => o.CallBackIsOverdue)),
            ("first_verdict", r.FirstVerdict?.ToString()), ("final_verdict", r.FinalVerdict?.ToString()),
            ("returns", r.Rounds.Count(o => o.Stage == ReviewStage.ReturnedForRectification)), ("restarts", r.Restarts),
            ("judged", r.Judged().Count()), ("able", r.Panels.SelectMany(p => p.Able).Except(r.Recused).Union(r.Judged()).Count()), ("version", version),
        ]);
}

public static class ReadReviews
{
    private const int MaxSize = 200;

    public static void Map(RouteGroupBuilder reviews, Role[] readers)
    {
        reviews.MapGet("/", List).RequireRole(readers).WithSummary("Reviews, newest first, by stage, group, unit or case number");
        reviews.MapGet("/{id:guid}", Get).RequireRole(readers).WithSummary("A review as it stands, with all its rounds");
    }

    /// <param name="number">What the case number begins with.</param>
    /// <param name="unit">A unit that took part in any round.</param>
    /// <param name="after">The id of the last review seen; nothing for the first page.</param>
    private static async Task<IResult> List(
        HttpContext http, StreamStore store, ReviewStage? stage = null, Guid? group = null, Guid? unit = null, string? number = null,
        bool? overdue = null, Guid? after = null, int size = 50)
    {
        size = Math.Clamp(size, 1, MaxSize);
        var own = http.Caller() is { IsUnitAlone: true } caller ? caller.Unit ?? Guid.Empty : (Guid?)null;
        FormattableString page = $"""
            select id, case_id, case_number, tenant_id, branch, stage, round, unit_id, resident, title, concluded_on, call_back_due,
                   first_verdict, final_verdict
            from reviews
            where ({stage?.ToString()}::text is null or stage = {stage?.ToString()}) and ({group}::uuid is null or {group}::uuid = any(groups))
              and ({unit}::uuid is null or {unit}::uuid = any(units)) and ({number}::text is null or starts_with(case_number, {number}))
              and ({own}::uuid is null or {own}::uuid = any(units))
              and ({overdue}::boolean is null or call_back_overdue = {overdue}::boolean)
              and ({after}::uuid is null or (case_number, id) < (select o.case_number, o.id from reviews o where o.id = {after}::uuid))
            order by case_number desc, id desc limit {size}
            """;
        var rows = await store.Query(http.Caller().Tenant, page, r => new ReviewLine(
            r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), Enum.Parse<Branch>(r.GetString(4)), Enum.Parse<ReviewStage>(r.GetString(5)),
            r.GetInt32(6), r.GetGuid(7), new PersonalText(r.GetGuid(8), r.GetString(9)), r.IsDBNull(10) ? null : r.GetFieldValue<DateOnly>(10),
            r.IsDBNull(11) ? null : r.GetFieldValue<DateOnly>(11), r.IsDBNull(12) ? null : Enum.Parse<Verdict>(r.GetString(12)),
            r.IsDBNull(13) ? null : Enum.Parse<Verdict>(r.GetString(13))), http.RequestAborted);
        return TypedResults.Ok(await http.Opened(new Page<ReviewLine>(rows, rows.Count == size ? rows[^1].Id : null)));
    }

    private static async Task<IResult> Get(HttpContext http, Guid id, StreamStore store)
    {
        if (await store.Load(Review.Stream, id, http.Caller().Tenant, http.RequestAborted) is not { } found
            || !found.State.IsShownTo(http.Caller()))
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        http.Response.Headers.ETag = $"\"{found.Version}\"";
        return TypedResults.Ok(await http.Opened(found.State));
    }
}

/// <param name="Next">What to ask for with <c>after</c>; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, Guid? Next);

/// <param name="ConcludedOn">Local date of the first conclusion.</param>
/// <param name="CallBackDueOn">Local date.</param>
/// <param name="FirstVerdict">The one that counts for satisfaction.</param>
public sealed record ReviewLine(
    Guid Id, Guid CaseId, string CaseNumber, string Township, Branch Branch, ReviewStage Stage, int Round, Guid Unit, PersonalText Title,
    DateOnly? ConcludedOn, DateOnly? CallBackDueOn, Verdict? FirstVerdict, Verdict? FinalVerdict);
