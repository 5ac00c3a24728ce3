using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Supervision;

public sealed class WhenCountyCoordinationReferred(StreamStore store) : IConsumer<CountyCoordinationReferred>
{
    public static Decision<IOrderEvent> Decide(
        Order? order, CountyCoordinationReferred said, Policy policy, WorkingCalendar calendar) => order is not null
        ? []
        : [new CoordinationOpened(
            1, said.CaseId, said.CaseNumber, said.TopicId, said.Title, said.Section, said.Counterpart, said.Group, said.Content,
            said.Limit, said.ReportEveryWorkingDays,
            calendar.Limit(BusinessTime.DateOf(said.ReferredAt), said.ReportEveryWorkingDays, policy), said.Recused, said.ReferredAt)];

    public async Task Consume(ConsumeContext<CountyCoordinationReferred> context)
    {
        var (said, township) = (context.Message, new Township(store, context.Cause().Tenant));
        var policy = await township.Policy(said.ReferredAt, context.CancellationToken);
        var calendar = await township.Calendar(context.CancellationToken);
        await store.Hear(context, Order.Stream, said.OrderId, said.CaseId, order => Decide(order, said, policy, calendar));
    }
}
