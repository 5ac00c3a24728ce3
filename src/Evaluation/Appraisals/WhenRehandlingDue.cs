using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation.Appraisals;

/// <summary>Time passed: what became late is stated once, and a limit gets its date when its calendar has come.</summary>
public static class WhenRehandlingDue
{
    public static Decision<IAppraisalEvent> Decide(Appraisal appraisal, Policy policy, WorkingCalendar calendar, DateTimeOffset now) =>
        [.. Open(appraisal).Select(r => (r.Unit, r.Limit, Known: calendar.Fix(r.Limit, policy))).Select(r => (IAppraisalEvent?)(
            r.Known != r.Limit ? new RehandlingLimitFixed(appraisal.Year, r.Unit, r.Known)
            : r.Limit.IsPast(now) ? new RehandlingOverdue(appraisal.Year, r.Unit, r.Limit.DueAt()!.Value)
            : null)).OfType<IAppraisalEvent>()];

    public static NextDue? Next(Appraisal appraisal) => NextDue.Of(Open(appraisal).Select(r => r.Limit));

    private static IEnumerable<Rehandling> Open(Appraisal appraisal) => appraisal.Rehandlings.Where(r => r is { Answer: null, IsOverdue: false });
}
