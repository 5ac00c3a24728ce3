using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Supervision;

public sealed class WhenSupervisionRestarted(StreamStore store, TimeProvider time) : IConsumer<SupervisionRestarted>
{
    public Task Consume(ConsumeContext<SupervisionRestarted> context) => store.Hear(
        context, Order.Stream, context.Message.OrderId, context.Message.CaseId, order => OpeningRound.Decide(
            order, context.Message.Round, RoundCause.SupervisionRestarted, context.MessageId!.Value, time.GetUtcNow()));
}
