using LiaisonStation.Contracts;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

/// <summary>A refusal of closure opened the next round. The verdict itself stays with Evaluation.</summary>
/// <param name="CausedBy">Id of the event that carried the verdict.</param>
/// <param name="Limit">As many working days as the round before was first given.</param>
public sealed record RoundOpened(int Round, RoundCause Cause, Guid CausedBy, DateTimeOffset OpenedAt, Limit? Limit) : IOrderEvent;

/// <summary>As many restarts as policy asks for: no round opens by itself.</summary>
/// <param name="Round">The round that was concluded.</param>
/// <param name="CausedBy">Id of the event that carried the verdict.</param>
/// <param name="DecideBy">By when the Presidium is to decide.</param>
public sealed record RestartsReached(int Round, Guid CausedBy, Limit DecideBy) : IOrderEvent;

/// <summary>The Presidium decided how an item goes on that was restarted as often as policy lets pass.</summary>
public sealed record RestartsDecided(int Round, AfterRestarts Outcome, Role By, Resolution Resolution, string Reason) : IOrderEvent;

public enum AfterRestarts
{
    GoOn,
    Escalate,
    End,
}

public enum RoundCause
{
    Referred,

    /// <summary>退回整改: by deputies, before conclusion.</summary>
    ReturnedForRectification,

    /// <summary>重新启动督办: by the public, after conclusion.</summary>
    SupervisionRestarted,
}

/// <param name="CausedBy">Id of the event that opened it; null for the first round, which the referral opened.</param>
/// <param name="Limit">As it stands, with what was granted or set later; null where the county handles the matter.</param>
public sealed record Round(int Number, RoundCause Cause, Guid? CausedBy, DateTimeOffset OpenedAt, Limit? Limit)
{
    /// <summary>What the round was first given: the next one is given as much.</summary>
    public Limit? FirstLimit { get; init; } = Limit;

    /// <summary>The end of the limit that passed, UTC, once that was stated.</summary>
    public DateTimeOffset? OverdueSince { get; init; }

    public bool IsOverdue => OverdueSince is not null;

    /// <summary>The limit that passed, once that was stated.</summary>
    public Limit? Passed { get; init; }

    /// <summary>The limit by which the round is in time or not: none that was set after one had passed.</summary>
    public Limit? Counting => Passed ?? Limit;

    /// <summary>By the day it was handled on, however late that was reported; null where none is known.</summary>
    public bool? IsInTime => Report?.HandledOn is { } day ? Counting?.DueOn is not { } due || day <= due : null;

    public IReadOnlyList<Extension> Extensions { get; init; } = [];

    public HandlingReported? Report { get; init; }

    /// <summary>The extension that awaits the chair.</summary>
    public Extension? Pending => Extensions is [.., { IsPending: true } last] ? last : null;
}

internal static class FreshLimit
{
    /// <summary>A limit of as many working days, from another day on.</summary>
    public static Limit? Again(this Limit? limit, DateOnly from, WorkingCalendar calendar, Policy policy) => limit switch
    {
        null => null,
        { WorkingDays: { } days } => calendar.Limit(from, days, policy),
        { DueOn: { } dueOn } when Between(limit.From, dueOn, calendar) is { } days => calendar.Limit(from, days, policy),
        // Where no calendar says how many working days they were, as many days.
        { DueOn: { } dueOn } => calendar.Until(from, from.AddDays(dueOn.DayNumber - limit.From.DayNumber), policy),
        _ => limit with { From = from },
    };

    private static int? Between(DateOnly from, DateOnly dueOn, WorkingCalendar calendar)
    {
        var days = 0;
        for (var day = from.AddDays(1); day <= dueOn; day = day.AddDays(1))
        {
            if (calendar.IsWorkingDay(day) is not { } works)
            {
                return null;
            }

            days += works ? 1 : 0;
        }

        return days;
    }
}
