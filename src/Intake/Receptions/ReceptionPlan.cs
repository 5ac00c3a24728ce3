using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Receptions;

public enum ReceptionKind
{
    /// <summary>接待选民: each group at least once a month.</summary>
    Reception,

    /// <summary>走村入户, every Tuesday.</summary>
    HouseVisit,

    /// <summary>民生小铺日, the 15th.</summary>
    ShopDay,
}

public enum ReceptionStatus
{
    Planned,

    /// <summary>Day, place and deputies were made known beforehand.</summary>
    Announced,
    Held,

    /// <summary>Nobody recorded that it was held.</summary>
    Missed,
    CalledOff,
}

public interface IReceptionEvent;

/// <summary>A group's receptions were planned, each with the deputies on duty.</summary>
/// <param name="PlanId">The stream's own id.</param>
/// <param name="Group">Registry id of the group whose receptions they are.</param>
/// <param name="Hours">As announced: 上午9:00至11:00.</param>
/// <param name="ContactPoint">Id of the contact point where they are held; the station's own house where there is none.</param>
/// <param name="Rule">The recurrence rule of RFC 5545 the days follow from.</param>
public sealed record ReceptionsPlanned(
    Guid PlanId, Guid Group, ReceptionKind Kind, string Place, string Hours, Guid? ContactPoint, string Rule,
    IReadOnlyList<RotaDay> Days) : IReceptionEvent;

/// <param name="On">Local date.</param>
/// <param name="Deputies">Registry ids of those on duty.</param>
public sealed record RotaDay(DateOnly On, IReadOnlyList<Guid> Deputies);

public sealed record ReceptionAnnounced(DateOnly On, IReadOnlyList<Guid> Deputies) : IReceptionEvent;

/// <summary>One asks another to take their day for the other's.</summary>
public sealed record DutySwapAsked(DateOnly On, Guid Deputy, DateOnly OtherOn, Guid Other) : IReceptionEvent;

public sealed record DutySwapped(DateOnly On, Guid Deputy, DateOnly OtherOn, Guid Other) : IReceptionEvent;

public sealed record DutySwapDeclined(DateOnly On, Guid Deputy, DateOnly OtherOn, Guid Other) : IReceptionEvent;

/// <summary>One on duty is on leave; another stands in where one was found.</summary>
public sealed record LeaveTaken(DateOnly On, Guid Deputy, Guid? StandIn) : IReceptionEvent;

/// <summary>Another deputy took over by an act of the registry: these days, and what was asked about swaps.</summary>
/// <param name="Days">Local dates.</param>
public sealed record DutyHandedOver(Guid HandOverId, Guid From, Guid To, IReadOnlyList<DateOnly> Days) : IReceptionEvent;

/// <summary>One on duty showed their DutyCode (代表履职码) on the day.</summary>
public sealed record DeputyCheckedIn(DateOnly On, Guid Deputy) : IReceptionEvent;

/// <param name="Visitors">How many people came, or were visited.</param>
/// <param name="Appeals">Case ids of what was handed in there.</param>
public sealed record ReceptionHeld(DateOnly On, int Visitors, IReadOnlyList<Guid> Appeals) : IReceptionEvent;

/// <summary>The days in which it could be recorded are over. It may still turn out to have been held.</summary>
public sealed record ReceptionMissed(DateOnly On) : IReceptionEvent;

public sealed record ReceptionCalledOff(DateOnly On, string Reason) : IReceptionEvent;

/// <summary>From a day on nothing is planned any more.</summary>
public sealed record ReceptionPlanEnded(DateOnly From) : IReceptionEvent;

/// <summary>The receptions of a group for at most a year.</summary>
/// <param name="Swaps">Asked and not answered.</param>
public sealed record ReceptionPlan(
    Guid Id, Guid Group, ReceptionKind Kind, string Place, string Hours, Guid? ContactPoint, string Rule,
    IReadOnlyList<ReceptionDay> Days, IReadOnlyList<DutySwapAsked> Swaps, DateOnly? EndedFrom = null)
{
    public static StreamType<ReceptionPlan, IReceptionEvent> Stream { get; } = new("reception_plan", Evolve);

    public ReceptionDay? Day(DateOnly on) => Days.SingleOrDefault(d => d.On == on);

    public static ReceptionPlan Evolve(ReceptionPlan? p, IReceptionEvent e) => (p, e) switch
    {
        (null, ReceptionsPlanned r) => new(
            r.PlanId, r.Group, r.Kind, r.Place, r.Hours, r.ContactPoint, r.Rule, [.. r.Days.Select(d => new ReceptionDay(d.On, d.Deputies))], []),
        ({ }, ReceptionAnnounced r) => p.With(r.On, d => d with { Status = ReceptionStatus.Announced }),
        ({ }, DutySwapAsked r) => p with { Swaps = [.. p.Swaps, r] },
        ({ }, DutySwapped r) => p.Without(r.On, r.Deputy).Without(r.OtherOn, r.Other)
            .With(r.On, d => d.Instead(r.Deputy, r.Other)).With(r.OtherOn, d => d.Instead(r.Other, r.Deputy)),
        ({ }, DutySwapDeclined r) => p with { Swaps = [.. p.Swaps.Where(s => s != new DutySwapAsked(r.On, r.Deputy, r.OtherOn, r.Other))] },
        ({ }, LeaveTaken r) => p.Without(r.On, r.Deputy).With(r.On, d => d.Instead(r.Deputy, r.StandIn) with { OnLeave = [.. d.OnLeave, r.Deputy] }),
        ({ }, DutyHandedOver r) => p.HandedOver(r),
        ({ }, DeputyCheckedIn r) => p.With(r.On, d => d with { CheckedIn = [.. d.CheckedIn, r.Deputy] }),
        ({ }, ReceptionHeld r) => p.With(r.On, d => d with { Status = ReceptionStatus.Held, Visitors = r.Visitors, Appeals = r.Appeals }),
        ({ }, ReceptionMissed r) => p.With(r.On, d => d with { Status = ReceptionStatus.Missed }),
        ({ }, ReceptionCalledOff r) => p.With(r.On, d => d with { Status = ReceptionStatus.CalledOff }),
        ({ }, ReceptionPlanEnded r) => p with
        {
            Days = [.. p.Days.Where(d => d.On < r.From)],
            Swaps = [.. p.Swaps.Where(s => s.On < r.From && s.OtherOn < r.From)],
            EndedFrom = r.From,
        },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit this plan."),
    };

    // Who was on duty beside the successor, or swapped with them, leaves them alone on that day.
    private ReceptionPlan HandedOver(DutyHandedOver r)
    {
        var after = r.Days.Aggregate(
            this, (plan, on) => plan.With(on, d => d.Instead(r.From, d.Deputies.Contains(r.To) ? null : r.To)));
        return after with
        {
            Swaps =
            [
                .. Swaps.Select(s => s with { Deputy = s.Deputy == r.From ? r.To : s.Deputy, Other = s.Other == r.From ? r.To : s.Other })
                    .Where(s => after.Day(s.On)?.CanGive(s.Deputy, s.Other) is true && after.Day(s.OtherOn)?.CanGive(s.Other, s.Deputy) is true).Distinct(),
            ],
        };
    }

    private ReceptionPlan With(DateOnly on, Func<ReceptionDay, ReceptionDay> change) =>
        this with { Days = [.. Days.Select(d => d.On == on ? change(d) : d)] };

    // Whoever is no longer on duty has nothing to swap.
    private ReceptionPlan Without(DateOnly on, Guid deputy) =>
        this with { Swaps = [.. Swaps.Where(s => (s.On, s.Deputy) != (on, deputy) && (s.OtherOn, s.Other) != (on, deputy))] };
}

/// <param name="Deputies">Registry ids of those on duty.</param>
/// <param name="CheckedIn">Those of them who came.</param>
public sealed record ReceptionDay(
    DateOnly On, IReadOnlyList<Guid> Deputies, ReceptionStatus Status, IReadOnlyList<Guid> CheckedIn, IReadOnlyList<Guid> OnLeave,
    int Visitors, IReadOnlyList<Guid> Appeals)
{
    public ReceptionDay(DateOnly on, IReadOnlyList<Guid> deputies)
        : this(on, deputies, ReceptionStatus.Planned, [], [], 0, [])
    {
    }

    public bool IsOpen => Status is ReceptionStatus.Planned or ReceptionStatus.Announced;

    /// <summary>One on duty can give the day to another who is not.</summary>
    public bool CanGive(Guid deputy, Guid other) => Deputies.Contains(deputy) && !Deputies.Contains(other);

    public ReceptionDay Instead(Guid deputy, Guid? other) =>
        this with { Deputies = [.. Deputies.Where(d => d != deputy), .. other is { } one ? [one] : Array.Empty<Guid>()] };
}
