using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Evaluation;

public sealed class WhenHandlingReported(StreamStore store) : IConsumer<HandlingReported>
{
    /// <exception cref="InvalidOperationException">The report is ahead of what is known here; it must come again.</exception>
    public static Decision<IReviewEvent> Decide(Review? review, HandlingReported said) => review switch
    {
        { Stage: ReviewStage.ClosedConfirmed } => [],
        { Rounds: [.., { Number: var known }] } when said.Round <= known => [],
        null when said.Round == 1 => Open(said),
        { Stage: ReviewStage.ReturnedForRectification or ReviewStage.SupervisionRestarted, Rounds: [.., { Number: var known }] }
            when said.Round == known + 1 => Open(said),
        _ => throw new InvalidOperationException($"Round {said.Round} was reported before the round before it was decided here."),
    };

    public Task Consume(ConsumeContext<HandlingReported> context) =>
        store.Hear(
            context, Review.Stream, context.Message.ReviewId, context.Message.CaseId, review => Decide(review, context.Message));

    private static Decision<IReviewEvent> Open(HandlingReported said) =>
        [new ReviewOpened(
            said.Round, said.CaseId, said.CaseNumber, said.OrderId, said.Title, said.Unit, said.Group, said.Handlers[^1],
            said.Summary)];
}
