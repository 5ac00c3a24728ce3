using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class TopicTests
{
    public static TheoryData<TopicStage> Stages => [.. Enum.GetValues<TopicStage>()];

    [Fact]
    public void asking_to_be_taken_up_proposes_a_topic_for_the_months_batch() =>
        AssertHappened(WhenTakeUpRequested.Decide(null, Asked, March), Proposed, Entered);

    [Fact]
    public void who_declared_an_interest_in_the_appeal_takes_no_part_in_the_topic() => AssertHappened(
        WhenTakeUpRequested.Decide(null, Asked with { Recused = [Id(61)] }, March), Proposed, Entered,
        new RecusalDeclared(Id(61), RecusalGround.Interest));

    [Theory]
    [MemberData(nameof(Stages))]
    public void asking_again_changes_nothing_however_far_the_topic_is(TopicStage stage) =>
        AssertNothing(WhenTakeUpRequested.Decide(At(stage), Asked, March));

    [Fact]
    public void a_month_is_screened_by_the_fifth_and_decided_on_by_the_tenth_of_the_next() =>
        Assert.Equal(March, Place.In(new(2026, 3), Today, Policy.BuiltIn, Calendar));

    [Fact]
    public void a_topic_that_meets_all_criteria_is_screened() => AssertHappened(Screen(At(TopicStage.Proposed), Screening), Screened);

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void one_criterion_missing_is_enough_not_to_take_it(bool livelihood, bool complex, bool longSpan)
    {
        var found = new ScreenTopic(new(livelihood, "甲"), new(complex, "乙"), new(longSpan, "丙"));
        AssertRefused(Screen(At(TopicStage.Proposed), found), RefusalKind.Rule, "criteria-not-met");
        AssertHappened(
            Screen(At(TopicStage.Proposed), found with { NotTaken = "转日常办理" }),
            new TopicScreenedOut(CaseId, new(found.Livelihood, found.Complex, found.LongSpan), "转日常办理"));
    }

    [Fact]
    public void what_meets_all_criteria_is_not_the_offices_to_turn_down() => AssertRefused(
        Screen(At(TopicStage.Proposed), Screening with { NotTaken = "不办" }), RefusalKind.Rule, "criteria-met");

    [Theory]
    [InlineData(TopicStage.Screened)]
    [InlineData(TopicStage.Referred)]
    [InlineData(TopicStage.NotTaken)]
    public void the_same_screening_twice_changes_nothing(TopicStage stage) => AssertNothing(Screen(At(stage), Screening));

    [Fact]
    public void another_screening_is_refused()
    {
        AssertRefused(
            Screen(At(TopicStage.Screened), Screening with { Complex = new(true, "另有理由") }),
            RefusalKind.State, "topic-already-screened");
        var unmet = Screening with { Complex = new(false, "单一部门"), NotTaken = "转日常办理" };
        var screenedOut = Topic.Evolve(At(TopicStage.Proposed), Assert.Single(Screen(At(TopicStage.Proposed), unmet).Events));
        AssertNothing(Screen(screenedOut, unmet));
        AssertRefused(Screen(screenedOut, unmet with { NotTaken = "另有理由" }), RefusalKind.State, "topic-already-screened");
    }

    [Fact]
    public void an_incomplete_topic_is_returned_to_its_proposer_who_completes_it()
    {
        AssertHappened(ReturningTopic.Decide(At(TopicStage.Proposed), new("请补充影响户数"), Id(51)), new TopicReturned("请补充影响户数"));
        AssertNothing(ReturningTopic.Decide(At(TopicStage.Returned), new("请补充影响户数"), Id(51)));
        AssertRefused(ReturningTopic.Decide(At(TopicStage.Returned), new("别的"), Id(51)), RefusalKind.State, "topic-returned");
        AssertRefused(Screen(At(TopicStage.Returned), Screening), RefusalKind.State, "topic-returned");
        AssertRefused(CompletingTopic.Decide(At(TopicStage.Returned), new("影响六十户"), Id(12)), RefusalKind.Forbidden, "not-the-proposer");
        AssertHappened(CompletingTopic.Decide(At(TopicStage.Returned), new("影响六十户"), Proposer), new TopicCompleted("影响六十户"));
        var completed = Topic.Evolve(At(TopicStage.Returned), new TopicCompleted("影响六十户"));
        Assert.Equal((TopicStage.Proposed, "影响六十户"), (completed.Stage, completed.Ground));
        AssertNothing(CompletingTopic.Decide(completed, new("影响六十户"), Proposer));
    }

    [Theory]
    [InlineData(TopicStage.Screened)]
    [InlineData(TopicStage.Confirmed)]
    [InlineData(TopicStage.Deliberated)]
    [InlineData(TopicStage.Referred)]
    [InlineData(TopicStage.NotTaken)]
    public void a_screened_topic_is_neither_returned_nor_completed(TopicStage stage)
    {
        AssertRefused(ReturningTopic.Decide(At(stage), new("请补充"), Id(51)), RefusalKind.State, "topic-already-screened");
        AssertRefused(CompletingTopic.Decide(At(stage), new("补充"), Proposer), RefusalKind.State, "topic-not-returned");
    }

    [Fact]
    public void an_event_out_of_its_order_is_a_bug_and_not_a_state() =>
        Assert.Throws<InvalidOperationException>(() => Fold(Screened));

    [Theory]
    [InlineData(TopicStage.Proposed, "screen-topic", Role.CongressOffice)]
    [InlineData(TopicStage.Returned, "complete-topic", Role.Deputy)]
    [InlineData(TopicStage.Screened, "confirm-topic", Role.Presidium, Role.StreetWorkCommittee)]
    [InlineData(TopicStage.Confirmed, "deliberate-topic", Role.SupervisionGroup)]
    [InlineData(TopicStage.Deliberated, "refer-topic", Role.Presidium, Role.StreetWorkCommittee)]
    public void every_open_stage_waits_for_somebody(TopicStage stage, string act, params Role[] roles)
    {
        var waiting = Waits.For(At(stage))!;
        Assert.Equal((act, CaseId, Asked.CaseNumber), (waiting.Act, waiting.CaseId, waiting.CaseNumber));
        Assert.Equal(roles, waiting.Roles);
        Assert.Equal(stage == TopicStage.Confirmed ? Group : null, waiting.Group);
        Assert.Equal(stage == TopicStage.Returned ? Proposer : null, waiting.Person);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void whatever_is_open_has_an_owner_and_a_due_time_and_the_rest_neither(TopicStage stage)
    {
        var (topic, open) = (At(stage), stage is not (TopicStage.Referred or TopicStage.NotTaken));
        Assert.Equal(open, topic.IsOpen);
        Assert.Equal(open, Waits.For(topic)?.DueAt is not null);
        Assert.Equal(open, WhenDue.Next(topic)?.At is not null);
    }

    [Fact]
    public void each_stage_is_due_when_the_months_cadence_says()
    {
        // 24:00 in Shanghai is 16:00 UTC.
        Assert.Equal(new(2026, 4, 5, 16, 0, 0, TimeSpan.Zero), Waits.For(At(TopicStage.Proposed))!.DueAt);
        Assert.Equal(new(2026, 4, 10, 16, 0, 0, TimeSpan.Zero), Waits.For(At(TopicStage.Screened))!.DueAt);
        Assert.Equal(new(2026, 4, 30, 16, 0, 0, TimeSpan.Zero), Waits.For(At(TopicStage.Confirmed))!.DueAt);
        // The 4th to the 6th are Qingming: the 3rd is the last working day.
        Assert.Equal(new(2026, 4, 2, 16, 0, 0, TimeSpan.Zero), Waits.For(At(TopicStage.Proposed))!.WarnAt);
    }

    private static Decision<ITopicEvent> Screen(Topic topic, ScreenTopic command) => ScreeningTopic.Decide(topic, command, Id(51));
}
