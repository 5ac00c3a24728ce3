using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Evaluation;

public interface IReviewEvent;

/// <summary>A round was reported as handled, so the deputies of the group review it (一事一评).</summary>
/// <param name="Units">All units that took part, the lead one first.</param>
/// <param name="Handlers">Whoever handled the matter so far, in any round.</param>
/// <param name="HandledOn">Local date as reported; null where it was not told yet.</param>
/// <param name="ReportedAt">When the report was recorded, UTC; null where it was not told yet.</param>
/// <param name="Able">Members of the group who may judge the round, as far as the registry was known.</param>
/// <param name="Reviewers">By policy: at least so many verdicts decide.</param>
public sealed record ReviewOpened(
    int Round, Guid CaseId, string CaseNumber, Guid OrderId, Branch Branch, PersonalText Title, Guid Unit, IReadOnlyList<Guid> Units,
    Guid Group, IReadOnlyList<Guid> Handlers, IReadOnlyList<Guid> Recused, string Summary, DateOnly? HandledOn, Limit? Limit,
    DateTimeOffset? ReportedAt, IReadOnlyList<Guid> Able, int Reviewers, string Policy) : IReviewEvent;

/// <summary>By when the round is to be decided. A later one replaces it: its calendar has come, or a further group reviews.</summary>
public sealed record ReviewDue(int Round, Limit Limit) : IReviewEvent;

/// <summary>The office widened the review to a further group, for without it the round could never be decided.</summary>
public sealed record ReviewersAssigned(int Round, Guid Group, IReadOnlyList<Guid> Able, string Reason) : IReviewEvent;

/// <summary>Another group took the review over: a change of term, a reorganisation.</summary>
public sealed record ReviewHandedOver(Guid HandOverId, Guid From, Guid To, IReadOnlyList<Guid> Able) : IReviewEvent;

/// <summary>Somebody declared an interest (回避). What they had said in a round not decided yet does not count.</summary>
public sealed record RecusalDeclared(int Round, Guid Person, string Ground) : IReviewEvent;

public sealed record DeputyReviewed(int Round, Guid Deputy, Verdict Verdict, string? Comment) : IReviewEvent;

/// <summary>Enough deputies are satisfied (归档办结). Not terminal: a call-back is owed.</summary>
/// <param name="Policy">The version by whose rule it was decided.</param>
/// <param name="CallBack">Within which the resident is called back; null where none was set yet.</param>
public sealed record Concluded(int Round, Guid OrderId, string Policy, Limit? CallBack) : IReviewEvent;

/// <summary>Enough deputies are not satisfied (退回整改): before conclusion.</summary>
/// <param name="Reason">The comments of those who were not, one a line.</param>
/// <param name="Policy">The version by whose rule it was decided.</param>
public sealed record ReturnedForRectification(int Round, Guid OrderId, string Reason, string Policy) : IReviewEvent;

/// <summary>The calendar has come that the limit of the call-back waited for.</summary>
public sealed record CallBackLimitFixed(int Round, Limit Limit) : IReviewEvent;

/// <summary>The limit passed before the resident was called back. Said once a round.</summary>
/// <param name="DueAt">The limit's end, UTC.</param>
public sealed record CallBackOverdue(int Round, DateTimeOffset DueAt) : IReviewEvent;

/// <summary>The resident was not reached.</summary>
/// <param name="Number">From 1 in its round.</param>
/// <param name="On">Local date; no two of a round on one day.</param>
public sealed record CallBackAttempted(int Round, int Number, Guid MadeBy, CallBackMethod Method, DateOnly On) : IReviewEvent;

/// <summary>The founding submitter was called back. Theirs is the item's verdict.</summary>
/// <param name="MadeBy">Registry id of who called.</param>
/// <param name="Comment">The words of the resident called back.</param>
/// <param name="Aspects">Of single aspects, as far as they were given.</param>
/// <param name="On">Local date of the call; null where it was not recorded apart.</param>
public sealed record CallBackMade(
    int Round, Guid MadeBy, CallBackMethod Method, Verdict Verdict, PersonalText? Comment, Aspects? Aspects, DateOnly? On) : IReviewEvent;

/// <summary>A further served person was called back: a linked submitter or one who joined. It decides nothing.</summary>
/// <param name="Served">Registry id.</param>
public sealed record ServedPersonCalledBack(
    int Round, Guid Served, Guid MadeBy, CallBackMethod Method, Verdict Verdict, PersonalText? Comment, Aspects? Aspects, DateOnly On)
    : IReviewEvent;

/// <summary>Photos and files of the call-back or the attempt that was just recorded, such as a sheet that was signed.</summary>
/// <param name="Person">Who was called on.</param>
/// <param name="Files">Shown to nobody of a unit (domain.md 0.4: never the unit).</param>
public sealed record FilesAttached(
    int Round, Guid Person,
    [property: ServiceDefaults.Confidential(
        Role.CongressOffice, Role.Presidium, Role.TownChair, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station,
        Role.CommandCentre, Role.StreetWorkCommittee, Role.StandingCommittee, Role.Auditor)]
    IReadOnlyList<Attachment> Files) : IReviewEvent;

/// <summary>The resident is satisfied. The case ends.</summary>
public sealed record ClosedConfirmed(int Round, Guid OrderId) : IReviewEvent;

/// <summary>The resident was not reached in the attempts policy asks for. The case ends, and counts neither as called back nor as satisfied.</summary>
public sealed record ClosedUnreached(int Round, Guid OrderId, string Policy) : IReviewEvent;

/// <summary>The resident is not satisfied (重新启动督办): after conclusion.</summary>
/// <param name="Reason">In the words of who called, never the resident's.</param>
public sealed record SupervisionRestarted(int Round, Guid OrderId, string Reason) : IReviewEvent;

/// <summary>A mistyped verdict or attempt was put right, before anything was decided by it. Both are shown.</summary>
/// <param name="EventId">Of the entry that is corrected.</param>
/// <param name="Verdict">The verdict as it counts from here, where one is corrected.</param>
/// <param name="Attempt">The attempt as it counts from here, where one is corrected.</param>
public sealed record EntryCorrected(Guid EventId, int Round, DeputyVerdict? Verdict, CallBackAttempt? Attempt, string Reason) : IReviewEvent;

/// <summary>The item was ended by the Presidium or the StandingCommittee: nothing is reviewed or called back any more.</summary>
public sealed record ReviewEnded(int Round, ItemEnding Ending, string Reason) : IReviewEvent;

public enum Verdict
{
    /// <summary>满意</summary>
    Satisfied,

    /// <summary>基本满意: counts as satisfied, and is shown apart.</summary>
    BasicallySatisfied,

    /// <summary>不满意</summary>
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
    ClosedUnreached,
    Ended,
}

public sealed record DeputyVerdict(Guid Deputy, Verdict Verdict, string? Comment);

/// <summary>What a resident said of single aspects: what came of it, how fast, and in what manner.</summary>
public sealed record Aspects(
    [property: ServiceDefaults.Known] Verdict? Result = null,
    [property: ServiceDefaults.Known] Verdict? Speed = null,
    [property: ServiceDefaults.Known] Verdict? Attitude = null);

public sealed record CallBack(
    Guid MadeBy, CallBackMethod Method, Verdict Verdict, PersonalText? Comment, Aspects? Aspects, DateOnly? On);

public sealed record CallBackAttempt(int Number, Guid MadeBy, CallBackMethod Method, DateOnly On);

/// <param name="Served">Registry id of the further served person.</param>
public sealed record ServedCallBack(Guid Served, CallBack CallBack);

/// <summary>What an entry said before it was corrected.</summary>
/// <param name="By">What it was corrected to.</param>
public sealed record Correction(DeputyVerdict? Verdict, CallBackAttempt? Attempt, EntryCorrected By);

/// <summary>A group that reviews.</summary>
/// <param name="Able">Members who may judge, as far as the registry was known.</param>
public sealed record Panel(Guid Group, IReadOnlyList<Guid> Able);

/// <param name="Unit">The unit that led the handling of this round.</param>
/// <param name="Units">All that took part, the lead one first.</param>
/// <param name="Stage">What this round came to.</param>
/// <param name="Reviewers">At least so many verdicts decide.</param>
/// <param name="Policy">The version by whose rule it is decided.</param>
/// <param name="Verdicts">At most one a deputy.</param>
/// <param name="ReviewLimit">Within which it is decided; null for what was stored before there was one.</param>
/// <param name="CallBackLimit">From the conclusion on.</param>
/// <param name="CallBackIsOverdue">It was stated.</param>
/// <param name="CallBack">The founding submitter's.</param>
/// <param name="Reason">Why it was returned or restarted.</param>
public sealed record ReviewRound(
    int Number, Guid Unit, IReadOnlyList<Guid> Units, string Summary, DateOnly? HandledOn, Limit? Limit, DateTimeOffset? ReportedAt,
    ReviewStage Stage, int Reviewers, string Policy, IReadOnlyList<DeputyVerdict> Verdicts, IReadOnlyList<CallBackAttempt> Attempts,
    IReadOnlyList<ServedCallBack> Served, IReadOnlyList<Correction> Corrections, Limit? ReviewLimit = null, Limit? CallBackLimit = null, bool CallBackIsOverdue = false,
    CallBack? CallBack = null, string? Reason = null)
{
    /// <summary>Of its call-backs and attempts.</summary>
    public IReadOnlyList<FilesAttached> Files { get; init; } = [];

    /// <summary>As reported; null where its limit has no date, or none of it was told.</summary>
    public bool? InTime => HandledOn is { } day && Limit?.DueOn is { } due ? day <= due : null;

    /// <summary>Deputies concluded it, whatever came after.</summary>
    public bool WasConcluded => Stage is not (ReviewStage.UnderReview or ReviewStage.ReturnedForRectification);
}

/// <param name="Panels">The group the order names first, then those the office assigned.</param>
/// <param name="Handlers">Whoever handled the matter in any round takes no part in judging it in any other.</param>
/// <param name="Recused">Nor does who declared an interest.</param>
/// <param name="Rounds">In order; the last one is the current one.</param>
/// <param name="Ended">Set once the item was ended elsewhere.</param>
public sealed record Review(
    Guid CaseId, string CaseNumber, Guid OrderId, Branch Branch, PersonalText Title, IReadOnlyList<Panel> Panels,
    IReadOnlyList<Guid> Handlers, IReadOnlyList<Guid> Recused, IReadOnlyList<ReviewRound> Rounds, ReviewEnded? Ended = null)
{
    public static StreamType<Review, IReviewEvent> Stream { get; } = new("review", Evolve);

    public ReviewStage Stage => Ended is null ? Rounds[^1].Stage : ReviewStage.Ended;

    /// <summary>Of the first call-back over all rounds: the one that counts for satisfaction.</summary>
    public Verdict? FirstVerdict => Rounds.FirstOrDefault(r => r.CallBack is not null)?.CallBack!.Verdict;

    /// <summary>Of the last call-back over all rounds.</summary>
    public Verdict? FinalVerdict => Rounds.LastOrDefault(r => r.CallBack is not null)?.CallBack!.Verdict;

    /// <summary>How often the public had it taken up again.</summary>
    public int Restarts => Rounds.Count(r => r.CallBack is { Verdict: Verdict.Unsatisfied });

    public bool IsOver => Stage is ReviewStage.ClosedConfirmed or ReviewStage.ClosedUnreached or ReviewStage.Ended;

    /// <summary>As far as was known: the round can never be decided unless the office assigns a further group.</summary>
    public bool LacksReviewers => Stage == ReviewStage.UnderReview && !CanBeDecidedBy(Panels.SelectMany(p => p.Able));

    /// <summary>Why a person takes no part in judging the matter; null where they may.</summary>
    public Refusal? Objection(Guid person) =>
        Handlers.Contains(person) ? Refuse.Forbidden("handler-may-not-review")
        : Recused.Contains(person) ? Refuse.Forbidden("recused-may-not-judge")
        : null;

    /// <summary>What says that nothing of what was asked for can be done at this stage.</summary>
    public Refusal NotNow() => Stage switch
    {
        ReviewStage.UnderReview => Refuse.State("review-not-concluded"),
        ReviewStage.ReturnedForRectification => Refuse.State("handling-returned"),
        ReviewStage.Concluded => Refuse.State("review-concluded"),
        ReviewStage.SupervisionRestarted => Refuse.State("supervision-restarted"),
        ReviewStage.ClosedConfirmed => Refuse.State("case-closed"),
        ReviewStage.ClosedUnreached => Refuse.State("case-closed-unreached"),
        _ => Refuse.State("item-ended"),
    };

    /// <summary>Whether these and who has judged already are enough, and one of them has not judged.</summary>
    public bool CanBeDecidedBy(IEnumerable<Guid> members)
    {
        var judged = Rounds[^1].Verdicts.Select(v => v.Deputy);
        var able = members.Except(Handlers).Except(Recused).Union(judged).ToArray();
        return able.Length >= Rounds[^1].Reviewers && able.Except(judged).Any();
    }

    /// <summary>Deputies whose verdict counts or counted in any round.</summary>
    public IEnumerable<Guid> Judged() => Rounds.SelectMany(r => r.Verdicts).Select(v => v.Deputy).Distinct();

    /// <summary>A unit reads only what it took part in, a resident what they handed in.</summary>
    public bool IsShownTo(ServiceDefaults.Caller caller) =>
        caller.IsOutsider ? Title.Person == caller.Person : !caller.IsUnitAlone || WasHandledBy(caller.Unit);

    public bool WasHandledBy(Guid? unit) => unit is { } u && Rounds.Any(r => r.Units.Contains(u));

    public static Review Evolve(Review? review, IReviewEvent happened) => (review, happened) switch
    {
        (null, ReviewOpened e) => new(
            e.CaseId, e.CaseNumber, e.OrderId, e.Branch, e.Title, [new(e.Group, e.Able)], e.Handlers, e.Recused, [Opened(e)]),
        ({ } r, ReviewOpened e) => r with
        {
            Branch = e.Branch,
            Panels = [new(e.Group, e.Able), .. r.Panels.Skip(1).Where(p => p.Group != e.Group)],
            Handlers = [.. r.Handlers.Union(e.Handlers)],
            Recused = [.. r.Recused.Union(e.Recused)],
            Rounds = [.. r.Rounds, Opened(e)],
        },
        ({ } r, ReviewDue e) => r.Current(o => o with { ReviewLimit = e.Limit }),
        ({ } r, ReviewersAssigned e) => r with { Panels = [.. r.Panels, new(e.Group, e.Able)] },
        ({ } r, ReviewHandedOver e) => r with
        {
            Panels = [.. r.Panels.Where(p => p.Group != e.To).Select(p => p.Group == e.From ? new(e.To, e.Able) : p)],
        },
        ({ } r, RecusalDeclared e) => (r with { Recused = [.. r.Recused, e.Person] }).Current(o => o.Stage == ReviewStage.UnderReview
            ? o with { Verdicts = [.. o.Verdicts.Where(v => v.Deputy != e.Person)] }
            : o),
        ({ } r, DeputyReviewed e) => r.Current(o => o with { Verdicts = [.. o.Verdicts, new(e.Deputy, e.Verdict, e.Comment)] }),
        ({ } r, Concluded e) => r.Current(o => o with { Stage = ReviewStage.Concluded, CallBackLimit = e.CallBack }),
        ({ } r, ReturnedForRectification e) => r.Current(
            o => o with { Stage = ReviewStage.ReturnedForRectification, Reason = e.Reason }),
        ({ } r, CallBackLimitFixed e) => r.Current(o => o with { CallBackLimit = e.Limit }),
        ({ } r, CallBackOverdue) => r.Current(o => o with { CallBackIsOverdue = true }),
        ({ } r, CallBackAttempted e) => r.Current(
            o => o with { Attempts = [.. o.Attempts, new(e.Number, e.MadeBy, e.Method, e.On)] }),
        ({ } r, CallBackMade e) => r.Current(
            o => o with { CallBack = new(e.MadeBy, e.Method, e.Verdict, e.Comment, e.Aspects, e.On) }),
        ({ } r, ServedPersonCalledBack e) => r.Current(o => o with
        {
            Served = [.. o.Served, new(e.Served, new(e.MadeBy, e.Method, e.Verdict, e.Comment, e.Aspects, e.On))],
        }),
        ({ } r, FilesAttached e) => r.Current(o => o with { Files = [.. o.Files, e] }),
        ({ } r, ClosedConfirmed) => r.Current(o => o with { Stage = ReviewStage.ClosedConfirmed }),
        ({ } r, ClosedUnreached) => r.Current(o => o with { Stage = ReviewStage.ClosedUnreached }),
        ({ } r, SupervisionRestarted e) => r.Current(o => o with { Stage = ReviewStage.SupervisionRestarted, Reason = e.Reason }),
        ({ } r, EntryCorrected e) => r.Current(o => o with
        {
            Verdicts = [.. o.Verdicts.Select(v => v.Deputy == e.Verdict?.Deputy ? e.Verdict : v)],
            Attempts = [.. o.Attempts.Select(a => a.Number == e.Attempt?.Number ? e.Attempt : a)],
            Corrections =
            [
                .. o.Corrections,
                new(o.Verdicts.FirstOrDefault(v => v.Deputy == e.Verdict?.Deputy), o.Attempts.FirstOrDefault(a => a.Number == e.Attempt?.Number), e),
            ],
        }),
        ({ } r, ReviewEnded e) => r with { Ended = e },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {review?.Stage.ToString() ?? "nothing"}."),
    };

    private static ReviewRound Opened(ReviewOpened e) => new(
        e.Round, e.Unit, e.Units, e.Summary, e.HandledOn, e.Limit, e.ReportedAt, ReviewStage.UnderReview, e.Reviewers, e.Policy, [], [], [], []);

    private Review Current(Func<ReviewRound, ReviewRound> change) =>
        this with { Rounds = [.. Rounds.SkipLast(1), change(Rounds[^1])] };
}
