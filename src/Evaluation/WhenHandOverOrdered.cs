using LiaisonStation.Contracts;
using LiaisonStation.Evaluation.Appraisals;
using LiaisonStation.Evaluation.Audits;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Evaluation;

/// <summary>Another group takes over the open reviews of one, another unit what an appraised or audited one owes.</summary>
/// <remarks>No inbox: it may have to be said to many streams, and each one knows by itself that it was.</remarks>
public sealed class WhenHandOverOrdered(StreamStore store, TimeProvider time) : IConsumer<HandOverOrdered>
{
    /// <param name="able">Members of the group that takes it who may judge.</param>
    public static Decision<IReviewEvent> Decide(Review review, HandOverOrdered said, IReadOnlyList<Guid> able) =>
        review.IsOver || review.Panels.All(p => p.Group != said.From)
            ? []
            : [new ReviewHandedOver(said.HandOverId, said.From, said.To, able)];

    public static Decision<IAppraisalEvent> Decide(Appraisal? appraisal, HandOverOrdered said) =>
        appraisal is not null && appraisal.Rehandlings.Any(r => r.Unit == said.From && r.Answer is null)
            ? [new RehandlingHandedOver(said.HandOverId, said.From, said.To)]
            : [];

    public static Decision<IAuditEvent> Decide(AuditSample sample, HandOverOrdered said) =>
        [.. sample.Open.Where(f => f.Unit == said.From).Select(f => new FindingHandedOver(f.Number, said.HandOverId, said.To))];

    public Task Consume(ConsumeContext<HandOverOrdered> context)
    {
        var (said, cause) = (context.Message, context.Cause() with { Inbox = null });
        return said.Kind switch
        {
            HandOverKind.Group => Reviews(said, cause, context.CancellationToken),
            HandOverKind.Unit => Task.WhenAll(
                Rehandlings(said, cause, context.CancellationToken), Findings(said, cause, context.CancellationToken)),
            _ => Task.CompletedTask,
        };
    }

    private async Task Reviews(HandOverOrdered said, Cause cause, CancellationToken cancellation)
    {
        var township = new Township(store, cause.Tenant);
        var reviews = await store.Query(
            cause.Tenant, $"select id, units from reviews where tenant_id = {cause.Tenant} and {said.From} = any(groups) and not over",
            row => (Id: row.GetGuid(0), Units: row.GetFieldValue<Guid[]>(1)), cancellation);
        foreach (var (id, units) in reviews)
        {
            var able = await township.Able(said.To, units, cancellation);
            Require(await store.Write(Review.Stream, id, cause, review => Decide(review!, said, able), cancellation: cancellation));
        }
    }

    // What the last two appraisals ordered; nothing older is open.
    private async Task Rehandlings(HandOverOrdered said, Cause cause, CancellationToken cancellation)
    {
        var year = BusinessTime.DateOf(time.GetUtcNow()).Year;
        foreach (var id in new[] { year - 1, year }.Select(y => Appraisal.IdOf(cause.Tenant, y)))
        {
            Require(await store.Write(Appraisal.Stream, id, cause, appraisal => Decide(appraisal, said), cancellation: cancellation));
        }
    }

    private async Task Findings(HandOverOrdered said, Cause cause, CancellationToken cancellation)
    {
        var samples = await store.Query(
            cause.Tenant, $"select id from audit_samples where tenant_id = {cause.Tenant} and {said.From} = any(units)", row => row.GetGuid(0),
            cancellation);
        foreach (var id in samples)
        {
            Require(await store.Write(AuditSample.Stream, id, cause, sample => Decide(sample!, said), cancellation: cancellation));
        }
    }

    private static void Require<T>(Outcome<T> outcome)
        where T : class
    {
        if (outcome.Kind is not (OutcomeKind.Appended or OutcomeKind.Unchanged))
        {
            throw new InvalidOperationException($"{outcome.Stream} answered {outcome.Kind}; the message must come again.");
        }
    }
}
