using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Supervision;

/// <summary>Whoever takes no part in the review takes none in the next round's visits and decisions.</summary>
public sealed class WhenRecusedFromReview(StreamStore store) : IConsumer<Contracts.RecusedFromReview>
{
    public static Decision<IOrderEvent> Decide(Order? order, Contracts.RecusedFromReview said) => order switch
    {
        null or { Stage: OrderStage.Ended } => [],
        _ when order.Recused.Contains(said.Person) => [],
        _ => [new RecusalDeclared(said.Person, said.As, said.Ground, null)],
    };

    public async Task Consume(ConsumeContext<Contracts.RecusedFromReview> context)
    {
        var (said, tenant) = (context.Message, context.Cause().Tenant);
        FormattableString one = $"select order_id from order_board where tenant_id = {tenant} and case_id = {said.CaseId}";
        if (await store.Query(tenant, one, row => row.GetGuid(0), context.CancellationToken) is [var order])
        {
            await store.Hear(context, Order.Stream, order, said.CaseId, o => Decide(o, said));
        }
    }
}
