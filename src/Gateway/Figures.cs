using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Gateway;

/// <summary>The figures of all four services over a period.</summary>
/// <param name="Missing">Services that could not be asked; their figures are not in the list.</param>
internal sealed record AllFigures(IReadOnlyList<Figure> Items, IReadOnlyList<string> Missing);

internal static class Figures
{
    public static void MapFigures(this RouteGroupBuilder api) => api
        .MapGet("/figures", Get).WithTags("door").WithName("figures")
        .Produces<AllFigures>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404)
        .WithSummary("四个环节的指标：分子、分母、时段 / The figures of all services: numerator, denominator, period");

    /// <param name="from">The first day, in Asia/Shanghai: <c>2026-01-01</c>.</param>
    /// <param name="to">The last day.</param>
    /// <param name="township">One of the county's, for those who see them all.</param>
    private static async Task<IResult> Get(
        HttpContext http, Services services, ServiceClient client, string? from = null, string? to = null, string? township = null)
    {
        var (all, problem) = await Collect(http, services, client, from, to, township);
        return problem ?? TypedResults.Ok(all);
    }

    /// <summary>The figures of all services, or the problem to answer with.</summary>
    internal static async Task<(AllFigures? All, IResult? Problem)> Collect(
        HttpContext http, Services services, ServiceClient client, string? from, string? to, string? township)
    {
        if (Period.Parse(from, to, out var wrong) is null)
        {
            return (null, http.Problem(400, "malformed", errors: wrong.ToDictionary(w => w.Field, w => (string[])[w.Code])));
        }

        var question = $"/figures?from={from}&to={to}" + (township is null ? "" : $"&township={Uri.EscapeDataString(township)}");
        var answers = await Task.WhenAll(services.All.Select(service => client.Ask<Figure[]>(service, question, http.Inner(), http.RequestAborted)));
        return http.Refused(answers.Select(a => a.Refused)) is { } problem
            ? (null, problem)
            : (new AllFigures(
                [.. answers.SelectMany(a => a.Said ?? [])],
                [.. services.All.Zip(answers).Where(a => a.Second.Said is null).Select(a => a.First.Name)]), null);
    }
}
