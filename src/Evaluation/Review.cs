using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Evaluation;

public interface IReviewEvent;

/// <summary>A round was reported as handled, so the deputies of the group review it (一事一评).</summary>
public sealed record ReviewOpened(
    int Round, Guid CaseId, string CaseNumber, Guid OrderId, PersonalText Title, Guid Unit, Guid Group, Guid HandledBy,
    string Summary) : IReviewEvent;

public sealed record DeputyReviewed(int Round, Guid Deputy, Verdict Verdict, string? Comment) : IReviewEvent;

/// <summary>Enough deputies are satisfied (归档办结). Not terminal: a call-back is owed.</summary>
public sealed record Concluded(int Round, Guid OrderId) : IReviewEvent;

/// <summary>Enough deputies are not satisfied (退回整改): before conclusion.</summary>
/// <param name="Reason">The comments of those who were not, one a line.</param>
public sealed record ReturnedForRectification(int Round, Guid OrderId, string Reason) : IReviewEvent;

/// <param name="MadeBy">Registry id of who called.</param>
/// <param name="Comment">The words of the resident called back.</param>
public sealed record CallBackMade(int Round, Guid MadeBy, CallBackMethod Method, Verdict Verdict, PersonalText? Comment)
    : IReviewEvent;

/// <summary>The resident is satisfied. The case ends.</summary>
public sealed record ClosedConfirmed(int Round, Guid OrderId) : IReviewEvent;

/// <summary>The resident is not satisfied (重新启动督办): after conclusion.</summary>
/// <param name="Reason">In the words of who called, never the resident's.</param>
public sealed record SupervisionRestarted(int Round, Guid OrderId, string Reason) : IReviewEvent;

public enum Verdict
{
    Satisfied,
    Unsatisfied,
}

public enum CallBackMethod
{
    /// <summary>上门回访</summary>
    HomeVisit,

    /// <summary>电话回访</summary>
    Phone,
}

public enum ReviewStage
{
    UnderReview,
    ReturnedForRectification,
    Concluded,
    SupervisionRestarted,
    ClosedConfirmed,
}

public sealed record DeputyVerdict(Guid Deputy, Verdict Verdict, string? Comment);

public sealed record CallBack(Guid MadeBy, CallBackMethod Method, Verdict Verdict, PersonalText? Comment);

/// <param name="Unit">The section that handled this round.</param>
/// <param name="Stage">What this round came to.</param>
/// <param name="Verdicts">At most one a deputy.</param>
/// <param name="Reason">Why it was returned or restarted.</param>
public sealed record ReviewRound(
    int Number, Guid Unit, Guid HandledBy, string Summary, ReviewStage Stage, IReadOnlyList<DeputyVerdict> Verdicts,
    CallBack? CallBack = null, string? Reason = null);

/// <param name="Rounds">In order; the last one is the current one.</param>
public sealed record Review(
    Guid CaseId, string CaseNumber, Guid OrderId, PersonalText Title, Guid Group, IReadOnlyList<ReviewRound> Rounds)
{
    public static StreamType<Review, IReviewEvent> Stream { get; } = new("review", Evolve);

    public ReviewStage Stage => Rounds[^1].Stage;

    /// <summary>Whoever handled the matter in any round takes no part in judging it in any other.</summary>
    public bool Handled(Guid person) => Rounds.Any(r => r.HandledBy == person);

    public static Review Evolve(Review? review, IReviewEvent happened) => (review, happened) switch
    {
        (null, ReviewOpened e) => new(e.CaseId, e.CaseNumber, e.OrderId, e.Title, e.Group, [Opened(e)]),
        ({ } r, ReviewOpened e) => r with { Group = e.Group, Rounds = [.. r.Rounds, Opened(e)] },
        ({ } r, DeputyReviewed e) => r.Current(o => o with { Verdicts = [.. o.Verdicts, new(e.Deputy, e.Verdict, e.Comment)] }),
        ({ } r, Concluded) => r.Current(o => o with { Stage = ReviewStage.Concluded }),
        ({ } r, ReturnedForRectification e) => r.Current(
            o => o with { Stage = ReviewStage.ReturnedForRectification, Reason = e.Reason }),
        ({ } r, CallBackMade e) => r.Current(o => o with { CallBack = new(e.MadeBy, e.Method, e.Verdict, e.Comment) }),
        ({ } r, ClosedConfirmed) => r.Current(o => o with { Stage = ReviewStage.ClosedConfirmed }),
        ({ } r, SupervisionRestarted e) => r.Current(o => o with { Stage = ReviewStage.SupervisionRestarted, Reason = e.Reason }),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {review?.Stage.ToString() ?? "nothing"}."),
    };

    private static ReviewRound Opened(ReviewOpened e) =>
        new(e.Round, e.Unit, e.HandledBy, e.Summary, ReviewStage.UnderReview, []);

    private Review Current(Func<ReviewRound, ReviewRound> change) =>
        this with { Rounds = [.. Rounds.SkipLast(1), change(Rounds[^1])] };
}
