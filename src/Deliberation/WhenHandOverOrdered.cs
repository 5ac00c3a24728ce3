using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Deliberation;

/// <summary>What was with one person or group is with another now.</summary>
/// <param name="HandOverId">The act by which it was handed over; Intake keeps its ground and document.</param>
public sealed record TopicHandedOver(Guid HandOverId, HandOverKind Kind, Guid From, Guid To) : ITopicEvent;

public sealed class WhenHandOverOrdered(StreamStore store) : IConsumer<HandOverOrdered>
{
    public static Decision<ITopicEvent> Decide(Topic? topic, HandOverOrdered ordered) => topic switch
    {
        { IsOpen: true } when ordered.Kind switch
        {
            HandOverKind.Group => topic.Group == ordered.From,
            HandOverKind.Person => topic.ProposedBy == ordered.From,
            _ => false,
        } && !topic.HandOvers.Contains(ordered.HandOverId) =>
            [new TopicHandedOver(ordered.HandOverId, ordered.Kind, ordered.From, ordered.To)],
        _ => [],
    };

    public async Task Consume(ConsumeContext<HandOverOrdered> context)
    {
        // One message, many streams: each remembers the act itself.
        var (cause, ordered) = (context.Cause() with { Inbox = null, Correlation = null }, context.Message);
        foreach (var topic in await TopicRows.OpenOf(store, cause.Tenant, ordered.From, context.CancellationToken))
        {
            var outcome = await store.Write(
                Topic.Stream, topic, cause, t => Decide(t, ordered), cancellation: context.CancellationToken);
            if (outcome.Kind is not (OutcomeKind.Appended or OutcomeKind.Unchanged))
            {
                throw new InvalidOperationException($"topic {topic} answered {outcome.Kind}; the message must come again.");
            }
        }
    }
}
