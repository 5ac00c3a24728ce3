using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Deliberation.Tests;

/// <summary>One township's Presidium of five, its groups, and a topic at every stage.</summary>
internal static class Sample
{
    public static readonly DateOnly Today = new(2026, 3, 10);
    public static readonly Guid CaseId = Id(1);
    public static readonly Guid TopicId = Id(2);
    public static readonly Guid OrderId = Id(3);
    public static readonly Guid Resident = Id(10);
    public static readonly Guid Proposer = Id(11);
    public static readonly Guid Group = Id(20);
    public static readonly Guid TownGovernment = Id(30);
    public static readonly Guid[] Presidium = [Id(41), Id(42), Id(43), Id(44), Id(45)];

    public static readonly TakeUpRequested Asked = new(
        CaseId, "330225100-20260301-0001", CaseId, TopicId, new(Resident, "村口的路灯坏了"), new(Resident, "已经半年了，晚上看不见路"),
        Proposer, Role.Deputy, "多位村民反映");

    public static readonly Criteria Met = new(new(true, "涉及出行安全"), new(true, "涉及两个部门"), new(true, "已逾半年"));

    public static readonly Meeting Carried = new(Today, [Id(41), Id(42), Id(43)], For: 3, Against: 0, Abstained: 0);

    public static readonly DeliberateTopic Deliberated = new(Today, "先修后管", "本月内修复全部路灯");

    public static readonly ReferTopic Referred = new(Carried, TownGovernment, Today.AddDays(15), "修复全村路灯");

    public static readonly ITopicEvent Proposed = new TopicProposed(
        Asked.CaseId, Asked.CaseNumber, Asked.AppealId, Asked.Title, Asked.Text, Asked.ProposedBy, Asked.ProposedAs, Asked.Ground);

    public static readonly ITopicEvent Screened = new TopicScreened(Met);

    public static readonly ITopicEvent Confirmed = new TopicConfirmed(CaseId, Group, Carried);

    public static readonly ITopicEvent Advised = new TopicDeliberated(new(Today, "先修后管", "本月内修复全部路灯"));

    public static readonly ITopicEvent Handed = new TopicReferred(
        Asked.CaseNumber, Asked.Title, OrderId, TownGovernment, Group, Referred.Content, Referred.DueOn, Carried);

    public static readonly ITopicEvent[] WholeWay = [Proposed, Screened, Confirmed, Advised, Handed];

    public static Topic At(TopicStage stage) => Fold(WholeWay[..((int)stage + 1)]);

    public static Topic Fold(params ITopicEvent[] events) => events.Aggregate((Topic?)null, Topic.Evolve)!;

    public static Guid Id(int n) => new($"00000000-0000-7000-8000-{n:d12}");

    public static void AssertRefused(Decision<ITopicEvent> decision, RefusalKind kind, string code)
    {
        Assert.Equal(new Refusal(kind, code), decision.Refusal);
        Assert.Empty(decision.Events);
    }

    public static void AssertNothing(Decision<ITopicEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Events);
    }

    public static void AssertHappened(ITopicEvent expected, Decision<ITopicEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(expected, Assert.Single(decision.Events));
    }
}
