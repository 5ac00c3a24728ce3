using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Deliberation;

public static class Publish
{
    public static object? Message(RecordedEvent recorded) => recorded.Data switch
    {
        TopicConfirmed e => new TopicTakenUp(CaseOf(recorded), e.AppealId, recorded.Stream),
        TopicReferred e => new OrderReferred(
            CaseOf(recorded), e.CaseNumber, recorded.Stream, e.OrderId, e.Title, e.Addressee, e.Group, e.Content,
            new Limit(BusinessTime.DateOf(recorded.RecordedAt), null, e.DueOn, e.DueOn, Policy.BuiltIn.Version), [], [], recorded.RecordedAt),
        _ => null,
    };

    private static Guid CaseOf(RecordedEvent recorded) => Guid.Parse(recorded.Correlation!);
}
