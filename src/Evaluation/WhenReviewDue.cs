using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <summary>Time passed: a call-back that became late is stated once, and a limit gets its date when its calendar has come.</summary>
public static class WhenReviewDue
{
    public static Decision<IReviewEvent> Decide(Review review, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        var round = review.Rounds[^1];
        return Open(review) switch
        {
            null => [],
            { } limit when calendar.Fix(limit, policy) is var known && known != limit => review.Stage == ReviewStage.UnderReview
                ? [new ReviewDue(round.Number, known)]
                : [new CallBackLimitFixed(round.Number, known)],
            { } limit when limit.IsPast(now) => [new CallBackOverdue(round.Number, limit.DueAt()!.Value)],
            _ => [],
        };
    }

    public static NextDue? Next(Review review) => NextDue.Of(Open(review));

    // A review past its limit is late on a worklist alone.
    private static Limit? Open(Review review) => review.Stage switch
    {
        ReviewStage.UnderReview when review.Rounds[^1].ReviewLimit is { DueOn: null } limit => limit,
        ReviewStage.Concluded when !review.Rounds[^1].CallBackIsOverdue => review.Rounds[^1].CallBackLimit,
        _ => null,
    };
}
