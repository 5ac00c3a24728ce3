using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation.Audits;

/// <summary>Time passed: a finding nobody answered in time is stated once, and a limit gets its date when its calendar has come.</summary>
public static class WhenFindingDue
{
    public static Decision<IAuditEvent> Decide(AuditSample sample, Policy policy, WorkingCalendar calendar, DateTimeOffset now) =>
        [.. Owed(sample).Select(f => (f.Number, f.Limit, Known: calendar.Fix(f.Limit, policy))).Select(f => (IAuditEvent?)(
            f.Known != f.Limit ? new FindingLimitFixed(f.Number, f.Known)
            : f.Limit.IsPast(now) ? new FindingOverdue(f.Number, f.Limit.DueAt()!.Value)
            : null)).OfType<IAuditEvent>()];

    public static NextDue? Next(AuditSample sample) => NextDue.Of(Owed(sample).Select(f => f.Limit));

    private static IEnumerable<Finding> Owed(AuditSample sample) => sample.Open.Where(f => !f.IsOverdue);
}
