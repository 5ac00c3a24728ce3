using System.Globalization;
using System.Runtime.CompilerServices;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// What a figure is counted from. One statement gives the cases behind it; the figure is the sum over them, so that the two never
/// differ. Its words are <c>figure.&lt;code&gt;</c> of the service's resource.
/// </summary>
/// <remarks>
/// The statement is asked as one township or a whole county: row-level security alone settles which, so it must not name one. A case
/// may come up in several rows.
/// </remarks>
/// <param name="Code">Stable and kebab-case.</param>
/// <param name="Cases">Three columns: the case's number, what it adds to the numerator and to the denominator, null of a count.</param>
public sealed record FigureSource(string Code, bool IsRatio, Func<Period, FormattableString> Cases)
{
    /// <summary>How many, without anything to divide by.</summary>
    /// <param name="cases">Two columns: the case's number, how many it counts for.</param>
    public static FigureSource Count(string code, Func<Period, FormattableString> cases) => new(
        code, IsRatio: false, period => $"select number, part, null::bigint from ({cases(period)}) counted(number, part)");

    /// <summary>A part of a whole.</summary>
    /// <param name="cases">Three columns: the case's number, what it adds to the numerator and to the denominator.</param>
    public static FigureSource Ratio(string code, Func<Period, FormattableString> cases) => new(code, IsRatio: true, cases);

    internal FormattableString Sum(Period period) =>
        $"""
        select coalesce(sum(part), 0)::bigint, case when {IsRatio} then coalesce(sum(whole), 0)::bigint end
          from ({Cases(period)}) behind(number, part, whole)
        """;

    internal FormattableString Page(Period period, string after, int size) =>
        $"""
        select number, sum(part)::bigint, sum(whole)::bigint from ({Cases(period)}) behind(number, part, whole)
         where number collate "C" > {after} group by number order by number collate "C" limit {size}
        """;
}

/// <summary>A figure over a period, with what it is made of.</summary>
/// <param name="Denominator">The n of a ratio; null of a count.</param>
/// <param name="Cases">Where the cases behind it are, at the door.</param>
public sealed record Figure(string Code, Words Words, long Numerator, long? Denominator, DateOnly From, DateOnly To, string Cases)
{
    /// <summary>The ratio; null of a count, and where there is nothing to divide by.</summary>
    public decimal? Value => Denominator is > 0 and var n ? decimal.Round((decimal)Numerator / n, 6) : null;
}

/// <summary>A case behind a figure.</summary>
/// <param name="Numerator">What it adds to the numerator.</param>
/// <param name="Denominator">What it adds to the denominator; null of a count.</param>
public sealed record FigureCase(string Number, long Numerator, long? Denominator)
{
    public bool InNumerator => Numerator > 0;
}

/// <param name="Next">What to ask for with <c>after</c>; null on the last page.</param>
public sealed record FigureCases(IReadOnlyList<FigureCase> Items, string? Next);

/// <summary><c>GET /figures</c>: every figure of the service over a period; <c>GET /figures/{code}/cases</c>: the cases behind one.</summary>
public static class Figures
{
    private const int MaxSize = 200;
    private const int ExportSize = 10_000;

    // Sums tell of nobody: whoever works here sees them. Residents and outer systems read what is published.
    private static readonly Role[] Readers =
    [
        Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station, Role.CommandCentre, Role.CongressOffice, Role.TownChair,
        Role.Presidium, Role.StreetWorkCommittee, Role.TownGovernment, Role.HandlingUnit, Role.StandingCommittee, Role.PartyCommittee,
        Role.DisciplineBody, Role.OrganisationBody, Role.Auditor,
    ];

    // A group or a unit has to do with its own cases only.
    private static readonly Role[] ReadersOfCases =
    [
        Role.Deputy, Role.Station, Role.CommandCentre, Role.CongressOffice, Role.TownChair, Role.Presidium, Role.StreetWorkCommittee,
        Role.TownGovernment, Role.StandingCommittee, Role.Auditor,
    ];

    internal static void MapFigures(this WebApplication app)
    {
        var figures = app.MapGroup("/figures").WithTags("Figures");
        figures.MapGet("", List).RequireRole(Readers).ExcludeFromDescription();
        figures.MapGet("/{code}/cases", Cases).RequireRole(ReadersOfCases).Produces<FigureCases>()
            .WithSummary("The cases behind a figure, by number; as text/csv all of them");
    }

    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="township">One of the county's, for those who see them all.</param>
    private static async Task<IResult> List(
        HttpContext http, StreamStore store, ServiceModule module, string? from = null, string? to = null, string? township = null)
    {
        if (Period.Parse(from, to, out var wrong) is not { } period)
        {
            return http.Malformed(wrong);
        }

        if (http.Caller().Scope(township) is not { } scope)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var figures = new List<Figure>();
        foreach (var source in module.Figures ?? [])
        {
            var sum = (await store.Query(scope, source.Sum(period), r => (r.GetInt64(0), r.Maybe<long>(1)), http.RequestAborted))[0];
            var cases = $"/api/{module.Name}/figures/{source.Code}/cases?from={from}&to={to}" + (township is null ? "" : $"&township={scope}");
            figures.Add(new(source.Code, module.Words("figure." + source.Code), sum.Item1, sum.Item2, period.From, period.To, cases));
        }

        return TypedResults.Ok(figures);
    }

    /// <param name="after">The number of the last case seen; nothing for the first page.</param>
    private static async Task<IResult> Cases(
        HttpContext http, string code, StreamStore store, ServiceModule module, string? from = null, string? to = null,
        string? township = null, int size = 50, string? after = null)
    {
        if (Period.Parse(from, to, out var wrong) is not { } period)
        {
            return http.Malformed(wrong);
        }

        if (module.Figures?.FirstOrDefault(f => f.Code == code) is not { } source || http.Caller().Scope(township) is not { } scope)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        if (http.WantsCsv())
        {
            return Csv.Of(
                $"{code}-{from}-{to}.csv",
                [module.Words("case-number"), module.Words("in-numerator"), module.Words("numerator"), module.Words("denominator")],
                Export(page => Read(page, ExportSize)));
        }

        size = Math.Clamp(size, 1, MaxSize);
        var found = await Read(after ?? "", size + 1);
        return TypedResults.Ok(new FigureCases([.. found.Take(size)], found.Count > size ? found[size - 1].Number : null));

        Task<IReadOnlyList<FigureCase>> Read(string after, int size) => store.Query(
            scope, source.Page(period, after, size), r => new FigureCase(r.GetString(0), r.GetInt64(1), r.Maybe<long>(2)), http.RequestAborted);
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> Export(
        Func<string, Task<IReadOnlyList<FigureCase>>> page, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var found = await page(""); found.Count > 0; found = await page(found[^1].Number))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var c in found)
            {
                yield return [c.Number, c.InNumerator ? "是 / yes" : "否 / no", Text(c.Numerator), c.Denominator is { } n ? Text(n) : null];
            }
        }

        static string Text(long n) => n.ToString(CultureInfo.InvariantCulture);
    }
}
