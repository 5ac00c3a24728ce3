using System.Collections.Concurrent;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Townships.Tests;

public interface IErrandEvent;

/// <param name="Decidable">Whether the decider knows what to do with it.</param>
public sealed record ErrandGiven(Guid ErrandId, Limit Limit, bool Decidable) : IErrandEvent;

public sealed record ErrandLimitFixed(Limit Limit) : IErrandEvent;

public sealed record ErrandLate(DateTimeOffset DueAt) : IErrandEvent;

/// <summary>Something with a limit and nothing else.</summary>
public sealed record Errand(Guid Id, Limit Limit, bool Decidable, bool Late = false)
{
    public static StreamType<Errand, IErrandEvent> Stream { get; } = new("errand", Evolve);

    public static IReadOnlyList<EventType> Events { get; } =
        [EventType.Of<ErrandGiven>(), EventType.Of<ErrandLimitFixed>(), EventType.Of<ErrandLate>()];

    public static Errand Evolve(Errand? errand, IErrandEvent e) => (errand, e) switch
    {
        (null, ErrandGiven g) => new(g.ErrandId, g.Limit, g.Decidable),
        ({ }, ErrandLimitFixed f) => errand with { Limit = f.Limit },
        ({ }, ErrandLate) => errand with { Late = true },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit."),
    };

    public static NextDue? Due(Errand errand) => errand.Late ? null : NextDue.Of(errand.Limit);

    /// <summary>How often it was asked what is late about an errand.</summary>
    public static ConcurrentDictionary<Guid, int> Asked { get; } = [];

    public static Decision<IErrandEvent> WhenDue(Errand errand, Policy policy, WorkingCalendar calendar, DateTimeOffset now) => errand switch
    {
        _ when Asked.AddOrUpdate(errand.Id, 1, (_, asked) => asked + 1) == 0 => [],
        { Decidable: false } => throw new KeyNotFoundException("nobody knows what to do about this errand"),
        { Late: true } => [],
        _ when calendar.Fix(errand.Limit, policy) is { DueOn: not null } limit && errand.Limit.DueOn is null => [new ErrandLimitFixed(limit)],
        _ when errand.Limit.IsPast(now) => [new ErrandLate(errand.Limit.DueAt()!.Value)],
        _ => [],
    };
}
