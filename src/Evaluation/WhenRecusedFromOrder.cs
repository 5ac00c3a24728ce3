using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Evaluation;

/// <summary>An interest declared where the order is followed counts where its handling is judged.</summary>
public sealed class WhenRecusedFromOrder(StreamStore store, TimeProvider time) : IConsumer<RecusedFromOrder>
{
    /// <exception cref="InvalidOperationException">It is ahead of the report that opens the review; it must come again.</exception>
    public static Decision<IReviewEvent> Decide(
        Review? review, RecusedFromOrder said, Policy policy, WorkingCalendar calendar, DateTimeOffset now) => review switch
        {
            null => throw new InvalidOperationException($"An interest in order {said.OrderId} was declared before its review was known here."),
            { IsOver: true } => [],
            _ => DeclaringRecusal.Decide(review, new(said.Ground), said.Person, policy, calendar, now),
        };

    public async Task Consume(ConsumeContext<RecusedFromOrder> context)
    {
        var (said, now, township) = (context.Message, time.GetUtcNow(), new Township(store, context.Cause().Tenant));
        var policy = await township.Policy(now, context.CancellationToken);
        var calendar = await township.Calendar(context.CancellationToken);
        await store.Hear(context, Review.Stream, said.ReviewId, said.CaseId, review => Decide(review, said, policy, calendar, now));
    }
}
