using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.MajorMatters;
using LiaisonStation.Deliberation.Referrals;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

public interface ITopicEvent;

/// <summary>An appeal asked to be taken up.</summary>
public sealed record TopicProposed(
    Guid CaseId, string CaseNumber, Guid AppealId, PersonalText Title, PersonalText Text, Guid ProposedBy, Role ProposedAs,
    string Ground) : ITopicEvent;

/// <summary>It stands in the batch of the month in which it was proposed, or of the next one where that was closed.</summary>
public sealed record TopicEnteredBatch(Place Place) : ITopicEvent;

/// <summary>It was not dealt with in its month and stands in a later one's batch.</summary>
public sealed record TopicRolledOver(Month From, Place Place) : ITopicEvent;

/// <summary>The congress office asked the proposer to complete it.</summary>
public sealed record TopicReturned(string Reason) : ITopicEvent;

/// <summary>The proposer completed it.</summary>
public sealed record TopicCompleted(string Ground) : ITopicEvent;

/// <summary>The congress office found the three criteria met.</summary>
public sealed record TopicScreened(Criteria Criteria) : ITopicEvent;

/// <summary>The congress office found it not worth supervising.</summary>
/// <param name="Reason">Told to every submitter.</param>
public sealed record TopicScreenedOut(Guid AppealId, Criteria Criteria, string Reason) : ITopicEvent;

/// <summary>The Presidium took the topic up as an item of supervision and assigned the group that follows it.</summary>
/// <param name="Deliberation">By when the group deliberates it.</param>
public sealed record TopicConfirmed(Guid AppealId, Guid Group, Resolution Resolution, Limit Deliberation) : ITopicEvent;

/// <summary>The Presidium decided not to take the topic up.</summary>
/// <param name="Reason">Told to every submitter.</param>
public sealed record TopicDeclined(Guid AppealId, string Reason, Resolution Resolution) : ITopicEvent;

/// <summary>The group, or for a major matter the Presidium, met on it.</summary>
public sealed record MeetingHeld(Sitting Sitting) : ITopicEvent;

/// <summary>How the matter should be handled, and the concrete content of the supervision, are fixed.</summary>
/// <param name="Resolution">The Presidium's, for a major matter; null where the group advises.</param>
/// <param name="Referral">By when the Presidium refers it.</param>
public sealed record AdviceAdopted(Advice Advice, Resolution? Resolution, Limit Referral) : ITopicEvent;

/// <summary>A stage's limit passed. Said once a stage.</summary>
public sealed record TopicOverdue(TopicStage Stage, Limit Limit) : ITopicEvent;

/// <summary>涉及民生、较为复杂、时间跨度较长: why an item is worth the congress's supervision.</summary>
public sealed record Criteria(Criterion Livelihood, Criterion Complex, Criterion LongSpan);

public sealed record Criterion(bool Met, [property: Text] string Reason);

/// <param name="Text">How the group would have the matter handled.</param>
/// <param name="Content">The concrete content of the supervision, as the group fixed it.</param>
public sealed record Advice(DateOnly HeldOn, string Text, string Content);

public enum TopicStage
{
    Proposed,

    /// <summary>To its proposer, for completion.</summary>
    Returned,
    Screened,
    Confirmed,
    Deliberated,
    Referred,
    NotTaken,
}

public sealed record Topic(
    Guid CaseId, string CaseNumber, Guid AppealId, PersonalText Title, PersonalText Text, Guid ProposedBy, Role ProposedAs,
    string Ground, TopicStage Stage)
{
    public static StreamType<Topic, ITopicEvent> Stream { get; } = new("topic", Evolve);

    /// <summary>Null only of a topic from before there were batches, until it enters one.</summary>
    public Place? Place { get; init; }

    /// <summary>The local dates on which it was proposed, taken up and deliberated, as recorded; null before, and of what was recorded without.</summary>
    public DateOnly? ProposedOn { get; init; }

    public DateOnly? ConfirmedOn { get; init; }

    public DateOnly? AdvisedOn { get; init; }

    /// <summary>The months in which it was not dealt with.</summary>
    public IReadOnlyList<Month> RolledFrom { get; init; } = [];

    /// <summary>What the office asked the proposer to complete.</summary>
    public string? Wanting { get; init; }

    public Criteria? Criteria { get; init; }

    public Guid? Group { get; init; }

    /// <summary>What took it up, or declined it.</summary>
    public Resolution? Decision { get; init; }

    /// <summary>Why it is not taken up.</summary>
    public string? NotTaken { get; init; }

    /// <summary>That the party committee was informed.</summary>
    public ReportedToPartyCommittee? PartyReport { get; init; }

    public IReadOnlyList<PartyInstructionRecorded> PartyInstructions { get; init; } = [];

    /// <summary>Null where the group deliberates it.</summary>
    public MajorMatterDeclared? MajorMatter { get; init; }

    public IReadOnlyList<Sitting> Sittings { get; init; } = [];

    public Advice? Advice { get; init; }

    public Resolution? Adoption { get; init; }

    public Referral? Referral { get; init; }

    /// <summary>The limit of the stage after the confirmation it is in.</summary>
    public Limit? After { get; init; }

    public IReadOnlyList<EntryCorrected> Corrections { get; init; } = [];

    /// <summary>The hand-overs it went through.</summary>
    public IReadOnlyList<Guid> HandOvers { get; init; } = [];

    /// <summary>Registry ids of those who take no part.</summary>
    public IReadOnlyList<Guid> Recused { get; init; } = [];

    /// <summary>The stages in which it was late.</summary>
    public IReadOnlyList<TopicStage> Late { get; init; } = [];

    /// <summary>It waits in a batch for the Presidium's decision.</summary>
    public bool Waits => Stage is TopicStage.Proposed or TopicStage.Returned or TopicStage.Screened;

    public bool IsOpen => Stage is not (TopicStage.Referred or TopicStage.NotTaken);

    /// <summary>The limit of the stage it is in; null where it is closed.</summary>
    public Limit? Limit => Stage switch
    {
        TopicStage.Proposed or TopicStage.Returned => Place?.Screening,
        TopicStage.Screened => Place?.Confirmation,
        TopicStage.Confirmed or TopicStage.Deliberated => After,
        _ => null,
    };

    public static Topic Evolve(Topic? topic, ITopicEvent happened) => (topic, happened) switch
    {
        (null, TopicProposed e) => new(
            e.CaseId, e.CaseNumber, e.AppealId, e.Title, e.Text, e.ProposedBy, e.ProposedAs, e.Ground, TopicStage.Proposed),
        ({ } t, TopicEnteredBatch e) => t with { Place = e.Place, ProposedOn = e.Place.Screening.From },
        ({ } t, TopicRolledOver e) => t with { Place = e.Place, RolledFrom = [.. t.RolledFrom, e.From] },
        ({ } t, TopicReturned e) => t with { Stage = TopicStage.Returned, Wanting = e.Reason },
        ({ } t, TopicCompleted e) => t with { Stage = TopicStage.Proposed, Ground = e.Ground },
        ({ } t, TopicScreened e) => t with { Stage = TopicStage.Screened, Criteria = e.Criteria },
        ({ } t, TopicScreenedOut e) => t with { Stage = TopicStage.NotTaken, Criteria = e.Criteria, NotTaken = e.Reason },
        ({ } t, TopicConfirmed e) => t with
        {
            Stage = TopicStage.Confirmed,
            Group = e.Group,
            Decision = e.Resolution,
            After = e.Deliberation,
            ConfirmedOn = e.Deliberation.From,
        },
        ({ } t, TopicDeclined e) => t with { Stage = TopicStage.NotTaken, Decision = e.Resolution, NotTaken = e.Reason },
        ({ } t, ReportedToPartyCommittee e) => t with { PartyReport = e },
        ({ } t, PartyInstructionRecorded e) => t with { PartyInstructions = [.. t.PartyInstructions, e] },
        ({ } t, MajorMatterDeclared e) => t with { MajorMatter = e },
        ({ } t, MeetingHeld e) => t with { Sittings = [.. t.Sittings, e.Sitting] },
        ({ } t, AdviceAdopted e) => t with
        {
            Stage = TopicStage.Deliberated,
            Advice = e.Advice,
            Adoption = e.Resolution,
            After = e.Referral,
            AdvisedOn = e.Referral.From,
        },
        ({ } t, TopicDeliberated e) => t with { Stage = TopicStage.Deliberated, Advice = e.Advice },
        ({ } t, TopicReferred e) => t with { Stage = TopicStage.Referred, Referral = Referral.Of(e) },
        ({ } t, TopicReferredToCounty e) => t with { Stage = TopicStage.Referred, Referral = Referral.Of(e) },
        ({ } t, TopicEscalated e) => t with { Stage = TopicStage.Referred, Referral = Referral.Of(e) },
        ({ } t, RecusalDeclared e) => t with { Recused = [.. t.Recused, e.Person] },
        ({ } t, EntryCorrected e) => t with
        {
            Group = e.Group ?? t.Group,
            Advice = t.Advice is { } a ? a with { Text = e.Advice ?? a.Text, Content = e.Content ?? a.Content } : null,
            Corrections = [.. t.Corrections, e],
        },
        ({ } t, TopicHandedOver e) => t with
        {
            Group = e.Kind == HandOverKind.Group ? e.To : t.Group,
            ProposedBy = e.Kind == HandOverKind.Person ? e.To : t.ProposedBy,
            HandOvers = [.. t.HandOvers, e.HandOverId],
        },
        ({ } t, TopicOverdue e) => t with { Late = [.. t.Late, e.Stage] },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {topic?.Stage.ToString() ?? "nothing"}."),
    };
}
