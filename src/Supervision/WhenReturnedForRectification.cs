using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Supervision;

public sealed class WhenReturnedForRectification(StreamStore store, TimeProvider time) : IConsumer<ReturnedForRectification>
{
    public Task Consume(ConsumeContext<ReturnedForRectification> context) => store.Hear(
        context, Order.Stream, context.Message.OrderId, context.Message.CaseId, order => OpeningRound.Decide(
            order, context.Message.Round, RoundCause.ReturnedForRectification, context.MessageId!.Value, time.GetUtcNow()));
}
