using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Supervision;

public sealed class WhenOrderReferred(StreamStore store) : IConsumer<OrderReferred>
{
    public static Decision<IOrderEvent> Decide(Order? order, OrderReferred said) => order is not null
        ? []
        : [new OrderIssued(
            1, NumberOf(said.CaseNumber), said.CaseId, said.CaseNumber, said.TopicId, said.Title, said.Addressee, said.Group,
            said.Content, said.ReferredAt, said.Limit.DueOn!.Value, said.Limit.DueAt()!.Value)];

    public Task Consume(ConsumeContext<OrderReferred> context) =>
        store.Hear(
            context, Order.Stream, context.Message.OrderId, context.Message.CaseId, order => Decide(order, context.Message));

    // A topic leads to one order, so the case's number with 督办 before it is the order's own.
    private static string NumberOf(string caseNumber) => $"DB-{caseNumber}";
}
