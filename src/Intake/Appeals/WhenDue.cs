using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Intake.Appeals;

/// <summary>The deputy addressed let the limit pass: the station takes over. A limit beyond the calendar gets its date when that comes.</summary>
public static class WhenDue
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        if (Open(appeal) is not { } open)
        {
            return [];
        }

        var limit = calendar.Fix(open, policy);
        IAppealEvent[] dated = limit == open ? [] : [new AppealLimitFixed(limit)];
        return IsAwaited(appeal) && limit.IsPast(now) ? [.. dated, new AcceptanceLapsed(limit.DueAt()!.Value)] : [.. dated];
    }

    public static NextDue? Next(Appeal appeal) => NextDue.Of(Open(appeal));

    // A unit that may send a matter back is late with nothing; its limit only wants its date.
    private static Limit? Open(Appeal appeal) => appeal switch
    {
        _ when IsAwaited(appeal) => appeal.Acceptance,
        { Stage: Stage.RoutedToOrdinaryHandling, Dispatch.SendBack: { DueOn: null } limit } => limit,
        _ => null,
    };

    private static bool IsAwaited(Appeal appeal) => appeal is { Stage: Stage.Collected, Awaited: not null };
}
