using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class TopicTests
{
    public static TheoryData<TopicStage> Stages => [.. Enum.GetValues<TopicStage>()];

    [Fact]
    public void asking_to_be_taken_up_proposes_a_topic() => AssertHappened(Proposed, WhenTakeUpRequested.Decide(null, Asked));

    [Theory]
    [MemberData(nameof(Stages))]
    public void asking_again_changes_nothing_however_far_the_topic_is(TopicStage stage) =>
        AssertNothing(WhenTakeUpRequested.Decide(At(stage), Asked));

    [Fact]
    public void a_topic_that_meets_all_criteria_is_screened() =>
        AssertHappened(Screened, ScreeningTopic.Decide(At(TopicStage.Proposed), Met));

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void one_criterion_missing_is_enough_to_refuse(bool livelihood, bool complex, bool longSpan) => AssertRefused(
        ScreeningTopic.Decide(At(TopicStage.Proposed), new(new(livelihood, "甲"), new(complex, "乙"), new(longSpan, "丙"))),
        RefusalKind.Rule, "criteria-not-met");

    [Theory]
    [InlineData(TopicStage.Screened)]
    [InlineData(TopicStage.Referred)]
    public void the_same_screening_twice_changes_nothing(TopicStage stage) => AssertNothing(ScreeningTopic.Decide(At(stage), Met));

    [Fact]
    public void another_screening_is_refused() => AssertRefused(
        ScreeningTopic.Decide(At(TopicStage.Screened), Met with { Complex = new(true, "另有理由") }),
        RefusalKind.State, "topic-already-screened");

    [Fact]
    public void a_meeting_confirms_a_screened_topic_and_assigns_the_group() =>
        AssertHappened(Confirmed, Confirm(At(TopicStage.Screened), Carried));

    [Fact]
    public void a_topic_not_screened_is_not_confirmed() =>
        AssertRefused(Confirm(At(TopicStage.Proposed), Carried), RefusalKind.State, "topic-not-screened");

    [Fact]
    public void the_same_meeting_entered_twice_changes_nothing() => AssertNothing(
        Confirm(At(TopicStage.Confirmed), Carried with { Attended = [Id(41), Id(42), Id(43)] }));

    [Fact]
    public void another_meeting_on_a_confirmed_topic_is_refused() => AssertRefused(
        Confirm(At(TopicStage.Confirmed), Carried with { Attended = [Id(41), Id(42), Id(44)] }),
        RefusalKind.State, "topic-already-confirmed");

    [Fact]
    public void a_confirmed_topic_is_not_given_to_another_group() => AssertRefused(
        ConfirmingTopic.Decide(At(TopicStage.Deliberated), new(Carried, Id(21)), Presidium, true, Today),
        RefusalKind.State, "topic-already-confirmed");

    [Fact]
    public void only_a_supervision_group_of_the_township_is_assigned() => AssertRefused(
        ConfirmingTopic.Decide(At(TopicStage.Screened), new(Carried, Group), Presidium, false, Today),
        RefusalKind.Rule, "not-a-supervision-group");

    [Fact]
    public void a_street_without_a_presidium_confirms_nothing() => AssertRefused(
        ConfirmingTopic.Decide(At(TopicStage.Screened), new(Carried, Group), null, true, Today),
        RefusalKind.Rule, "no-presidium-here");

    [Fact]
    public void the_group_assigned_deliberates() =>
        AssertHappened(Advised, DeliberatingTopic.Decide(At(TopicStage.Confirmed), Deliberated, [Group], Today));

    [Theory]
    [InlineData(TopicStage.Proposed)]
    [InlineData(TopicStage.Screened)]
    public void a_topic_not_confirmed_is_not_deliberated(TopicStage stage) => AssertRefused(
        DeliberatingTopic.Decide(At(stage), Deliberated, [Group], Today), RefusalKind.State, "topic-not-confirmed");

    [Fact]
    public void another_group_does_not_deliberate() => AssertRefused(
        DeliberatingTopic.Decide(At(TopicStage.Confirmed), Deliberated, [Id(21)], Today),
        RefusalKind.Forbidden, "not-of-the-group-assigned");

    [Fact]
    public void a_meeting_of_tomorrow_has_not_deliberated() => AssertRefused(
        DeliberatingTopic.Decide(At(TopicStage.Confirmed), Deliberated with { HeldOn = Today.AddDays(1) }, [Group], Today),
        RefusalKind.Rule, "meeting-not-held-yet");

    [Theory]
    [InlineData(TopicStage.Deliberated)]
    [InlineData(TopicStage.Referred)]
    public void the_same_advice_twice_changes_nothing(TopicStage stage) =>
        AssertNothing(DeliberatingTopic.Decide(At(stage), Deliberated, [Group], Today));

    [Fact]
    public void other_advice_on_a_deliberated_topic_is_refused() => AssertRefused(
        DeliberatingTopic.Decide(At(TopicStage.Deliberated), Deliberated with { Advice = "先管后修" }, [Group], Today),
        RefusalKind.State, "topic-already-deliberated");

    [Fact]
    public void a_meeting_refers_a_deliberated_topic_to_the_town_government() =>
        AssertHappened(Handed, Refer(At(TopicStage.Deliberated), Referred));

    [Fact]
    public void a_limit_may_end_today() =>
        Assert.Null(Refer(At(TopicStage.Deliberated), Referred with { DueOn = Today }).Refusal);

    [Fact]
    public void a_limit_before_today_is_refused() => AssertRefused(
        Refer(At(TopicStage.Deliberated), Referred with { DueOn = Today.AddDays(-1) }), RefusalKind.Rule, "due-date-past");

    [Fact]
    public void only_a_town_government_is_addressed() => AssertRefused(
        ReferringTopic.Decide(At(TopicStage.Deliberated), Referred, OrderId, Presidium, isTownGovernment: false, Today),
        RefusalKind.Rule, "addressee-not-town-government");

    [Fact]
    public void a_referral_without_quorum_is_refused() => AssertRefused(
        Refer(At(TopicStage.Deliberated), Referred with { Meeting = Carried with { Attended = [Id(41), Id(42)], For = 2 } }),
        RefusalKind.Rule, "quorum-missing");

    [Theory]
    [InlineData(TopicStage.Proposed)]
    [InlineData(TopicStage.Screened)]
    [InlineData(TopicStage.Confirmed)]
    public void a_topic_not_deliberated_is_not_referred(TopicStage stage) =>
        AssertRefused(Refer(At(stage), Referred), RefusalKind.State, "topic-not-deliberated");

    [Fact]
    public void the_same_referral_twice_changes_nothing_even_when_its_limit_has_passed() => AssertNothing(
        ReferringTopic.Decide(At(TopicStage.Referred), Referred, OrderId, Presidium, true, Today.AddDays(100)));

    [Fact]
    public void another_referral_of_a_referred_topic_is_refused() => AssertRefused(
        Refer(At(TopicStage.Referred), Referred with { Content = "另行办理" }), RefusalKind.State, "topic-already-referred");

    [Fact]
    public void an_event_out_of_its_order_is_a_bug_and_not_a_state() =>
        Assert.Throws<InvalidOperationException>(() => Fold(Screened));

    [Theory]
    [InlineData(TopicStage.Proposed, "screen-topic", Role.CongressOffice)]
    [InlineData(TopicStage.Screened, "confirm-topic", Role.Presidium)]
    [InlineData(TopicStage.Confirmed, "deliberate-topic", Role.SupervisionGroup)]
    [InlineData(TopicStage.Deliberated, "refer-topic", Role.Presidium)]
    public void every_open_stage_waits_for_somebody(TopicStage stage, string act, Role role)
    {
        var waiting = Deliberation.Waits(At(stage))!;
        Assert.Equal((act, CaseId, Asked.CaseNumber), (waiting.Act, waiting.CaseId, waiting.CaseNumber));
        Assert.Equal([role], waiting.Roles);
        Assert.Equal(stage == TopicStage.Confirmed ? Group : null, waiting.Group);
    }

    [Fact]
    public void a_referred_topic_waits_for_nobody() => Assert.Null(Deliberation.Waits(At(TopicStage.Referred)));

    private static Decision<ITopicEvent> Confirm(Topic topic, Meeting meeting) =>
        ConfirmingTopic.Decide(topic, new(meeting, Group), Presidium, true, Today);

    private static Decision<ITopicEvent> Refer(Topic topic, ReferTopic command) =>
        ReferringTopic.Decide(topic, command, OrderId, Presidium, true, Today);
}
