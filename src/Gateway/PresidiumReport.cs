using LiaisonStation.ServiceDefaults;
using LiaisonStation.ServiceDefaults.Print;

namespace LiaisonStation.Gateway;

/// <summary>
/// What the Presidium reports to the congress on a period: every figure of the four services with its n, on paper. A town congress meets
/// twice a year; the work committee of a street reports by the same page to the standing committee that commissioned it.
/// </summary>
internal static class PresidiumReport
{
    private static readonly string[] Bodies = ["groups?kind=Presidium", "units?kind=StreetWorkCommittee"];

    public static void MapPresidiumReport(this RouteGroupBuilder api) => api
        .MapGet("/report", Get).WithTags("door").WithName("presidiumReport")
        .Produces<string>(200, "text/html").ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503)
        .WithSummary("主席团向大会的报告，可打印 / The Presidium's report to the congress, to print");

    /// <param name="from">The first day, in Asia/Shanghai: <c>2026-01-01</c>.</param>
    /// <param name="to">The last day.</param>
    /// <param name="township">One of the county's, for those who see them all.</param>
    private static async Task<IResult> Get(
        HttpContext http, Services services, ServiceClient client, TimeProvider time, string? from = null, string? to = null,
        string? township = null)
    {
        var (figures, problem) = await Figures.Collect(http, services, client, from, to, township);
        if (problem is not null)
        {
            return problem;
        }

        // A report that lacks a part of the loop would be read as one in which nothing happened there.
        if (figures!.Missing is not [])
        {
            return http.Problem(503, "service-unreachable", figures.Missing[0]);
        }

        Body? body = null;
        foreach (var kind in Bodies)
        {
            body ??= await client.Get<Found>(services.Intake, $"/registry/{kind}&size=1", http.Inner(), http.RequestAborted) is { Items: [var one] }
                && township is null ? one : null;
        }

        var period = Period.Parse(from, to, out _)!;
        return await http.Print<PresidiumReportPage>(
            (nameof(PresidiumReportPage.Issuer), body?.Name ?? "人民代表大会主席团"),
            (nameof(PresidiumReportPage.Period), period),
            (nameof(PresidiumReportPage.Parts), services.All
                .Select(s => (s.Name, (IReadOnlyList<Figure>)[.. figures.Items.Where(f => f.Cases.StartsWith($"/api/{s.Name}/", StringComparison.Ordinal))]))
                .ToArray()),
            (nameof(PresidiumReportPage.Made), new MadeFrom(null, "问、议、督、评四个环节的记录", null, time.GetUtcNow())));
    }

    private sealed record Found(IReadOnlyList<Body> Items);

    private sealed record Body(string Name);
}
