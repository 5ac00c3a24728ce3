using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Referrals;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class ReferralTests
{
    private static readonly ReferToCounty Coordinated = new(Section.Id, "县水利局", "协调上游泄洪", WorkingDays: 10, Meeting: Carried);

    private static readonly EscalateTopic Escalated = new("涉及两镇", "请县里统筹", Carried);

    private static readonly Policy ToSections = Policy.Of(
        [new("330225100", 1, new(2026, 1, 1), AdoptingBody.Presidium, "主席团〔2026〕2号", new() { OrdersToSections = true, OrderWorkingDays = 20 })],
        "330225100", Today);

    private static readonly Topic Deliberated = At(TopicStage.Deliberated);

    [Fact]
    public void a_meeting_refers_a_deliberated_topic_to_the_town_government() => AssertHappened(Refer(Deliberated, Referred), Handed);

    [Fact]
    public void a_limit_left_out_is_policys_and_one_set_as_a_date_is_that_date()
    {
        // 15 working days after 10 March: to the 31st. Of 20, with Qingming from 4 to 6 April: to 8 April.
        Assert.Equal(new(Today, 15, new(2026, 3, 31), new(2026, 3, 31), "built-in"), LimitOf(Refer(Deliberated, Referred with { WorkingDays = null })));
        Assert.Equal(
            new(Today, 20, new(2026, 4, 8), new(2026, 4, 8), "built-in+330225100/1"),
            LimitOf(Refer(Deliberated, Referred with { WorkingDays = null }, Government, Recorder with { Policy = ToSections })));
        Assert.Equal(
            new(Today, null, new(2026, 4, 5), new(2026, 4, 3), "built-in"),
            LimitOf(Refer(Deliberated, Referred with { WorkingDays = null, DueOn = new(2026, 4, 5) })));
        Assert.Equal(Today, LimitOf(Refer(Deliberated, Referred with { WorkingDays = null, DueOn = Today }))!.DueOn);
        AssertRefused(
            Refer(Deliberated, Referred with { WorkingDays = null, DueOn = Today.AddDays(-1) }), RefusalKind.Rule, "due-date-past");
    }

    [Fact]
    public void a_limit_beyond_the_calendar_is_issued_all_the_same_with_its_date_pending()
    {
        var late = Recorder with { Today = new(2026, 12, 28) };
        Assert.Equal(new(late.Today, 10, null, null, "built-in"), LimitOf(Refer(Deliberated, Referred, Government, late)));
        Assert.Null(Refer(Deliberated, Referred with { Milestones = [new("甲", new(2026, 12, 31))] }, Government, late).Refusal);
        AssertRefused(
            Refer(Deliberated, Referred with { Milestones = [new("甲", new(2027, 1, 1))] }, Government, late),
            RefusalKind.Rule, "milestone-beyond-calendar");
    }

    [Fact]
    public void milestones_stand_in_order_and_within_the_limit()
    {
        var two = Referred with { Milestones = [new("完成修复", new(2026, 3, 24)), new("完成勘查", Today)] };
        AssertHappened(Refer(Deliberated, two), Handed with { Milestones = [new("完成勘查", Today), new("完成修复", new(2026, 3, 24))] });
        AssertRefused(
            Refer(Deliberated, Referred with { Milestones = [new("甲", new(2026, 3, 25))] }), RefusalKind.Rule, "milestone-after-limit");
        AssertRefused(
            Refer(Deliberated, Referred with { Milestones = [new("甲", Today.AddDays(-1))] }), RefusalKind.Rule, "milestone-past");
        var referred = Topic.Evolve(Deliberated, Assert.Single(Refer(Deliberated, two).Events));
        AssertNothing(Refer(referred, two));
        AssertRefused(Refer(referred, two with { Milestones = [] }), RefusalKind.State, "topic-already-referred");
    }

    [Fact]
    public void the_addressee_is_the_town_government_and_a_section_only_by_policy()
    {
        AssertRefused(Refer(Deliberated, Referred, null), RefusalKind.Rule, "addressee-not-town-government");
        AssertRefused(
            Refer(Deliberated, Referred, Government with { Kind = UnitKind.Station }), RefusalKind.Rule, "addressee-not-town-government");
        AssertRefused(Refer(Deliberated, Referred, Section), RefusalKind.Rule, "section-not-ordered-directly");
        AssertHappened(
            Refer(Deliberated, Referred with { Addressee = Section.Id }, Section, Recorder with { Policy = ToSections }),
            Handed with { Addressee = Section.Id, Limit = Handed.Limit with { Policy = ToSections.Version } });
    }

    [Fact]
    public void a_section_follows_the_matter_up_with_a_county_department()
    {
        AssertHappened(
            Coordinate(Deliberated, Coordinated, Section),
            new TopicReferredToCounty(
                Asked.CaseNumber, Asked.Title, OrderId, Section.Id, "县水利局", Group, "协调上游泄洪", Handed.Limit, 15, "built-in", [], Resolved));
        AssertRefused(Coordinate(Deliberated, Coordinated, Government), RefusalKind.Rule, "not-a-section");
        AssertRefused(Coordinate(Deliberated, Coordinated, null), RefusalKind.Rule, "not-a-section");
        AssertRefused(
            Coordinate(Deliberated, Coordinated with { WorkingDays = null, DueOn = Today.AddDays(-1) }, Section), RefusalKind.Rule, "due-date-past");
    }

    [Fact]
    public void a_chair_who_may_refer_alone_may_not_escalate_alone_unless_that_is_listed_too()
    {
        Presiding Left(params ChairAct[] acts) => Chair with
        {
            Policy = Policy.Of(
                [new("330225100", 1, new(2026, 1, 1), AdoptingBody.Presidium, "主席团〔2026〕1号", new() { ChairActsAlone = acts })], "330225100", Today),
        };
        AssertRefused(Escalate(Deliberated, Escalated, Left(ChairAct.ReferTopic)), RefusalKind.Forbidden, "chair-not-alone");
        Assert.Single(Escalate(Deliberated, Escalated, Left(ChairAct.ReferTopic, ChairAct.EscalateTopic)).Events);
    }

    [Fact]
    public void what_cannot_be_solved_in_the_township_is_escalated() => AssertHappened(
        Escalate(Deliberated, Escalated),
        new TopicEscalated(Asked.CaseNumber, Asked.Title, OrderId, Group, "请县里统筹", "涉及两镇", [], Resolved));

    [Fact]
    public void whoever_is_recused_is_carried_along_and_sits_in_no_meeting_on_it()
    {
        var recused = Deliberated with { Recused = [Id(45)] };
        Assert.Equal([Id(45)], Assert.IsType<TopicReferred>(Assert.Single(Refer(recused, Referred).Events)).Recused);
        Assert.Equal([Id(45)], Assert.IsType<TopicReferredToCounty>(Assert.Single(Coordinate(recused, Coordinated, Section).Events)).Recused);
        Assert.Equal([Id(45)], Assert.IsType<TopicEscalated>(Assert.Single(Escalate(recused, Escalated).Events)).Recused);
        recused = Deliberated with { Recused = [Id(43)] };
        AssertRefused(Refer(recused, Referred), RefusalKind.Rule, "attended-recused");
        AssertRefused(Coordinate(recused, Coordinated, Section), RefusalKind.Rule, "attended-recused");
        AssertRefused(Escalate(recused, Escalated), RefusalKind.Rule, "attended-recused");
    }

    [Theory]
    [InlineData(TopicStage.Proposed, "topic-not-deliberated")]
    [InlineData(TopicStage.Returned, "topic-not-deliberated")]
    [InlineData(TopicStage.Screened, "topic-not-deliberated")]
    [InlineData(TopicStage.Confirmed, "topic-not-deliberated")]
    [InlineData(TopicStage.NotTaken, "topic-not-taken")]
    public void a_topic_not_deliberated_is_not_referred(TopicStage stage, string code)
    {
        AssertRefused(Refer(At(stage), Referred), RefusalKind.State, code);
        AssertRefused(Coordinate(At(stage), Coordinated, Section), RefusalKind.State, code);
        AssertRefused(Escalate(At(stage), Escalated), RefusalKind.State, code);
    }

    [Fact]
    public void the_same_referral_twice_changes_nothing_even_when_its_limit_has_passed()
    {
        var later = Recorder with { Today = Today.AddDays(100) };
        AssertNothing(Refer(At(TopicStage.Referred), Referred, Government, later));
        AssertNothing(Refer(At(TopicStage.Referred), Referred with { WorkingDays = null }, Government, later));
        AssertNothing(Coordinate(
            Topic.Evolve(Deliberated, Assert.Single(Coordinate(Deliberated, Coordinated, Section).Events)), Coordinated, Section, later));
        AssertNothing(Escalate(Topic.Evolve(Deliberated, Assert.Single(Escalate(Deliberated, Escalated).Events)), Escalated, later));
    }

    [Fact]
    public void there_is_one_referral_of_a_topic_in_whatever_branch()
    {
        var referred = At(TopicStage.Referred);
        AssertRefused(Refer(referred, Referred with { Content = "另行办理" }), RefusalKind.State, "topic-already-referred");
        AssertRefused(Refer(referred, Referred with { WorkingDays = 11 }), RefusalKind.State, "topic-already-referred");
        AssertRefused(
            Refer(referred, Referred with { WorkingDays = null, DueOn = Handed.Limit.DueOn }), RefusalKind.State, "topic-already-referred");
        AssertRefused(Coordinate(referred, Coordinated, Section), RefusalKind.State, "topic-already-referred");
        AssertRefused(Escalate(referred, Escalated), RefusalKind.State, "topic-already-referred");
        AssertRefused(
            Refer(Topic.Evolve(Deliberated, Assert.Single(Escalate(Deliberated, Escalated).Events)), Referred),
            RefusalKind.State, "topic-already-referred");
    }

    [Fact]
    public void without_quorum_nothing_is_referred()
    {
        var few = Carried with { Attended = [Id(41), Id(42)], For = 2 };
        AssertRefused(Refer(Deliberated, Referred with { Meeting = few }), RefusalKind.Rule, "quorum-missing");
        AssertRefused(Coordinate(Deliberated, Coordinated with { Meeting = few }, Section), RefusalKind.Rule, "quorum-missing");
        AssertRefused(Escalate(Deliberated, Escalated with { Meeting = few }), RefusalKind.Rule, "quorum-missing");
    }

    [Fact]
    public void an_old_referral_reads_as_an_order_with_a_date()
    {
        var read = new TopicReferredV1(
            Asked.CaseNumber, Asked.Title, OrderId, TownGovernment, Group, Referred.Content, new(2026, 3, 24), Carried).Now();
        AssertHappened([read], Handed with { Limit = new(Today, null, new(2026, 3, 24), new(2026, 3, 24), "built-in") });
    }

    private static Limit? LimitOf(Decision<ITopicEvent> decision) => Assert.IsType<TopicReferred>(Assert.Single(decision.Events)).Limit;

    private static Decision<ITopicEvent> Refer(Topic topic, ReferTopic command) => Refer(topic, command, Government);

    private static Decision<ITopicEvent> Refer(Topic topic, ReferTopic command, KnownUnit? addressee, Presiding? who = null) =>
        ReferringTopic.Decide(topic, command, OrderId, addressee, who ?? Recorder);

    private static Decision<ITopicEvent> Coordinate(Topic topic, ReferToCounty command, KnownUnit? section, Presiding? who = null) =>
        ReferringToCounty.Decide(topic, command, OrderId, section, who ?? Recorder);

    private static Decision<ITopicEvent> Escalate(Topic topic, EscalateTopic command, Presiding? who = null) =>
        EscalatingTopic.Decide(topic, command, OrderId, who ?? Recorder);
}
