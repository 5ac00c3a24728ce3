using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;

namespace LiaisonStation.Evaluation;

public sealed class WhenHandlingReported(StreamStore store) : IConsumer<HandlingReported>
{
    /// <param name="able">Members of the group who may judge, as far as the registry is known here.</param>
    /// <param name="policy">That of the day of the report.</param>
    /// <exception cref="InvalidOperationException">The report is ahead of what is known here; it must come again.</exception>
    public static Decision<IReviewEvent> Decide(Review? review, HandlingReported said, IReadOnlyList<Guid> able, Policy policy, WorkingCalendar calendar) =>
        review switch
        {
            { IsOver: true } => [],
            { Rounds: [.., { Number: var known }] } when said.Round <= known => [],
            null when said.Round == 1 => Open(said, able, policy, calendar),
            { Stage: ReviewStage.ReturnedForRectification or ReviewStage.SupervisionRestarted, Rounds: [.., { Number: var known }] }
                when said.Round == known + 1 => Open(said, able, policy, calendar),
            _ => throw new InvalidOperationException($"Round {said.Round} was reported before the round before it was decided here."),
        };

    public async Task Consume(ConsumeContext<HandlingReported> context)
    {
        var (said, township) = (context.Message, new Township(store, context.Cause().Tenant));
        var able = await township.Able(said.Group, said.Units, context.CancellationToken);
        var policy = await township.Policy(said.ReportedAt, context.CancellationToken);
        var calendar = await township.Calendar(context.CancellationToken);
        await store.Hear(context, Review.Stream, said.ReviewId, said.CaseId, review => Decide(review, said, able, policy, calendar));
    }

    private static Decision<IReviewEvent> Open(HandlingReported said, IReadOnlyList<Guid> able, Policy policy, WorkingCalendar calendar) =>
    [
        new ReviewOpened(
            said.Round, said.CaseId, said.CaseNumber, said.OrderId, said.Branch, said.Title, said.Unit, said.Units, said.Group,
            said.Handlers, said.Recused, said.Summary, said.HandledOn, said.Limit, said.ReportedAt, able, policy.Reviewers, policy.Version),
        new ReviewDue(said.Round, calendar.Limit(BusinessTime.DateOf(said.ReportedAt), policy.ReviewWorkingDays, policy)),
    ];
}
