using LiaisonStation.EventStore;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class PublishTests
{
    [Fact]
    public void what_deputies_and_the_public_decided_is_told_and_nothing_else()
    {
        Assert.Equal([new Contracts.Concluded(CaseId, OrderId, ReviewId, 1)], Told(ConcludedRound));
        Assert.Equal(
            [new Contracts.ReturnedForRectification(CaseId, OrderId, ReviewId, 1, "仍有三盏不亮\n线路裸露")], Told(ReturnedRound));
        Assert.Equal([new Contracts.ClosedConfirmed(CaseId, OrderId, ReviewId, 1)], Told(ClosedRound[5..]));
        Assert.Equal([new Contracts.ClosedUnreached(CaseId, OrderId, ReviewId, 1)], Told(UnreachedRound[5..]));
        Assert.Equal([new Contracts.SupervisionRestarted(CaseId, OrderId, ReviewId, 1, "门口一盏未修")], Told(RestartedRound[5..]));
        Assert.Equal(
            [new Contracts.RecusedFromReview(CaseId, ReviewId, First, Contracts.Role.Deputy, "亲属")], Told([new RecusalDeclared(1, First, "亲属")]));
        Assert.Empty(Told([new ReviewEnded(1, Contracts.ItemEnding.ByPresidium, "理由"), new CallBackOverdue(1, Now)]));
    }

    private static IEnumerable<object> Told(IReviewEvent[] events) => events.Select(Recorded).Select(Publish.Message).OfType<object>();

    private static RecordedEvent Recorded(IReviewEvent data) => new(
        1, Id(90), ReviewId, 1, "330225100", "", data, DateTimeOffset.UnixEpoch, CaseId.ToString(), null,
        new(null, "Deputy", null, null));
}
