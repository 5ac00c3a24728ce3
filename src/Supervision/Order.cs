using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

public interface IOrderEvent;

/// <summary>The order to the town government, with its first round.</summary>
/// <param name="Number">The number the order itself bears.</param>
/// <param name="ReferredAt">When the Presidium's referral was recorded: the first round's limit counts from here.</param>
/// <param name="DueAt">24:00 Asia/Shanghai of <paramref name="DueOn"/>.</param>
public sealed record OrderIssued(
    int Round, string Number, Guid CaseId, string CaseNumber, Guid TopicId, PersonalText Title, Guid Addressee, Guid Group,
    string Content, DateTimeOffset ReferredAt, DateOnly DueOn, DateTimeOffset DueAt) : IOrderEvent;

public sealed record OrderAcknowledged(int Round) : IOrderEvent;

public sealed record OrderPassedToSection(int Round, Guid Section) : IOrderEvent;

/// <summary>The section reported the round as handled; whether it is, the deputies say.</summary>
public sealed record HandlingReported(
    int Round, string CaseNumber, Guid ReviewId, PersonalText Title, Guid Unit, Guid Group, Guid HandledBy, string Summary)
    : IOrderEvent;

/// <summary>A refusal of closure opened the next round. The verdict itself stays with Evaluation.</summary>
/// <param name="CausedBy">Id of the event that carried the verdict.</param>
public sealed record RoundOpened(int Round, RoundCause Cause, Guid CausedBy, DateTimeOffset OpenedAt, DateTimeOffset DueAt)
    : IOrderEvent;

public enum RoundCause
{
    Referred,

    /// <summary>退回整改: by deputies, before conclusion.</summary>
    ReturnedForRectification,

    /// <summary>重新启动督办: by the public, after conclusion.</summary>
    SupervisionRestarted,
}

public enum OrderStage
{
    Issued,
    Acknowledged,
    InProgress,
    Handled,
}

/// <param name="CausedBy">Id of the event that opened it; null for the first round, which the referral opened.</param>
public sealed record Round(
    int Number, RoundCause Cause, Guid? CausedBy, DateTimeOffset OpenedAt, DateTimeOffset DueAt, HandlingReport? Report = null);

public sealed record HandlingReport(Guid HandledBy, string Summary);

/// <param name="Addressee">The lead unit: the town government the order is addressed to.</param>
/// <param name="LimitDays">Calendar days the first round had; every further round has as many again.</param>
/// <param name="Rounds">In order, from round 1; the last one is the current one.</param>
public sealed record Order(
    string Number, Guid CaseId, string CaseNumber, Guid TopicId, PersonalText Title, Guid Addressee, Guid Group, string Content,
    int LimitDays, OrderStage Stage, Guid? Section, IReadOnlyList<Round> Rounds)
{
    public static StreamType<Order, IOrderEvent> Stream { get; } = new("order", Evolve);

    public static Order Evolve(Order? order, IOrderEvent happened) => (order, happened) switch
    {
        (null, OrderIssued e) => new(
            e.Number, e.CaseId, e.CaseNumber, e.TopicId, e.Title, e.Addressee, e.Group, e.Content,
            e.DueOn.DayNumber - BusinessTime.DateOf(e.ReferredAt).DayNumber, OrderStage.Issued, null,
            [new(e.Round, RoundCause.Referred, null, e.ReferredAt, e.DueAt)]),
        ({ } o, OrderAcknowledged) => o with { Stage = OrderStage.Acknowledged },
        ({ } o, OrderPassedToSection e) => o with { Stage = OrderStage.InProgress, Section = e.Section },
        ({ } o, HandlingReported e) => o with
        {
            Stage = OrderStage.Handled,
            Rounds = [.. o.Rounds.SkipLast(1), o.Rounds[^1] with { Report = new(e.HandledBy, e.Summary) }],
        },
        ({ } o, RoundOpened e) => o with
        {
            Stage = OrderStage.InProgress,
            Rounds = [.. o.Rounds, new(e.Round, e.Cause, e.CausedBy, e.OpenedAt, e.DueAt)],
        },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {order?.Stage.ToString() ?? "nothing"}."),
    };
}
