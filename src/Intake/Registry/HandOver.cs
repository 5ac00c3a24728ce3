using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Intake.Registry;

public interface IHandOverEvent;

/// <summary>Whose open items go to whom was decided and entered, perhaps ahead of the day on which it is to be so.</summary>
/// <param name="HandOverId">The stream's own id.</param>
/// <param name="From">Registry id of a person, group or unit, who may have left already.</param>
/// <param name="To">Registry id of an active one of the same kind.</param>
/// <param name="EffectiveOn">Local date.</param>
public sealed record HandOverEntered(
    Guid HandOverId, HandOverKind Kind, Guid From, Guid To, HandOverGround Ground, string DocumentNumber, DateOnly EffectiveOn)
    : IHandOverEvent;

/// <summary>Its day has come: what is open goes over. Carries it all, since one stored event is one message.</summary>
public sealed record HandOverTookEffect(
    Guid HandOverId, HandOverKind Kind, Guid From, Guid To, HandOverGround Ground, string DocumentNumber, DateOnly EffectiveOn)
    : IHandOverEvent;

public sealed record HandOver(
    Guid Id, HandOverKind Kind, Guid From, Guid To, HandOverGround Ground, string DocumentNumber, DateOnly EffectiveOn,
    bool InEffect = false)
{
    public static StreamType<HandOver, IHandOverEvent> Stream { get; } = new("hand_over", Evolve);

    public static HandOver Evolve(HandOver? h, IHandOverEvent e) => (h, e) switch
    {
        (null, HandOverEntered r) => new(r.HandOverId, r.Kind, r.From, r.To, r.Ground, r.DocumentNumber, r.EffectiveOn),
        ({ }, HandOverTookEffect) => h with { InEffect = true },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit this hand-over."),
    };

    /// <summary>One document hands one's items to another once.</summary>
    public static Guid IdOf(string township, OrderHandOver c) => Uuid.Derive(c.From, $"{township}/{c.To}/{c.DocumentNumber}");

    /// <summary>The instant after which it is to take effect.</summary>
    public static NextDue? Due(HandOver h) => h.InEffect ? null : new(BusinessTime.StartOf(h.EffectiveOn));
}
