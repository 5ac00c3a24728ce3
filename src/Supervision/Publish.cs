using LiaisonStation.EventStore;

namespace LiaisonStation.Supervision;

public static class Publish
{
    public static object? Message(RecordedEvent recorded) => recorded.Data switch
    {
        HandlingReported e => new Contracts.HandlingReported(
            Guid.Parse(recorded.Correlation!), e.CaseNumber, recorded.Stream, e.ReviewId, e.Round, e.Title, e.Unit, e.Group,
            e.HandledBy, e.Summary),
        _ => null,
    };
}
