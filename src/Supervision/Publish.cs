using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

public static class Publish
{
    public static object? Message(RecordedEvent recorded) => recorded.Data switch
    {
        HandlingReported e => new Contracts.HandlingReported(
            CaseId(recorded), e.CaseNumber, recorded.Stream, e.ReviewId, e.Round, e.Branch, e.Title, e.Unit, e.Units, e.Group, e.Handlers,
            e.Recused, e.Summary, e.HandledOn ?? BusinessTime.DateOf(recorded.RecordedAt), e.Limit, recorded.RecordedAt),
        OrderOverdue e => new Contracts.OrderOverdue(CaseId(recorded), e.CaseNumber, recorded.Stream, e.Round, e.Unit, e.DueAt),
        AccountabilityResultRecorded e => new Contracts.AccountabilityRecorded(
            CaseId(recorded), e.CaseNumber, recorded.Stream, recorded.Id, e.Unit, e.Measure, e.DecidedOn),
        ItemEnded e => new Contracts.ItemEnded(CaseId(recorded), recorded.Stream, e.Round, e.Ending, e.Reason),
        RecusalDeclared { ReviewId: { } review } e => new Contracts.RecusedFromOrder(
            CaseId(recorded), recorded.Stream, review, e.Person, e.As, e.Ground),
        _ => null,
    };

    private static Guid CaseId(RecordedEvent recorded) => Guid.Parse(recorded.Correlation!);
}
