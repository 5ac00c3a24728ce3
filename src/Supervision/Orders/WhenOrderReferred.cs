using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Supervision;

public sealed class WhenOrderReferred(StreamStore store) : IConsumer<OrderReferred>
{
    /// <param name="number">The next one of the township and year.</param>
    /// <param name="government">
    /// What the addressee belongs to where it is a section: by the township's policy it is ordered itself, and has it at once.
    /// </param>
    public static Decision<IOrderEvent> Decide(Order? order, OrderReferred said, string number, Guid? government) =>
        (order, government) switch
        {
            ({ }, _) => [],
            (_, null) => [Issued(said, number, said.Addressee)],
            (_, { } town) => [
                Issued(said, number, town),
                new OrderPassedToSection(1, said.Addressee, [], BusinessTime.DateOf(said.ReferredAt))],
        };

    public async Task Consume(ConsumeContext<OrderReferred> context)
    {
        var (said, tenant) = (context.Message, context.Cause().Tenant);
        var addressee = await new Township(store, tenant).Unit(said.Addressee, context.CancellationToken);
        var government = addressee is { Kind: UnitKind.Section } ? addressee.Parent : null;
        await new OrderNumbers(store).Take(
            tenant, BusinessTime.DateOf(said.ReferredAt).Year, said.OrderId,
            async (number, alongside) =>
            {
                await store.Hear(
                    context, Order.Stream, said.OrderId, said.CaseId, order => Decide(order, said, number, government), alongside);
                return number;
            },
            context.CancellationToken);
    }

    private static OrderIssued Issued(OrderReferred said, string number, Guid addressee) => new(
        1, number, said.CaseId, said.CaseNumber, said.TopicId, said.Title, addressee, said.Group, said.Content, said.ReferredAt,
        said.Limit, said.Milestones, said.Recused);
}
