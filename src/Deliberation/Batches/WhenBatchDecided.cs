using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Deliberation.Batches;

/// <summary>Brings to an end what the request that recorded the meeting may have left half done, in the name of whoever recorded it.</summary>
public sealed class WhenBatchDecided(StreamStore store, TimeProvider time) : IConsumer<BatchDecided>
{
    public async Task Consume(ConsumeContext<BatchDecided> context)
    {
        var (cause, cancellation) = (context.Cause(), context.CancellationToken);
        var recorded = await store.Read(context.Message.BatchId, cause.Tenant, cancellation: cancellation);
        var month = recorded.Select(e => e.Data).OfType<BatchOpened>().Single().Month;
        var closed = recorded.Single(e => e.Data is BatchClosed);
        var (township, today) = (new Township(store, cause.Tenant), BusinessTime.DateOf(time.GetUtcNow()));
        var who = new Presiding(
            Enum.Parse<Role>(closed.Headers.Role!), Guid.Parse(closed.Headers.Actor!), await township.Presidium(cancellation),
            await township.Policy(today, cancellation), await township.Calendar(cancellation), today);

        var late = await ConfirmingBatch.Apply(
            store, cause with { By = closed.Headers }, month, (BatchClosed)closed.Data,
            await township.Groups(GroupKind.SupervisionGroup, cancellation), who, cancellation);
        if (late is { Refusal.Kind: not RefusalKind.State } refused)
        {
            throw new InvalidOperationException($"topic {refused.Topic} answered {refused.Refusal.Code}; the message must come again.");
        }
    }
}
