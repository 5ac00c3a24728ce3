using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Deliberation;

public sealed class WhenTakeUpRequested(StreamStore store) : IConsumer<TakeUpRequested>
{
    public static Decision<ITopicEvent> Decide(Topic? topic, TakeUpRequested asked) => topic is not null
        ? []
        : [new TopicProposed(
            asked.CaseId, asked.CaseNumber, asked.AppealId, asked.Title, asked.Text, asked.ProposedBy, asked.ProposedAs,
            asked.Ground)];

    public Task Consume(ConsumeContext<TakeUpRequested> context) =>
        store.Hear(
            context, Topic.Stream, context.Message.TopicId, context.Message.CaseId, topic => Decide(topic, context.Message));
}
