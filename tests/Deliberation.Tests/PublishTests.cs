using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Referrals;
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
    public void whoever_does_not_take_it_up_tells_intake_why()
    {
        var told = new TopicNotTaken(CaseId, CaseId, TopicId, "已列入明年计划");
        Assert.Equal(told, Publish.Message(Recorded(new TopicDeclined(CaseId, "已列入明年计划", Resolved))));
        Assert.Equal(told, Publish.Message(Recorded(new TopicScreenedOut(CaseId, Met, "已列入明年计划"))));
    }

    [Fact]
    public void each_branch_tells_supervision_in_its_own_message_and_leads_on_to_its_stream()
    {
        Guid[] recused = [Id(45)];
        var (a, b, c) = (
            Handed with { Recused = recused },
            new TopicReferredToCounty(
                Asked.CaseNumber, Asked.Title, OrderId, Section.Id, "县水利局", Group, "协调", Handed.Limit, 15, "built-in", recused, Resolved),
            new TopicEscalated(Asked.CaseNumber, Asked.Title, OrderId, Group, "统筹", "涉及两镇", recused, Resolved));
        Assert.Equal(
            new OrderReferred(
                CaseId, Asked.CaseNumber, TopicId, OrderId, Asked.Title, TownGovernment, Group, "修复全村路灯", Handed.Limit, a.Milestones,
                recused, At),
            Publish.Message(Recorded(a)));
        Assert.Equal(
            new CountyCoordinationReferred(
                CaseId, Asked.CaseNumber, TopicId, OrderId, Asked.Title, Section.Id, "县水利局", Group, "协调", Handed.Limit, 15, "built-in",
                recused, At),
            Publish.Message(Recorded(b)));
        Assert.Equal(
            new EscalationReferred(
                CaseId, Asked.CaseNumber, TopicId, OrderId, Asked.Title, Group, "统筹", "涉及两镇", recused, At),
            Publish.Message(Recorded(c)));
        Assert.All(
            new ITopicEvent[] { a, b, c }, e => Assert.Equal(new StreamLink("supervision", OrderId), Publish.Links(Recorded(e))));
    }

    [Fact]
    public void the_rest_stays_in_the_house()
    {
        foreach (var e in WholeWay.Except([Confirmed, Handed]))
        {
            Assert.Null(Publish.Message(Recorded(e)));
            Assert.Null(Publish.Links(Recorded(e)));
        }
    }

    private static RecordedEvent Recorded(ITopicEvent data) => new(
        1, Id(90), TopicId, 1, "330225100", "", data, At, CaseId.ToString(), null, new(null, null, null, null));
}
