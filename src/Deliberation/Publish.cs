using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Batches;
using LiaisonStation.Deliberation.Referrals;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

public static class Publish
{
    public static object? Message(RecordedEvent recorded) => recorded.Data switch
    {
        TopicConfirmed e => new TopicTakenUp(CaseOf(recorded), e.AppealId, recorded.Stream),
        TopicScreenedOut e => new TopicNotTaken(CaseOf(recorded), e.AppealId, recorded.Stream, e.Reason),
        TopicDeclined e => new TopicNotTaken(CaseOf(recorded), e.AppealId, recorded.Stream, e.Reason),
        TopicReferred e => new OrderReferred(
            CaseOf(recorded), e.CaseNumber, recorded.Stream, e.OrderId, e.Title, e.Addressee, e.Group, e.Content, e.Limit, e.Milestones,
            e.Recused, recorded.RecordedAt),
        TopicReferredToCounty e => new CountyCoordinationReferred(
            CaseOf(recorded), e.CaseNumber, recorded.Stream, e.OrderId, e.Title, e.Section, e.Counterpart, e.Group, e.Content, e.Limit,
            e.ReportEveryWorkingDays, e.Policy, e.Recused, recorded.RecordedAt),
        TopicEscalated e => new EscalationReferred(
            CaseOf(recorded), e.CaseNumber, recorded.Stream, e.OrderId, e.Title, e.Group, e.Content, e.Reason, e.Recused,
            recorded.RecordedAt),
        BatchClosed => new BatchDecided(recorded.Stream),
        _ => null,
    };

    /// <summary>The referral leads on to the item's stream, whatever its branch.</summary>
    public static StreamLink? Links(RecordedEvent recorded) => recorded.Data switch
    {
        TopicReferred e => new("supervision", e.OrderId),
        TopicReferredToCounty e => new("supervision", e.OrderId),
        TopicEscalated e => new("supervision", e.OrderId),
        _ => null,
    };

    private static Guid CaseOf(RecordedEvent recorded) => Guid.Parse(recorded.Correlation!);
}
