using LiaisonStation.EventStore;

namespace LiaisonStation.Evaluation;

public static class Publish
{
    public static object? Message(RecordedEvent recorded) => recorded.Data switch
    {
        Concluded e => new Contracts.Concluded(CaseOf(recorded), e.OrderId, recorded.Stream, e.Round),
        ReturnedForRectification e => new Contracts.ReturnedForRectification(
            CaseOf(recorded), e.OrderId, recorded.Stream, e.Round, e.Reason),
        SupervisionRestarted e => new Contracts.SupervisionRestarted(
            CaseOf(recorded), e.OrderId, recorded.Stream, e.Round, e.Reason),
        ClosedConfirmed e => new Contracts.ClosedConfirmed(CaseOf(recorded), e.OrderId, recorded.Stream, e.Round),
        ClosedUnreached e => new Contracts.ClosedUnreached(CaseOf(recorded), e.OrderId, recorded.Stream, e.Round),
        RecusalDeclared e => new Contracts.RecusedFromReview(
            CaseOf(recorded), recorded.Stream, e.Person, Enum.Parse<Contracts.Role>(recorded.Headers.Role!), e.Ground),
        _ => null,
    };

    private static Guid CaseOf(RecordedEvent recorded) => Guid.Parse(recorded.Correlation!);
}
