using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Evaluation;

/// <summary>Another group takes over the open reviews of one.</summary>
public sealed class WhenHandOverOrdered(StreamStore store) : IConsumer<HandOverOrdered>
{
    /// <param name="able">Members of the group that takes it who may judge.</param>
    public static Decision<IReviewEvent> Decide(Review review, HandOverOrdered said, IReadOnlyList<Guid> able) =>
        review.IsOver || review.Panels.All(p => p.Group != said.From)
            ? []
            : [new ReviewHandedOver(said.HandOverId, said.From, said.To, able)];

    public async Task Consume(ConsumeContext<HandOverOrdered> context)
    {
        // No inbox: it may have to be said to many streams, and each one knows by itself that it was.
        var (said, cause) = (context.Message, context.Cause() with { Inbox = null });
        if (said.Kind != HandOverKind.Group)
        {
            return;
        }

        var township = new Township(store, cause.Tenant);
        var reviews = await store.Query(
            cause.Tenant, $"select id, units from reviews where tenant_id = {cause.Tenant} and {said.From} = any(groups) and not over",
            row => (Id: row.GetGuid(0), Units: row.GetFieldValue<Guid[]>(1)), context.CancellationToken);
        foreach (var (id, units) in reviews)
        {
            var able = await township.Able(said.To, units, context.CancellationToken);
            await store.Write(
                Review.Stream, id, cause, review => Decide(review!, said, able), cancellation: context.CancellationToken);
        }
    }
}
