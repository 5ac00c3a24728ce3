using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Supervision;

public sealed class WhenReturnedForRectification(StreamStore store, TimeProvider time) : IConsumer<ReturnedForRectification>
{
    public async Task Consume(ConsumeContext<ReturnedForRectification> context)
    {
        var (said, now) = (context.Message, time.GetUtcNow());
        var township = new Township(store, context.Cause().Tenant);
        var (policy, calendar) =
            (await township.Policy(now, context.CancellationToken), await township.Calendar(context.CancellationToken));
        await store.Hear(context, Order.Stream, said.OrderId, said.CaseId, order => OpeningRound.Decide(
            order, said.Round, RoundCause.ReturnedForRectification, context.MessageId!.Value, policy, calendar, now));
    }
}
