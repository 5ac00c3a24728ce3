using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

public enum Channel
{
    /// <summary>代表码</summary>
    DeputyCode,

    /// <summary>联络站码</summary>
    StationCode,

    /// <summary>接待日</summary>
    ReceptionDay,

    /// <summary>走村入户</summary>
    HouseVisit,

    /// <summary>村民议事</summary>
    VillagersMeeting,

    /// <summary>电话</summary>
    Phone,

    /// <summary>来信</summary>
    Letter,

    /// <summary>12345</summary>
    Hotline,

    /// <summary>网格事件</summary>
    Grid,

    /// <summary>社会治理综合指挥中心</summary>
    CommandCentre,

    /// <summary>微信、微博</summary>
    SocialMedia,

    /// <summary>批量导入; the source says from where.</summary>
    Import,
}

public enum Urgency
{
    Ordinary,
    Urgent,
    Emergency,
}

/// <summary>A branch of the county's three-level tree; the lower levels may still be open.</summary>
public sealed record Category(
    [property: Text(50)] string First,
    [property: Text(50, Optional = true)] string? Second = null,
    [property: Text(50, Optional = true)] string? Third = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        this is { Second: null, Third: not null } ? [Wrong.Because("second-level-missing", nameof(Third))] : [];
}

/// <summary>Why the congress does not take a matter on (domain.md 0.2).</summary>
public enum DeclineCode
{
    /// <summary>涉法涉诉</summary>
    CourtCase,

    /// <summary>招投标、工程发包</summary>
    TenderOrBidding,

    /// <summary>涉及代表本人利益</summary>
    DeputysOwnInterest,

    /// <summary>信访已受理</summary>
    PetitionUnderWay,

    /// <summary>违纪违法线索: passed on to the body that is competent.</summary>
    DisciplineClue,

    /// <summary>不属本行政区域或人大职权, another station's too.</summary>
    OutsideJurisdiction,

    /// <summary>内容不明</summary>
    NoContent,

    /// <summary>重复反映</summary>
    Duplicate,
}

/// <summary>Systems outside the congress that handle small matters in their own way.</summary>
public enum OutsidePlatform
{
    /// <summary>基层治理四平台</summary>
    FourPlatforms,

    /// <summary>12345</summary>
    Hotline,
}

/// <summary>What came of it, as replies are classed [X].</summary>
public enum ResultClass
{
    /// <summary>A: 已解决或采纳</summary>
    Solved,

    /// <summary>B: 正在解决或列入计划</summary>
    Planned,

    /// <summary>C: 留作参考</summary>
    KeptAsReference,
}

public enum Rating
{
    /// <summary>满意</summary>
    Satisfied,

    /// <summary>基本满意</summary>
    BasicallySatisfied,

    /// <summary>不满意</summary>
    Unsatisfied,
}

public enum AppealEnding
{
    /// <summary>The station, where the submitter stays unsatisfied and nothing more can be done.</summary>
    ByStation,

    ByPresidium,

    ByStandingCommittee,
}

public enum Stage
{
    Collected,

    /// <summary>退回补充: waits for what the submitter adds.</summary>
    ReturnedToSubmitter,
    Accepted,
    Reviewed,

    /// <summary>民生小事: with a unit of the township or on an outside platform.</summary>
    RoutedToOrdinaryHandling,

    /// <summary>退单: the unit says that it is not its matter.</summary>
    SentBack,
    AnsweredByUnit,

    /// <summary>The station has answered everyone linked.</summary>
    Answered,
    Rated,

    /// <summary>Somebody linked is not satisfied; the station decides what follows.</summary>
    Unsatisfied,
    Proposed,

    /// <summary>Not taken up as a topic; the station routes or answers it.</summary>
    NotTaken,
    TakenUp,

    /// <summary>Deputies returned the last round (退回整改); the next one runs.</summary>
    Returned,
    Concluded,

    /// <summary>The public was not satisfied (重新启动督办); the next round runs.</summary>
    Reopened,
    Closed,

    /// <summary>Over without being solved, with a reason that was told.</summary>
    Ended,
    Declined,
    Withdrawn,

    /// <summary>并单: goes on in another.</summary>
    Merged,

    /// <summary>Goes on in its parts.</summary>
    Split,
}

public interface IAppealEvent;

/// <param name="AppealId">The stream's own id, which is the case id.</param>
/// <param name="Submitter">Whose words they are; name and phone stand in the contacts alone.</param>
/// <param name="AddressedTo">Registry id of the deputy it is meant for.</param>
/// <param name="ContactPoint">Where it was handed in.</param>
/// <param name="Reception">The reception activity at which it was.</param>
/// <param name="ConsentGiven">Whether the unit that handles it may learn who handed it in.</param>
/// <param name="SubmittedAt">Where it was handed in before it was recorded here.</param>
/// <param name="Source">The register it comes from, with <paramref name="SourceId"/> its number there.</param>
/// <param name="Acceptance">Within which it is accepted; null where it comes accepted or is mirrored, and in what was stored before the station had a limit.</param>
/// <param name="SplitFrom">The appeal it was a part of.</param>
public sealed record AppealReceived(
    Guid AppealId, string CaseNumber, Channel Channel, Guid Submitter, Guid? AddressedTo, Guid? ContactPoint, Guid? Reception,
    PersonalText Title, PersonalText Text, bool ConsentGiven, DateTimeOffset? SubmittedAt, string? Source, string? SourceId,
    Limit? Acceptance, Guid? SplitFrom) : IAppealEvent;

/// <summary>What the source's own register had answered. It moves no state here. The reply repeats the resident's words.</summary>
public sealed record SourceReplyRecorded(PersonalText Reply, DateTimeOffset? RepliedAt) : IAppealEvent;

/// <summary>The calendar came up to which a limit reached: it has its date now.</summary>
public sealed record AppealLimitFixed(Limit Limit) : IAppealEvent;

/// <summary>By when what it waits for next is due. A later one for the same step replaces it.</summary>
public sealed record StepDue(Step Step, Limit Limit) : IAppealEvent;

/// <summary>The deputy addressed did not accept within the limit; the station takes over.</summary>
public sealed record AcceptanceLapsed(DateTimeOffset DueAt) : IAppealEvent;

public sealed record AppealAccepted(Guid AcceptedBy, Role AcceptedAs) : IAppealEvent;

/// <summary>回避: takes no further part in it here.</summary>
public sealed record RecusalDeclared(Guid Person, string Reason) : IAppealEvent;

public sealed record AppealReturnedToSubmitter(string Reason) : IAppealEvent;

public sealed record AppealSupplemented(PersonalText Text) : IAppealEvent;

/// <summary>Nobody added anything within the limit: the station goes on with what there is. They still may.</summary>
public sealed record SupplementLapsed(DateTimeOffset DueAt) : IAppealEvent;

/// <summary>Photos and files given with what was just said of it: when it was handed in, in addition, or as an answer.</summary>
/// <param name="Submitter">Who of those linked handed them in; null where whoever answered for a unit did.</param>
public sealed record FilesAttached(Guid? Submitter, IReadOnlyList<Attachment> Files) : IAppealEvent;

public sealed record AppealReviewed(Category? Category, Urgency Urgency) : IAppealEvent;

/// <summary>附议: answered as the submitter is.</summary>
/// <param name="Words">What they had to add.</param>
public sealed record AppealJoined(Guid Person, PersonalText? Words) : IAppealEvent;

/// <summary>Goes to ordinary handling (民生小事): to a unit of the township, or onto a platform outside.</summary>
/// <param name="Dispatch">From 1; more than one where it came back.</param>
/// <param name="Target">By which it should be answered. Nothing is late by it.</param>
/// <param name="SendBack">Within which the unit may say that it is not its matter; null on a platform.</param>
/// <param name="NeedForIdentity">Why the unit must know who handed it in, where they did not consent.</param>
public sealed record SmallMatterRouted(
    int Dispatch, Guid? Unit, OutsidePlatform? Platform, Limit Target, Limit? SendBack, string? NeedForIdentity) : IAppealEvent;

public sealed record AssignmentSentBack(Guid Unit, string Reason) : IAppealEvent;

/// <param name="AnsweredOn">Local date on which it was answered; it may lie before the day it was recorded.</param>
public sealed record UnitAnswered(
    Guid? Unit, OutsidePlatform? Platform, ResultClass Result, string Text, DateOnly AnsweredOn) : IAppealEvent;

/// <summary>The station's reply to one of those linked; each is answered separately.</summary>
/// <param name="Answer">Sealed for whom it is for; null where they were erased and nobody can be told.</param>
/// <param name="AnsweredAt">UTC.</param>
public sealed record AppealAnswered(Guid To, PersonalText? Answer, DateTimeOffset AnsweredAt) : IAppealEvent;

/// <param name="Handling">Which handling was rated, from 1; a redo is the next.</param>
public sealed record AppealRated(Guid Person, int Handling, Rating Rating, PersonalText? Comment) : IAppealEvent;

/// <summary>Whoever has not rated the answer by now is not waited for; they still may.</summary>
public sealed record RatingLapsed(int Handling, DateTimeOffset DueAt) : IAppealEvent;

/// <summary>Returned to the unit to be done again: once.</summary>
public sealed record RedoOrdered(string Reason, Limit Target) : IAppealEvent;

/// <summary>A mistyped entry is said anew; both stay visible. What is null stays as it was.</summary>
/// <param name="EventId">The event that holds the mistyped entry.</param>
/// <param name="Unit">The unit it should have been routed to.</param>
public sealed record EntryCorrected(Guid EventId, Category? Category, Urgency? Urgency, Guid? Unit, string Reason) : IAppealEvent;

/// <summary>Goes from one deputy or unit to another by an act of the registry.</summary>
public sealed record AppealHandedOver(Guid HandOverId, HandOverKind Kind, Guid From, Guid To) : IAppealEvent;

/// <param name="Body">To which a discipline clue was passed, by name.</param>
public sealed record AppealDeclined(DeclineCode Code, string Reason, string? Body) : IAppealEvent;

/// <param name="Person">Who takes it back; for the others it goes on.</param>
public sealed record AppealWithdrawn(Guid Person) : IAppealEvent;

public sealed record AppealMerged(Guid Into) : IAppealEvent;

/// <summary>Another appeal on the same matter goes on here.</summary>
/// <param name="Submitters">Everyone linked to it, to be answered here.</param>
public sealed record AppealMergedIn(Guid From, string CaseNumber, IReadOnlyList<Guid> Submitters) : IAppealEvent;

/// <summary>One part of it goes on as an appeal of its own; all parts are split off at once.</summary>
public sealed record AppealSplit(Guid Part, string CaseNumber, PersonalText Title, PersonalText Text) : IAppealEvent;

/// <summary>The words that may be shown to anybody, written by the station without anybody's identity.</summary>
public sealed record PublicationApproved(string Title, string Text) : IAppealEvent;

public sealed record PublicationWithdrawn(string Reason) : IAppealEvent;

/// <summary>Carries all that the topic starts from, since one stored event is one message.</summary>
/// <param name="Recused">Who declared an interest so far.</param>
public sealed record TopicProposalRequested(
    Guid AppealId, string CaseNumber, Guid TopicId, PersonalText Title, PersonalText Text, Guid ProposedBy, Role ProposedAs,
    string Ground, IReadOnlyList<Guid> Recused) : IAppealEvent;

public sealed record AppealNotTaken(Guid TopicId, string Reason) : IAppealEvent;

public sealed record AppealTakenUp(Guid TopicId) : IAppealEvent;

public sealed record AppealReturnedForRectification(int Round, string Reason) : IAppealEvent;

public sealed record AppealConcluded(int Round) : IAppealEvent;

public sealed record AppealReopened(int Round, string Reason) : IAppealEvent;

public sealed record AppealClosed(int Round) : IAppealEvent;

/// <summary>Closed although nobody could be reached to ask.</summary>
public sealed record AppealClosedUnreached(int Round) : IAppealEvent;

/// <param name="Round">0 where it never became a topic.</param>
public sealed record AppealEnded(int Round, AppealEnding By, string Reason) : IAppealEvent;

/// <summary>Where a small matter is.</summary>
/// <param name="Number">From 1.</param>
/// <param name="FirstRight">Whether the first unit was the right one. What becomes of a later dispatch says nothing of the first.</param>
/// <param name="Returned">How often a unit sent it back.</param>
public sealed record Dispatch(
    int Number, Guid? Unit, OutsidePlatform? Platform, Limit Target, Limit? SendBack, string? NeedForIdentity, bool FirstRight,
    int Returned = 0)
{
    /// <summary>It turned out that this unit, or platform, is not the right one.</summary>
    public Dispatch Mistaken() => this with { FirstRight = FirstRight && Number > 1 };
}

/// <summary>An answer that ordinary handling owes: the first, one for each redo, and one where it is handed on after it was answered.</summary>
/// <param name="Target">The last one set for it.</param>
/// <param name="AnsweredAt">When the station first told one of those linked, UTC; null while it did not.</param>
public sealed record OwedAnswer(Limit Target, DateTimeOffset? AnsweredAt);

public sealed record HandlingAnswer(ResultClass Result, string Text, DateOnly AnsweredOn);

public sealed record Answer(Guid To, PersonalText? Text, DateTimeOffset AnsweredAt);

public sealed record RatedAnswer(Guid Person, int Handling, Rating Rating, PersonalText? Comment);

public sealed record Publication(string Title, string Text);

public sealed record AppealPart(Guid Id, string CaseNumber, PersonalText Title, PersonalText Text);

public sealed record Appeal(
    Guid Id, string CaseNumber, Channel Channel, Guid Submitter, Guid? AddressedTo, PersonalText Title, PersonalText Text,
    DateTimeOffset? SubmittedAt, string? Source, string? SourceId)
{
    public static StreamType<Appeal, IAppealEvent> Stream { get; } = new("appeal", Evolve);

    public Stage Stage { get; init; }

    /// <summary>The round that runs or ended last; 0 before the topic is taken up.</summary>
    public int Round { get; init; }

    public Guid? ContactPoint { get; init; }

    public Guid? Reception { get; init; }

    public bool ConsentGiven { get; init; }

    /// <summary>Of the first time it is accepted in; null once that lapsed.</summary>
    public Limit? Acceptance { get; init; }

    /// <summary>Of the step it stands at, or stood at last.</summary>
    public StepDue? Due { get; init; }

    /// <summary>The deputy who still has to accept it; null where the station does.</summary>
    public Guid? Awaited { get; init; }

    public Guid? AcceptedBy { get; init; }

    public Role? AcceptedAs { get; init; }

    public IReadOnlyList<Guid> Recused { get; init; } = [];

    /// <summary>Everyone who is told and answered: its submitter, who joined, who came with one that was merged in.</summary>
    public IReadOnlyList<Guid> Linked { get; init; } = [];

    /// <summary>Who took it back.</summary>
    public IReadOnlyList<Guid> Left { get; init; } = [];

    public PersonalText? SourceReply { get; init; }

    public DateTimeOffset? SourceRepliedAt { get; init; }

    public IReadOnlyList<PersonalText> Supplements { get; init; } = [];

    public IReadOnlyList<FilesAttached> Files { get; init; } = [];

    public Category? Category { get; init; }

    public Urgency? Urgency { get; init; }

    public Dispatch? Dispatch { get; init; }

    public HandlingAnswer? UnitAnswer { get; init; }

    /// <summary>From 1 with the first answer owed; a redo is the next, and whatever else is answered after it was rated.</summary>
    public int Handling { get; init; } = 1;

    /// <summary>The station's, to what was handled last.</summary>
    public IReadOnlyList<Answer> Answers { get; init; } = [];

    public DateTimeOffset? FirstAnsweredAt { get; init; }

    /// <summary>In order; only the last one can be open.</summary>
    public IReadOnlyList<OwedAnswer> Owed { get; init; } = [];

    /// <summary>Of every handling.</summary>
    public IReadOnlyList<RatedAnswer> Ratings { get; init; } = [];

    public bool Redone { get; init; }

    /// <summary>The handling whose rating is not waited for any more; 0 where none was.</summary>
    public int RatingLapsed { get; init; }

    public DeclineCode? Declined { get; init; }

    /// <summary>Why it stands where it stands, in the words of whoever decided.</summary>
    public string? Reason { get; init; }

    public Guid? TopicId { get; init; }

    public Guid? ProposedBy { get; init; }

    public bool WasTakenUp { get; init; }

    public bool WasConcluded { get; init; }

    public Publication? Publication { get; init; }

    public IReadOnlyList<Guid> MergedIn { get; init; } = [];

    public Guid? MergedInto { get; init; }

    public Guid? SplitFrom { get; init; }

    public IReadOnlyList<AppealPart> Parts { get; init; } = [];

    /// <summary>
    /// Fed from 12345 or the grid and not promoted: their own system handles it, and nothing is owed here until somebody accepts it
    /// (domain.md 0.2).
    /// </summary>
    public bool IsMirrored => this is { Stage: Stage.Collected, Channel: Channel.Hotline or Channel.Grid, AddressedTo: null };

    public bool RoundRuns => Stage is Stage.TakenUp or Stage.Returned or Stage.Reopened;

    /// <summary>Nothing more happens to it here but answers that are still owed.</summary>
    public bool IsOver => Stage is Stage.Declined or Stage.Withdrawn or Stage.Merged or Stage.Split or Stage.Closed or Stage.Ended;

    public IEnumerable<Guid> Unanswered => Linked.Except(Answers.Select(a => a.To));

    /// <summary>Who has been answered and is waited for to say whether it satisfies them.</summary>
    public IEnumerable<Guid> Unrated => RatingLapsed == Handling ? [] : Linked.Except(Ratings.Where(r => r.Handling == Handling).Select(r => r.Person));

    /// <summary>Of the step it stands at; null where it stands at none, and for what was stored before steps had limits.</summary>
    public Limit? Limit => Steps.Of(this) is { } step ? (Due?.Step == step ? Due.Limit : null) : Stage == Stage.Collected ? Acceptance : null;

    /// <summary>There is something to answer with, and somebody who was not.</summary>
    public bool OwesAnswer => CanBeAnswered && Unanswered.Any();

    public bool CanBeAnswered => Stage is Stage.AnsweredByUnit or Stage.Answered or Stage.Rated or Stage.Unsatisfied or Stage.NotTaken
        or Stage.Concluded or Stage.Closed;

    // What was rated is over; what is answered after it can be rated anew.
    private int NextHandling => Ratings.Any(r => r.Handling == Handling) ? Handling + 1 : Handling;

    public static Appeal Evolve(Appeal? appeal, IAppealEvent happened) => (appeal, happened) switch
    {
        (null, AppealReceived e) => new Appeal(
            e.AppealId, e.CaseNumber, e.Channel, e.Submitter, e.AddressedTo, e.Title, e.Text, e.SubmittedAt, e.Source, e.SourceId)
        {
            ContactPoint = e.ContactPoint,
            Reception = e.Reception,
            ConsentGiven = e.ConsentGiven,
            Acceptance = e.Acceptance,
            Awaited = e.AddressedTo,
            Linked = [e.Submitter],
            SplitFrom = e.SplitFrom,
        },
        ({ } a, SourceReplyRecorded e) => a with { SourceReply = e.Reply, SourceRepliedAt = e.RepliedAt },
        ({ Stage: Stage.Collected } a, AppealLimitFixed e) => a with { Acceptance = e.Limit },
        ({ Dispatch: { } d } a, AppealLimitFixed e) => a with { Dispatch = d with { SendBack = e.Limit } },
        ({ } a, AppealLimitFixed) => a,
        ({ } a, StepDue e) => a with { Due = e },
        ({ } a, AcceptanceLapsed) => a with { Awaited = null, Acceptance = null, Due = null },
        ({ } a, AppealAccepted e) => a with { Stage = Stage.Accepted, AcceptedBy = e.AcceptedBy, AcceptedAs = e.AcceptedAs },
        ({ } a, RecusalDeclared e) => a with
        {
            Recused = [.. a.Recused, e.Person],
            Awaited = a.Awaited == e.Person ? null : a.Awaited,
        },
        ({ } a, AppealReturnedToSubmitter e) => a with { Stage = Stage.ReturnedToSubmitter, Reason = e.Reason },
        ({ } a, AppealSupplemented e) => a with
        {
            Stage = a.Stage == Stage.ReturnedToSubmitter ? Stage.Accepted : a.Stage,
            Supplements = [.. a.Supplements, e.Text],
        },
        ({ } a, SupplementLapsed) => a with { Stage = Stage.Accepted },
        ({ } a, FilesAttached e) => a with { Files = [.. a.Files, e] },
        ({ } a, AppealReviewed e) => a with { Stage = Stage.Reviewed, Category = e.Category, Urgency = e.Urgency },
        ({ } a, AppealJoined e) => a with { Linked = [.. a.Linked.Union([e.Person])], Left = [.. a.Left.Except([e.Person])] },
        ({ } a, SmallMatterRouted e) => a with
        {
            Stage = Stage.RoutedToOrdinaryHandling,
            Dispatch = new(
                e.Dispatch, e.Unit, e.Platform, e.Target, e.SendBack, e.NeedForIdentity,
                (a.Stage == Stage.RoutedToOrdinaryHandling ? a.Dispatch?.Mistaken() : a.Dispatch)?.FirstRight ?? true, a.Dispatch?.Returned ?? 0),
            Handling = a.NextHandling,
            Answers = [],
            Owed = [.. a.Owed.Where(o => o.AnsweredAt is not null), new(e.Target, null)],
        },
        ({ } a, AssignmentSentBack e) => a with
        {
            Stage = Stage.SentBack,
            Reason = e.Reason,
            Dispatch = a.Dispatch!.Mistaken() with { Returned = a.Dispatch.Returned + 1 },
        },
        ({ } a, UnitAnswered e) => a with { Stage = Stage.AnsweredByUnit, UnitAnswer = new(e.Result, e.Text, e.AnsweredOn) },
        ({ } a, AppealAnswered e) => Answered(a with
        {
            Answers = [.. a.Answers, new(e.To, e.Answer, e.AnsweredAt)],
            FirstAnsweredAt = a.FirstAnsweredAt ?? e.AnsweredAt,
            Owed = [.. a.Owed.Select(o => o with { AnsweredAt = o.AnsweredAt ?? e.AnsweredAt })],
        }),
        ({ } a, AppealRated e) => a with
        {
            Ratings = [.. a.Ratings, new(e.Person, e.Handling, e.Rating, e.Comment)],
            Stage = a.Stage switch
            {
                Stage.Answered or Stage.Rated => e.Rating == Rating.Unsatisfied ? Stage.Unsatisfied : Stage.Rated,
                var stage => stage,
            },
        },
        ({ } a, RatingLapsed e) => a with { RatingLapsed = e.Handling },
        ({ } a, RedoOrdered e) => a with
        {
            Stage = Stage.RoutedToOrdinaryHandling,
            Dispatch = a.Dispatch! with { Target = e.Target },
            Handling = a.Handling + 1,
            Redone = true,
            Answers = [],
            Owed = [.. a.Owed, new(e.Target, null)],
            Reason = e.Reason,
        },
        ({ } a, EntryCorrected e) => a with
        {
            Category = e.Category ?? a.Category,
            Urgency = e.Urgency ?? a.Urgency,
            Dispatch = e.Unit is { } unit ? a.Dispatch!.Mistaken() with { Unit = unit } : a.Dispatch,
        },
        ({ } a, AppealHandedOver { Kind: HandOverKind.Unit } e) => a with { Dispatch = a.Dispatch! with { Unit = e.To } },
        ({ } a, AppealHandedOver e) => a with
        {
            AddressedTo = a.AddressedTo == e.From ? e.To : a.AddressedTo,
            Awaited = a.Awaited == e.From ? e.To : a.Awaited,
            Acceptance = a.Awaited == e.From ? null : a.Acceptance,
            AcceptedBy = a.AcceptedBy == e.From ? e.To : a.AcceptedBy,
        },
        ({ } a, AppealDeclined e) => a with { Stage = Stage.Declined, Declined = e.Code, Reason = e.Reason },
        ({ } a, AppealWithdrawn e) => Without(a, e.Person),
        ({ } a, AppealMerged e) => a with { Stage = Stage.Merged, MergedInto = e.Into },
        ({ } a, AppealMergedIn e) => a with { MergedIn = [.. a.MergedIn, e.From], Linked = [.. a.Linked.Union(e.Submitters)] },
        ({ } a, AppealSplit e) => a with { Stage = Stage.Split, Parts = [.. a.Parts, new(e.Part, e.CaseNumber, e.Title, e.Text)] },
        ({ } a, PublicationApproved e) => a with { Publication = new(e.Title, e.Text) },
        ({ } a, PublicationWithdrawn) => a with { Publication = null },
        ({ } a, TopicProposalRequested e) => a with { Stage = Stage.Proposed, TopicId = e.TopicId, ProposedBy = e.ProposedBy },
        ({ } a, AppealNotTaken e) => a with { Stage = Stage.NotTaken, Reason = e.Reason, Handling = a.NextHandling, Answers = [] },
        ({ } a, AppealTakenUp) => a with { Stage = Stage.TakenUp, Round = 1, WasTakenUp = true, Answers = [], Reason = null },
        ({ } a, AppealReturnedForRectification e) => a with { Stage = Stage.Returned, Round = e.Round + 1, Reason = e.Reason, Answers = [] },
        ({ } a, AppealConcluded e) => a with { Stage = Stage.Concluded, Round = e.Round, WasConcluded = true, Reason = null },
        ({ } a, AppealReopened e) => a with { Stage = Stage.Reopened, Round = e.Round + 1, Reason = e.Reason, Answers = [] },
        ({ } a, AppealClosed e) => a with { Stage = Stage.Closed, Round = e.Round },
        ({ } a, AppealClosedUnreached e) => a with { Stage = Stage.Closed, Round = e.Round },
        ({ } a, AppealEnded e) => a with { Stage = Stage.Ended, Reason = e.Reason },
        _ => throw new InvalidOperationException(
            $"{happened.GetType().Name} does not fit an appeal {(appeal is null ? "that was never received" : "already received")}."),
    };

    // Of a topic's rounds the stage is told by what becomes of the topic.
    private static Appeal Answered(Appeal a) => a switch
    {
        { Stage: Stage.AnsweredByUnit or Stage.NotTaken } when !a.Unanswered.Any() => a with
        {
            Stage = a.Ratings.Any(r => r.Handling == a.Handling && r.Rating == Rating.Unsatisfied) ? Stage.Unsatisfied : Stage.Answered,
        },
        _ => a,
    };

    private static Appeal Without(Appeal a, Guid person)
    {
        Guid[] linked = [.. a.Linked.Except([person])];
        return Answered(a with { Linked = linked, Left = [.. a.Left, person], Stage = linked.Length == 0 ? Stage.Withdrawn : a.Stage });
    }
}
