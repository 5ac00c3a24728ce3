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

public enum Stage
{
    Collected,
    Accepted,
    Reviewed,
    Proposed,
    TakenUp,

    /// <summary>Deputies returned the last round (退回整改); the next one runs.</summary>
    Returned,
    Concluded,

    /// <summary>The public was not satisfied (重新启动督办); the next round runs.</summary>
    Reopened,
    Closed,
}

public interface IAppealEvent;

/// <param name="AppealId">The stream's own id, which is the case id.</param>
/// <param name="Submitter">Whose words they are; name and phone stand in the contacts alone.</param>
/// <param name="AddressedTo">Registry id of the deputy it is meant for.</param>
/// <param name="SubmittedAt">Where it was handed in before it was recorded here.</param>
/// <param name="Source">The register it comes from, with <paramref name="SourceId"/> its number there.</param>
public sealed record AppealReceived(
    Guid AppealId, string CaseNumber, Channel Channel, Guid Submitter, Guid? AddressedTo, PersonalText Title, PersonalText Text,
    DateTimeOffset? SubmittedAt, string? Source, string? SourceId) : IAppealEvent;

/// <summary>What the source's own register had answered. It moves no state here. The reply repeats the resident's words.</summary>
public sealed record SourceReplyRecorded(PersonalText Reply, DateTimeOffset? RepliedAt) : IAppealEvent;

public sealed record AppealAccepted(Guid AcceptedBy, Role AcceptedAs) : IAppealEvent;

public sealed record AppealReviewed(Category? Category, Urgency Urgency) : IAppealEvent;

/// <summary>Carries all that the topic starts from, since one stored event is one message.</summary>
public sealed record TopicProposalRequested(
    Guid AppealId, string CaseNumber, Guid TopicId, PersonalText Title, PersonalText Text, Guid ProposedBy, Role ProposedAs,
    string Ground) : IAppealEvent;

public sealed record AppealTakenUp(Guid TopicId) : IAppealEvent;

public sealed record AppealReturnedForRectification(int Round, string Reason) : IAppealEvent;

public sealed record AppealConcluded(int Round) : IAppealEvent;

public sealed record AppealReopened(int Round, string Reason) : IAppealEvent;

public sealed record AppealClosed(int Round) : IAppealEvent;

/// <param name="Round">The round that runs or ended last; 0 before the topic is taken up.</param>
public sealed record Appeal(
    Guid Id, string CaseNumber, Channel Channel, Guid Submitter, Guid? AddressedTo, PersonalText Title, PersonalText Text,
    DateTimeOffset? SubmittedAt, string? Source, string? SourceId, Stage Stage = Stage.Collected, int Round = 0,
    PersonalText? SourceReply = null, DateTimeOffset? SourceRepliedAt = null, Guid? AcceptedBy = null, Category? Category = null,
    Urgency? Urgency = null, Guid? TopicId = null, Guid? ProposedBy = null, string? Reason = null)
{
    public static StreamType<Appeal, IAppealEvent> Stream { get; } = new("appeal", Evolve);

    public bool RoundRuns => Stage is Stage.TakenUp or Stage.Returned or Stage.Reopened;

    public static Appeal Evolve(Appeal? a, IAppealEvent e) => (a, e) switch
    {
        (null, AppealReceived r) => new Appeal(
            r.AppealId, r.CaseNumber, r.Channel, r.Submitter, r.AddressedTo, r.Title, r.Text, r.SubmittedAt, r.Source, r.SourceId),
        ({ }, SourceReplyRecorded r) => a with { SourceReply = r.Reply, SourceRepliedAt = r.RepliedAt },
        ({ }, AppealAccepted r) => a with { Stage = Stage.Accepted, AcceptedBy = r.AcceptedBy },
        ({ }, AppealReviewed r) => a with { Stage = Stage.Reviewed, Category = r.Category, Urgency = r.Urgency },
        ({ }, TopicProposalRequested r) => a with { Stage = Stage.Proposed, TopicId = r.TopicId, ProposedBy = r.ProposedBy },
        ({ }, AppealTakenUp) => a with { Stage = Stage.TakenUp, Round = 1 },
        ({ }, AppealReturnedForRectification r) => a with { Stage = Stage.Returned, Round = r.Round + 1, Reason = r.Reason },
        ({ }, AppealConcluded r) => a with { Stage = Stage.Concluded, Round = r.Round, Reason = null },
        ({ }, AppealReopened r) => a with { Stage = Stage.Reopened, Round = r.Round + 1, Reason = r.Reason },
        ({ }, AppealClosed r) => a with { Stage = Stage.Closed, Round = r.Round },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit an appeal {(a is null ? "that was never received" : "already received")}."),
    };
}
