using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation.Appraisals;

public static class ReadAppraisals
{
    public static void Map(RouteGroupBuilder appraisals, Role[] readers)
    {
        appraisals.MapGet("/{id:guid}", Get).RequireRole(readers).WithSummary("An appraisal as it stands; nothing of its ballot before that closed");
        appraisals.MapGet("/of/{year:int}", OfYear).RequireRole(readers).WithSummary("The township's appraisal of a year");
        appraisals.MapGet("/{id:guid}/turnout", Turnout).RequireRole(Authority.For(Act.KeepOffice))
            .WithSummary("Who has voted, for the office to remind the others");
    }

    /// <summary>Registry ids of who has voted, in no order of time.</summary>
    internal static Task<IReadOnlyList<Guid>> Voters(StreamStore store, string township, Guid appraisal, CancellationToken cancellation) =>
        store.Query(
            township, $"select deputy from ballot_voters where tenant_id = {township} and appraisal_id = {appraisal} order by deputy",
            row => row.GetGuid(0), cancellation);

    private static Task<IResult> Get(HttpContext http, Guid id) => http.Show(Appraisal.Stream, id, appraisal => appraisal);

    private static Task<IResult> OfYear(HttpContext http, int year) => Get(http, Appraisal.IdOf(http.Caller().Tenant, year));

    private static async Task<IResult> Turnout(HttpContext http, Guid id, StreamStore store) =>
        await store.Load(Appraisal.Stream, id, http.Caller().Tenant, http.RequestAborted) is null
            ? http.Problem(Refuse.Unknown("not-found"))
            : TypedResults.Ok(new Turnout(await Voters(store, http.Caller().Tenant, id, http.RequestAborted)));
}

/// <param name="Voted">Registry ids.</param>
public sealed record Turnout(IReadOnlyList<Guid> Voted);
