using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.ContactPoints;

/// <summary>Postings go from deputy to deputy, in the same manner and for as long.</summary>
public static class HandingOverPosting
{
    public static Decision<IContactPointEvent> Decide(ContactPoint? point, HandOverOrdered m) =>
        m.Kind == HandOverKind.Person && point is { ClosedOn: null }
        && point.Postings.Any(p => p.Deputy == m.From && (p.Until is null || p.Until >= m.EffectiveOn))
            ? [new PostingHandedOver(m.HandOverId, m.From, m.To, m.EffectiveOn)]
            : [];
}
