using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Supervision;

/// <summary>One act hands over every order that is not at its end; each states it for itself.</summary>
public sealed class WhenHandOverOrdered(StreamStore store) : IConsumer<HandOverOrdered>
{
    public static Decision<IOrderEvent> Decide(Order? order, HandOverOrdered said) => order switch
    {
        null or { Stage: OrderStage.Ended } => [],
        _ when order.HandOvers.Any(h => h.HandOver == said.HandOverId) => [],
        _ when !OrderBoard.Involved(order).Contains(said.From) => [],
        _ => [new HandedOver(said.HandOverId, said.Kind, said.From, said.To, said.DocumentNumber)],
    };

    public async Task Consume(ConsumeContext<HandOverOrdered> context)
    {
        // Many streams hear one message: each knows for itself whether it has.
        var (said, cause) = (context.Message, context.Cause() with { Inbox = null });
        foreach (var order in await OrderBoard.With(store, cause.Tenant, said.From, context.CancellationToken))
        {
            var outcome = await store.Write(
                Order.Stream, order, cause, o => Decide(o, said), cancellation: context.CancellationToken);
            if (outcome.Kind is not (OutcomeKind.Appended or OutcomeKind.Unchanged))
            {
                throw new InvalidOperationException($"order {order} answered {outcome.Kind}; the message must come again.");
            }
        }
    }
}
