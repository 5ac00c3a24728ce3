using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Intake.Appeals;

/// <summary>
/// The deputy addressed let the limit pass: the station takes over. Who was to add something lets it pass: the station goes on without.
/// Who was answered lets it pass: their rating is not waited for.
/// A limit beyond the calendar gets its date when that comes.
/// </summary>
public static class WhenDue
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        if (Open(appeal) is not { } open)
        {
            return [];
        }

        var limit = calendar.Fix(open, policy);
        IAppealEvent[] dated = limit == open ? [] : [appeal.Due?.Limit == open ? appeal.Due with { Limit = limit } : new AppealLimitFixed(limit)];
        return Lapses(appeal) && limit.IsPast(now) ? [.. dated, Lapse(appeal, limit.DueAt()!.Value)] : [.. dated];
    }

    public static NextDue? Next(Appeal appeal) => NextDue.Of(Open(appeal));

    // What lapses with nothing is late on a worklist alone; its limit only wants its date.
    private static Limit? Open(Appeal appeal) => appeal switch
    {
        _ when Lapses(appeal) => appeal.Limit,
        { Limit: { DueOn: null } limit } => limit,
        { Stage: Stage.RoutedToOrdinaryHandling, Dispatch.SendBack: { DueOn: null } limit } => limit,
        _ => null,
    };

    private static bool Lapses(Appeal appeal) =>
        appeal is { Stage: Stage.Collected, Awaited: not null } || Steps.Of(appeal) is Step.Supplement or Step.Rate;

    private static IAppealEvent Lapse(Appeal appeal, DateTimeOffset dueAt) => appeal.Stage switch
    {
        Stage.Collected => new AcceptanceLapsed(dueAt),
        Stage.ReturnedToSubmitter => new SupplementLapsed(dueAt),
        _ => new RatingLapsed(appeal.Handling, dueAt),
    };
}
