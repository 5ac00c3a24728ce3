using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation.Appraisals;

/// <summary>The appraisals as lists and figures show them.</summary>
public static class AppraisalRows
{
    public static StreamTable Table { get; } = new StreamTable("appraisals", "id").Of(
        Appraisal.Stream,
        (a, version) =>
        [
            ("name", a.Name()), ("year", a.Year), ("ballot_until", a.BallotUntil), ("closed", a.Stage == AppraisalStage.Closed),
            ("eligible", a.Ballot?.Eligible ?? 0), ("voted", a.Ballot?.Voted ?? 0),
            ("valid", a.Results.Sum(r => r.Satisfaction?.N ?? 0)), ("favourable", a.Results.Sum(r => r.Satisfaction?.Part ?? 0)),
            ("version", version),
        ]);
}

public static class ReadAppraisals
{
    public static void Map(RouteGroupBuilder appraisals, Role[] readers)
    {
        appraisals.MapGet("/", List).RequireRole(readers).WithSummary("The appraisals of departments, newest first");
        appraisals.MapGet("/{id:guid}", Get).RequireRole(readers).WithSummary("An appraisal as it stands; nothing of its ballot before that closed");
        appraisals.MapGet("/{id:guid}/turnout", Turnout).RequireRole(Authority.For(Act.KeepOffice))
            .WithSummary("Who has voted, for the office to remind the others");
    }

    /// <summary>Registry ids of who has voted, in no order of time.</summary>
    internal static Task<IReadOnlyList<Guid>> Voters(StreamStore store, string township, Guid appraisal, CancellationToken cancellation) =>
        store.Query(
            township, $"select deputy from ballot_voters where tenant_id = {township} and appraisal_id = {appraisal} order by deputy",
            row => row.GetGuid(0), cancellation);

    private static Task<IResult> Get(HttpContext http, Guid id) => http.Show(Appraisal.Stream, id, appraisal => appraisal);

    private static async Task<IResult> List(HttpContext http, StreamStore store) => TypedResults.Ok(await store.Query(
        http.Caller().Tenant,
        $"select id, tenant_id, year, ballot_until, closed, eligible, voted, valid, favourable from appraisals order by year desc, tenant_id limit 200",
        r => new AppraisalLine(
            r.GetGuid(0), r.GetString(1), r.GetInt32(2), r.GetFieldValue<DateOnly>(3), r.GetBoolean(4), new(r.GetInt32(6), r.GetInt32(5)),
            new(r.GetInt32(8), r.GetInt32(7))), http.RequestAborted));

    private static async Task<IResult> Turnout(HttpContext http, Guid id, StreamStore store) =>
        await store.Load(Appraisal.Stream, id, http.Caller().Tenant, http.RequestAborted) is null
            ? http.Problem(Refuse.Unknown("not-found"))
            : TypedResults.Ok(new Turnout(await Voters(store, http.Caller().Tenant, id, http.RequestAborted)));
}

/// <param name="Voted">Registry ids.</param>
public sealed record Turnout(IReadOnlyList<Guid> Voted);

/// <param name="Turnout">Of the township's deputies, once the ballot is closed.</param>
/// <param name="Satisfaction">Of the valid votes on all departments, once the ballot is closed.</param>
public sealed record AppraisalLine(Guid Id, string Township, int Year, DateOnly BallotUntil, bool Closed, Share Turnout, Share Satisfaction);
