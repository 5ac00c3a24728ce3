using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Deliberation;

public static class Publish
{
    public static object? Message(RecordedEvent recorded) => recorded.Data switch
    {
        TopicConfirmed e => new TopicTakenUp(CaseOf(recorded), e.AppealId, recorded.Stream),
        TopicReferred e => new OrderReferred(
            CaseOf(recorded), e.CaseNumber, recorded.Stream, e.OrderId, e.Title, e.Addressee, e.Group, e.Content, e.DueOn,
            recorded.RecordedAt),
        _ => null,
    };

    private static Guid CaseOf(RecordedEvent recorded) => Guid.Parse(recorded.Correlation!);
}
