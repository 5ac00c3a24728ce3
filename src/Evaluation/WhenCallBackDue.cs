using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <summary>Time passed: what became late is stated once, and a limit gets its date when its calendar has come.</summary>
public static class WhenCallBackDue
{
    public static Decision<IReviewEvent> Decide(Review review, Policy policy, WorkingCalendar calendar, DateTimeOffset now) =>
        review is { Stage: ReviewStage.Concluded, Rounds: [.., { CallBackLimit: { } limit, CallBackIsOverdue: false } round] }
            ? calendar.Fix(limit, policy) is var known && known != limit ? [new CallBackLimitFixed(round.Number, known)]
            : limit.IsPast(now) ? [new CallBackOverdue(round.Number, limit.DueAt()!.Value)]
            : []
            : [];

    public static NextDue? Next(Review review) => review is { Stage: ReviewStage.Concluded, Rounds: [.., { CallBackIsOverdue: false } round] }
        ? NextDue.Of(round.CallBackLimit)
        : null;
}
