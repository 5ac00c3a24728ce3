using LiaisonStation.EventStore;

namespace LiaisonStation.Supervision;

public static class Publish
{
    public static object? Message(RecordedEvent recorded) => recorded.Data switch
    {
        HandlingReported e => new Contracts.HandlingReported(
            Guid.Parse(recorded.Correlation!), e.CaseNumber, recorded.Stream, e.ReviewId, e.Round, Contracts.Branch.TownOrder, e.Title, e.Unit,
            [e.Unit], e.Group, [e.HandledBy], [], e.Summary, Rules.BusinessTime.DateOf(recorded.RecordedAt), null, recorded.RecordedAt),
        _ => null,
    };
}
