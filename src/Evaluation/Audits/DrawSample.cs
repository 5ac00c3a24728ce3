using System.ComponentModel.DataAnnotations;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation.Audits;

/// <param name="Township">Nine digits; one of the auditor's county.</param>
/// <param name="Seed">What the draw goes by, settled before: a number drawn in public, a date.</param>
/// <param name="From">First local day on which the cases were concluded.</param>
/// <param name="To">Last.</param>
/// <param name="Size">How many are drawn, or all where there are fewer.</param>
public sealed record DrawSample(
    [property: Text(9)] string Township, [property: Text(100)] string Seed, [property: Given] DateOnly From, [property: Given] DateOnly To,
    [property: Range(1, 1000, ErrorMessage = "out-of-range")] int Size) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        To < From ? [Wrong.Because("before-from", nameof(To))] : [];
}

public static class DrawingSample
{
    /// <param name="population">Every case first concluded in the period.</param>
    public static Decision<IAuditEvent> Decide(AuditSample? sample, DrawSample command, IReadOnlyList<SampledCase> population, DateOnly today) =>
        sample switch
        {
            { } known => known.Drawn.Cases.Count == Math.Min(command.Size, known.Drawn.Population) ? [] : Refuse.State("sample-already-drawn"),
            _ when command.To >= today => Refuse.Rule("period-not-over"),
            _ when population.Count == 0 => Refuse.Rule("nothing-to-sample"),
            _ => [new AuditSampleDrawn(
                command.Seed, command.From, command.To, population.Count, AuditSample.Draw(command.Seed, population, command.Size))],
        };

    public static void Map(RouteGroupBuilder audits) => audits
        .MapPost("/", Post).RequireRole(Authority.For(Act.Audit))
        .WithSummary("抽查：按随机种子抽取已办结事项 / Draw a sample of concluded cases by a seed");

    private static async Task<IResult> Post(HttpContext http, DrawSample body, StreamStore store)
    {
        if (http.Caller().Scope(body.Township) is not { } township)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var population = await store.Query(
            township,
            $"""
            select case_id, case_number, id, unit_id from reviews
            where tenant_id = {township} and concluded_on between {body.From} and {body.To} order by case_number
            """,
            row => new SampledCase(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetGuid(3)), http.RequestAborted);
        var id = AuditSample.IdOf(township, body.Seed, body.From, body.To);

        // It is the township's, which answers the findings.
        http.Features.Set(http.Caller() with { Tenant = township });
        return await http.Found(
            AuditSample.Stream, id, (sample, _, now) => Decide(sample, body, population, Contracts.BusinessTime.DateOf(now)),
            sample => new { id, sample.Drawn.Population, sample.Drawn.Cases });
    }
}
