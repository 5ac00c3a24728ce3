using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Open appeals go from deputy to deputy, and those in ordinary handling from unit to unit.</summary>
public sealed class WhenHandOverOrdered(StreamStore store, TimeProvider time) : IConsumer<HandOverOrdered>
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

    /// <summary>The state of each says whether it was handed over, so a repeat does no harm.</summary>
    public async Task Consume(ConsumeContext<HandOverOrdered> context)
    {
        var (m, cause) = (context.Message, context.Cause() with { Inbox = null });
        FormattableString held = $"""
            select id from appeals where tenant_id = {cause.Tenant} and (addressed_to = {m.From} or accepted_by = {m.From} or unit_id = {m.From})
            """;
        var pace = await Pace.Of(store, cause.Tenant, time.GetUtcNow(), context.CancellationToken);
        foreach (var id in await store.Query(cause.Tenant, held, r => r.GetGuid(0), context.CancellationToken))
        {
            var outcome = await store.Write(Appeal.Stream, id, cause, a => Decide(a, m).WithLimit(a, pace), cancellation: context.CancellationToken);
            if (outcome.Kind is not (OutcomeKind.Appended or OutcomeKind.Unchanged))
            {
                throw new InvalidOperationException($"appeal {id} answered {outcome.Kind}; the message must come again.");
            }
        }
    }

    private static AppealHandedOver HandedOver(HandOverOrdered m) => new(m.HandOverId, m.Kind, m.From, m.To);
}
