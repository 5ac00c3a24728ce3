using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Batches;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Deliberation;

public sealed class WhenTakeUpRequested(StreamStore store, TimeProvider time) : IConsumer<TakeUpRequested>
{
    public static Decision<ITopicEvent> Decide(Topic? topic, TakeUpRequested asked, Place place) => topic is not null
        ? []
        :
        [
            new TopicProposed(
                asked.CaseId, asked.CaseNumber, asked.AppealId, asked.Title, asked.Text, asked.ProposedBy, asked.ProposedAs,
                asked.Ground),
            new TopicEnteredBatch(place),
            .. asked.Recused.Select(person => new RecusalDeclared(person, RecusalGround.Interest)),
        ];

    public async Task Consume(ConsumeContext<TakeUpRequested> context)
    {
        var (cause, today, cancellation) = (context.Cause(), BusinessTime.DateOf(time.GetUtcNow()), context.CancellationToken);
        var township = new Township(store, cause.Tenant);
        var place = Place.In(
            await OpeningBatch.Ensure(store, cause, Month.Of(today), cancellation), today,
            await township.Policy(today, cancellation), await township.Calendar(cancellation));
        await store.Hear(
            context, Topic.Stream, context.Message.TopicId, context.Message.CaseId, topic => Decide(topic, context.Message, place));
    }
}
