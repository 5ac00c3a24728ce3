using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation.Audits;

/// <param name="Unit">The unit that is to answer; left out: the Congress Office.</param>
public sealed record RecordFinding([property: Given] Guid CaseId, [property: Text(4000)] string Finding, Guid? Unit = null);

public static class RecordingFinding
{
    /// <param name="unitIsKnown">Whether the unit that is to answer is an active one of the township.</param>
    public static Decision<IAuditEvent> Decide(
        AuditSample sample, RecordFinding command, bool unitIsKnown, Policy policy, WorkingCalendar calendar, DateTimeOffset now) => command switch
        {
            _ when sample.Drawn.Cases.All(c => c.CaseId != command.CaseId) => Refuse.Rule("case-not-sampled"),
            _ when sample.Findings.Any(f => f.Case.CaseId == command.CaseId && f.Text == command.Finding) => [],
            { Unit: not null } when !unitIsKnown => Refuse.Rule("not-a-department"),
            _ => [new FindingRecorded(
                sample.Findings.Count + 1, command.CaseId, command.Finding, command.Unit,
                calendar.Limit(BusinessTime.DateOf(now), policy.RehandlingWorkingDays, policy))],
        };

    public static void Map(RouteGroupBuilder audits) => audits
        .MapPost("/{id:guid}/findings", Post).RequireRole(Authority.For(Act.Audit))
        .WithSummary("记录审计发现，由承办单位或人大办整改答复 / Record a finding on a case of the sample; a unit or the office answers it");

    private static async Task<IResult> Post(HttpContext http, Guid id, RecordFinding body, StreamStore store, TimeProvider time)
    {
        var township = await http.TownshipOf(store, id);
        var unitIsKnown = body.Unit is not { } unit || await township.Unit(unit, http.RequestAborted) is not null;
        var policy = await township.Policy(time.GetUtcNow(), http.RequestAborted);
        var calendar = await township.Calendar(http.RequestAborted);
        return await http.Write(AuditSample.Stream, id, (sample, _, now) => Decide(sample, body, unitIsKnown, policy, calendar, now));
    }
}
