using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class PublishTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 10, 1, 2, 3, TimeSpan.Zero);

    [Fact]
    public void confirmation_tells_intake_that_the_topic_is_taken_up() =>
        Assert.Equal(new TopicTakenUp(CaseId, CaseId, TopicId), Publish.Message(Recorded(Confirmed)));

    [Fact]
    public void referral_tells_supervision_to_issue_the_order() => Assert.Equal(
        new OrderReferred(
            CaseId, Asked.CaseNumber, TopicId, OrderId, Asked.Title, TownGovernment, Group, "修复全村路灯", Today.AddDays(15), At),
        Publish.Message(Recorded(Handed)));

    [Fact]
    public void the_rest_stays_in_the_house()
    {
        foreach (var e in new[] { Proposed, Screened, Advised })
        {
            Assert.Null(Publish.Message(Recorded(e)));
        }
    }

    [Fact]
    public void only_the_referral_leads_on_to_another_stream() => Assert.Equal(
        [new StreamLink("supervision", OrderId)],
        WholeWay.Select(Recorded).Select(Deliberation.Module.Links).OfType<StreamLink>());

    private static RecordedEvent Recorded(ITopicEvent data) => new(
        1, Id(90), TopicId, 1, "330225100", "", data, At, CaseId.ToString(), null, new(null, null, null, null));
}
