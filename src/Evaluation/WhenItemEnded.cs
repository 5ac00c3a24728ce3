using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Evaluation;

public sealed class WhenItemEnded(StreamStore store) : IConsumer<ItemEnded>
{
    /// <exception cref="InvalidOperationException">It is ahead of the report that opens the review; it must come again.</exception>
    public static Decision<IReviewEvent> Decide(Review? review, ItemEnded said) => review switch
    {
        // The Presidium ends only what was restarted, so its review is on its way. An escalation may end before anything was handled.
        null => said.Ending == ItemEnding.ByStandingCommittee && said.Round == 1
            ? []
            : throw new InvalidOperationException($"The item of order {said.OrderId} ended before its review was known here."),
        { IsOver: true } => [],
        _ => [new ReviewEnded(said.Round, said.Ending, said.Reason)],
    };

    public Task Consume(ConsumeContext<ItemEnded> context) => store.Hear(
        context, Review.Stream, Uuid.Derive(context.Message.OrderId, "review"), context.Message.CaseId,
        review => Decide(review, context.Message));
}
