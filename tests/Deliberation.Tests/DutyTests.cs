using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

/// <summary>Recusal, correction, hand-over, lateness.</summary>
public sealed class DutyTests
{
    private static readonly Guid Entry = Id(91);

    public static TheoryData<TopicStage> Open => [.. Enum.GetValues<TopicStage>().Where(s => At(s).IsOpen)];

    [Theory]
    [MemberData(nameof(Open))]
    public void whoever_has_an_interest_declares_it_while_the_topic_is_open(TopicStage stage)
    {
        AssertHappened(
            DeclaringRecusal.Decide(At(stage), new(RecusalGround.Interest), Supervisor, Role.Deputy),
            new RecusalDeclared(Supervisor, RecusalGround.Interest));
        AssertHappened(
            DeclaringRecusal.Decide(At(stage), new(RecusalGround.Handled, Id(43)), Id(51), Role.CongressOffice),
            new RecusalDeclared(Id(43), RecusalGround.Handled));
        AssertRefused(
            DeclaringRecusal.Decide(At(stage), new(RecusalGround.Handled, Id(43)), Supervisor, Role.Deputy),
            RefusalKind.Forbidden, "recusal-is-ones-own");
        var recused = Topic.Evolve(At(stage), new RecusalDeclared(Supervisor, RecusalGround.Interest));
        AssertNothing(DeclaringRecusal.Decide(recused, new(RecusalGround.TaskForce), Supervisor, Role.SupervisionGroup));
        Assert.Equal([Supervisor], Waits.For(recused)!.Except);
    }

    [Theory]
    [InlineData(TopicStage.Referred)]
    [InlineData(TopicStage.NotTaken)]
    public void of_a_closed_topic_nobody_is_recused_here(TopicStage stage) => AssertRefused(
        DeclaringRecusal.Decide(At(stage), new(RecusalGround.Interest), Supervisor, Role.Deputy), RefusalKind.State, "topic-closed");

    [Fact]
    public void whoever_is_recused_neither_screens_nor_returns()
    {
        var topic = At(TopicStage.Proposed) with { Recused = [Id(51)] };
        AssertRefused(ScreeningTopic.Decide(topic, Screening, Id(51)), RefusalKind.Forbidden, "recused-takes-no-part");
        AssertRefused(ReturningTopic.Decide(topic, new("请补充"), Id(51)), RefusalKind.Forbidden, "recused-takes-no-part");
    }

    [Fact]
    public void a_wrong_group_is_corrected_until_it_has_met()
    {
        var command = new CorrectEntry(Entry, "录入有误", OtherGroup);
        var correction = new EntryCorrected(Entry, OtherGroup, null, null, "录入有误");
        AssertHappened(CorrectingEntry.Decide(At(TopicStage.Confirmed), command, Confirmed, Groups), correction);
        var corrected = Topic.Evolve(At(TopicStage.Confirmed), correction);
        Assert.Equal(OtherGroup, corrected.Group);
        AssertNothing(CorrectingEntry.Decide(corrected, command, Confirmed, Groups));
        AssertRefused(
            CorrectingEntry.Decide(At(TopicStage.Confirmed), command with { Group = Id(22) }, Confirmed, Groups),
            RefusalKind.Rule, "not-a-supervision-group");
        AssertRefused(
            CorrectingEntry.Decide(Topic.Evolve(At(TopicStage.Confirmed), Sat), command, Confirmed, Groups), RefusalKind.State, "decided-on-it-already");
        AssertRefused(CorrectingEntry.Decide(At(TopicStage.Deliberated), command, Confirmed, Groups), RefusalKind.State, "decided-on-it-already");
    }

    [Fact]
    public void the_wording_of_the_advice_is_corrected_until_the_matter_is_referred()
    {
        var command = new CorrectEntry(Entry, "笔误", Content: "本月底前修复全部路灯");
        var correction = new EntryCorrected(Entry, null, null, "本月底前修复全部路灯", "笔误");
        AssertHappened(CorrectingEntry.Decide(At(TopicStage.Deliberated), command, Advised, Groups), correction);
        Assert.Equal(new Advice(Today, "先修后管", "本月底前修复全部路灯"), Topic.Evolve(At(TopicStage.Deliberated), correction).Advice);
        AssertRefused(CorrectingEntry.Decide(At(TopicStage.Referred), command, Advised, Groups), RefusalKind.State, "decided-on-it-already");
    }

    [Fact]
    public void nothing_else_is_corrected_so()
    {
        AssertRefused(CorrectingEntry.Decide(At(TopicStage.Confirmed), new(Entry, "误", Advice: "甲"), Confirmed, Groups), RefusalKind.Rule, "not-to-be-corrected-so");
        AssertRefused(CorrectingEntry.Decide(At(TopicStage.Deliberated), new(Entry, "误", OtherGroup), Advised, Groups), RefusalKind.Rule, "not-to-be-corrected-so");
        AssertRefused(CorrectingEntry.Decide(At(TopicStage.Confirmed), new(Entry, "误", OtherGroup), Proposed, Groups), RefusalKind.Rule, "not-to-be-corrected-so");
        AssertRefused(CorrectingEntry.Decide(At(TopicStage.Confirmed), new(Entry, "误", OtherGroup), null, Groups), RefusalKind.Rule, "no-such-entry");
    }

    [Theory]
    [InlineData(TopicStage.Confirmed)]
    [InlineData(TopicStage.Deliberated)]
    public void a_groups_open_topics_go_to_another_in_one_act(TopicStage stage)
    {
        var ordered = Ordered(HandOverKind.Group, Group, OtherGroup);
        AssertHappened(WhenHandOverOrdered.Decide(At(stage), ordered), new TopicHandedOver(Id(95), HandOverKind.Group, Group, OtherGroup));
        var handed = Topic.Evolve(At(stage), new TopicHandedOver(Id(95), HandOverKind.Group, Group, OtherGroup));
        Assert.Equal(OtherGroup, handed.Group);
        AssertNothing(WhenHandOverOrdered.Decide(handed, ordered));
        var back = Topic.Evolve(handed, new TopicHandedOver(Id(96), HandOverKind.Group, OtherGroup, Group));
        AssertNothing(WhenHandOverOrdered.Decide(back, ordered));
    }

    [Fact]
    public void a_proposers_topics_go_to_whoever_takes_the_office_over()
    {
        var ordered = Ordered(HandOverKind.Person, Proposer, Id(12));
        AssertHappened(WhenHandOverOrdered.Decide(At(TopicStage.Returned), ordered), new TopicHandedOver(Id(95), HandOverKind.Person, Proposer, Id(12)));
        var handed = Topic.Evolve(At(TopicStage.Returned), new TopicHandedOver(Id(95), HandOverKind.Person, Proposer, Id(12)));
        Assert.Equal(Id(12), Waits.For(handed)!.Person);
        AssertRefused(CompletingTopic.Decide(handed, new("补充"), Proposer), RefusalKind.Forbidden, "not-the-proposer");
    }

    [Fact]
    public void nobody_elses_and_no_closed_topic_is_handed_over()
    {
        AssertNothing(WhenHandOverOrdered.Decide(At(TopicStage.Confirmed), Ordered(HandOverKind.Group, OtherGroup, Group)));
        AssertNothing(WhenHandOverOrdered.Decide(At(TopicStage.Confirmed), Ordered(HandOverKind.Unit, Group, OtherGroup)));
        AssertNothing(WhenHandOverOrdered.Decide(At(TopicStage.Referred), Ordered(HandOverKind.Group, Group, OtherGroup)));
        AssertNothing(WhenHandOverOrdered.Decide(null, Ordered(HandOverKind.Group, Group, OtherGroup)));
    }

    [Theory]
    [InlineData(TopicStage.Confirmed)]
    [InlineData(TopicStage.Deliberated)]
    public void what_is_taken_up_is_late_once_and_stays_with_its_owner(TopicStage stage)
    {
        var due = NextMonth.DueOn!.Value;
        AssertNothing(WhenDue.Decide(At(stage), Rules.Policy.BuiltIn, Calendar, BusinessTime.EndOf(due)));
        var decision = WhenDue.Decide(At(stage), Rules.Policy.BuiltIn, Calendar, BusinessTime.EndOf(due).AddTicks(1));
        AssertHappened(decision, new TopicOverdue(stage, NextMonth));
        var late = Topic.Evolve(At(stage), Assert.Single(decision.Events));
        AssertNothing(WhenDue.Decide(late, Rules.Policy.BuiltIn, Calendar, BusinessTime.EndOf(due).AddDays(90)));
        Assert.Null(WhenDue.Next(late));
        Assert.NotNull(Waits.For(late)!.DueAt);
    }

    [Fact]
    public void a_topic_from_before_there_were_batches_enters_this_months()
    {
        var old = Fold(Proposed, Screened);
        Assert.Equal(DateTimeOffset.UnixEpoch, WhenDue.Next(old)!.At);
        AssertHappened(WhenDue.Decide(old, Rules.Policy.BuiltIn, Calendar, new(2026, 3, 10, 1, 0, 0, TimeSpan.Zero)), Entered);
    }

    private static HandOverOrdered Ordered(HandOverKind kind, Guid from, Guid to) =>
        new(Id(95), kind, from, to, HandOverGround.TermChange, "换届〔2026〕1号", Today);
}
