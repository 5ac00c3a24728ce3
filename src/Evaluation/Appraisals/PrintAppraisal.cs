using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.ServiceDefaults.Print;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation.Appraisals;

/// <summary>The report on a year's appraisal, to print.</summary>
public static class PrintingAppraisal
{
    public static void Map(RouteGroupBuilder appraisals, Role[] readers) => appraisals
        .MapGet("/{id:guid}/report", Get).RequireRole(readers).Produces<string>(200, "text/html")
        .WithSummary("年终专项评议报告，可打印 / The report on the year's appraisal, to print");

    private static async Task<IResult> Get(HttpContext http, Guid id, StreamStore store, TimeProvider time)
    {
        var township = await http.TownshipOf(store, id);
        if (await store.Load(Appraisal.Stream, id, township.Code, http.RequestAborted) is not { State: var appraisal, Version: var version })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        if (appraisal.Stage == AppraisalStage.BallotOpen)
        {
            return http.Problem(Refuse.State("ballot-still-open"));
        }

        var names = new Dictionary<Guid, string>();
        foreach (var unit in appraisal.Departments.Select(d => d.Unit).Union(appraisal.Rehandlings.Select(r => r.Unit)))
        {
            names[unit] = (await township.Unit(unit, http.RequestAborted))?.Name ?? unit.ToString();
        }

        return await http.Print<AppraisalReportPage>(
            (nameof(AppraisalReportPage.Appraisal), appraisal), (nameof(AppraisalReportPage.Names), names),
            (nameof(AppraisalReportPage.Issuer), await township.Issuer(http.RequestAborted)),
            (nameof(AppraisalReportPage.Made), new MadeFrom(null, id.ToString(), version, time.GetUtcNow())));
    }
}
