using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Open appeals go from deputy to deputy, and those in ordinary handling from unit to unit.</summary>
public static class HandingOverAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal? appeal, HandOverOrdered m) => (appeal, m.Kind) switch
    {
        (null or { IsOver: true }, _) => [],
        ({ Awaited: { } deputy }, HandOverKind.Person) when deputy == m.From => [HandedOver(m)],
        ({ AcceptedBy: { } deputy }, HandOverKind.Person) when deputy == m.From => [HandedOver(m)],
        ({ Stage: Stage.RoutedToOrdinaryHandling or Stage.SentBack or Stage.AnsweredByUnit, Dispatch.Unit: { } unit }, HandOverKind.Unit)
            when unit == m.From => [HandedOver(m)],
        _ => [],
    };

    private static AppealHandedOver HandedOver(HandOverOrdered m) => new(m.HandOverId, m.Kind, m.From, m.To);
}
