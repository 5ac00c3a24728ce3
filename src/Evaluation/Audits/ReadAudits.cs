using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation.Audits;

/// <summary>The samples as lists show them, and whose answers they wait for.</summary>
public static class AuditRows
{
    public static StreamTable Table { get; } = new StreamTable("audit_samples", "id").Of(
        AuditSample.Stream,
        (s, version) =>
        [
            ("seed", s.Drawn.Seed), ("first_day", s.Drawn.From), ("last_day", s.Drawn.To), ("population", s.Drawn.Population),
            ("drawn", s.Drawn.Cases.Count), ("findings", s.Findings.Count), ("open", s.Open.Count()),
            ("units", s.Open.Select(f => f.Unit).OfType<Guid>().Distinct().ToArray()), ("version", version),
        ]);
}

public static class ReadAudits
{
    public static Role[] Overseers { get; } =
        [Role.Auditor, Role.CongressOffice, Role.Presidium, Role.TownChair, Role.StreetWorkCommittee, Role.StandingCommittee];

    public static void Map(RouteGroupBuilder audits)
    {
        audits.MapGet("/", List).RequireRole(Overseers).WithSummary("抽查记录，新的在前 / The samples drawn, newest first");
        audits.MapGet("/{id:guid}", Get).RequireRole([.. Overseers, .. Authority.For(Act.AnswerAsUnit)])
            .WithSummary("一次抽查及其发现；承办单位只见与己有关的 / A sample with its findings; a unit sees those it answers alone");
    }

    private static async Task<IResult> List(HttpContext http, StreamStore store) => TypedResults.Ok(await store.Query(
        http.Caller().Tenant,
        $"""
        select id, tenant_id, seed, first_day, last_day, population, drawn, findings, open from audit_samples
        order by last_day desc, first_day desc, seed limit 200
        """,
        r => new AuditLine(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetFieldValue<DateOnly>(3), r.GetFieldValue<DateOnly>(4), r.GetInt32(5), r.GetInt32(6),
            r.GetInt32(7), r.GetInt32(8)), http.RequestAborted));

    private static Task<IResult> Get(HttpContext http, Guid id)
    {
        var caller = http.Caller();
        return http.Show(AuditSample.Stream, id, sample => Authority.For(Act.AnswerAsUnit).Contains(caller.Role)
            ? sample with
            {
                Drawn = sample.Drawn with { Cases = [] },
                Findings = [.. sample.Findings.Where(f => f.Unit is not null && f.Unit == caller.Unit)],
            }
            : sample);
    }
}

/// <param name="Population">How many cases it was drawn from.</param>
/// <param name="Open">Findings not answered yet.</param>
public sealed record AuditLine(
    Guid Id, string Township, string Seed, DateOnly From, DateOnly To, int Population, int Drawn, int Findings, int Open);
