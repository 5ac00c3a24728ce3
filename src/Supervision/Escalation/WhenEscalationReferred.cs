using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Supervision;

public sealed class WhenEscalationReferred(StreamStore store) : IConsumer<EscalationReferred>
{
    public static Decision<IOrderEvent> Decide(Order? order, EscalationReferred said, Policy policy, WorkingCalendar calendar) =>
        order is not null
            ? []
            : [new EscalationOpened(
                1, said.CaseId, said.CaseNumber, said.TopicId, said.Title, said.Group, said.Content, said.Reason, said.Recused,
                said.ReferredAt, calendar.Limit(BusinessTime.DateOf(said.ReferredAt), policy.OrderWorkingDays, policy))];

    public async Task Consume(ConsumeContext<EscalationReferred> context)
    {
        var (said, township) = (context.Message, new Township(store, context.Cause().Tenant));
        var policy = await township.Policy(said.ReferredAt, context.CancellationToken);
        var calendar = await township.Calendar(context.CancellationToken);
        await store.Hear(context, Order.Stream, said.OrderId, said.CaseId, order => Decide(order, said, policy, calendar));
    }
}
