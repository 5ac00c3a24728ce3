using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class ConfirmationTests
{
    private static readonly Policy Left = Policy.Of(
        [new("330225100", 1, new(2026, 1, 1), AdoptingBody.Presidium, "主席团〔2026〕1号", new() { ChairActsAlone = [ChairAct.ConfirmTopic] })],
        "330225100", Today);

    [Fact]
    public void a_meeting_confirms_a_screened_topic_and_assigns_the_group() =>
        AssertHappened(Confirm(At(TopicStage.Screened), Carried), Confirmed);

    [Theory]
    [InlineData(TopicStage.Proposed, "topic-not-screened")]
    [InlineData(TopicStage.Returned, "topic-returned")]
    [InlineData(TopicStage.NotTaken, "topic-not-taken")]
    public void what_is_not_screened_or_was_turned_down_is_not_confirmed(TopicStage stage, string code) =>
        AssertRefused(Confirm(At(stage), Carried), RefusalKind.State, code);

    [Theory]
    [InlineData(TopicStage.Confirmed)]
    [InlineData(TopicStage.Referred)]
    public void the_same_meeting_entered_twice_changes_nothing(TopicStage stage) =>
        AssertNothing(Confirm(At(stage), Carried with { Attended = [Id(41), Id(42), Id(43)] }));

    [Fact]
    public void another_meeting_or_group_on_a_confirmed_topic_is_refused()
    {
        AssertRefused(
            Confirm(At(TopicStage.Confirmed), Carried with { Attended = [Id(41), Id(42), Id(44)] }),
            RefusalKind.State, "topic-already-confirmed");
        AssertRefused(
            ConfirmingTopic.Decide(At(TopicStage.Deliberated), new(OtherGroup, Carried), Groups, Recorder),
            RefusalKind.State, "topic-already-confirmed");
    }

    [Fact]
    public void only_a_supervision_group_of_the_township_is_assigned() => AssertRefused(
        ConfirmingTopic.Decide(At(TopicStage.Screened), new(Id(22), Carried), Groups, Recorder),
        RefusalKind.Rule, "not-a-supervision-group");

    [Fact]
    public void the_presidium_acts_by_a_meeting() =>
        AssertRefused(Confirm(At(TopicStage.Screened), null), RefusalKind.Rule, "meeting-missing");

    [Fact]
    public void a_member_who_is_recused_is_not_among_the_attendance() => AssertRefused(
        Confirm(At(TopicStage.Screened) with { Recused = [Id(43)] }, Carried), RefusalKind.Rule, "attended-recused");

    [Fact]
    public void the_chair_confirms_alone_where_policy_lists_it_and_nowhere_else()
    {
        AssertRefused(Confirm(At(TopicStage.Screened), null, Chair), RefusalKind.Forbidden, "chair-not-alone");
        AssertHappened(
            Confirm(At(TopicStage.Screened), null, Chair with { Policy = Left }),
            new TopicConfirmed(CaseId, Group, new(), NextMonth with { Policy = Left.Version }));
        AssertRefused(
            Confirm(At(TopicStage.Screened) with { Recused = [Chair.Person] }, null, Chair with { Policy = Left }),
            RefusalKind.Forbidden, "recused-takes-no-part");
    }

    [Fact]
    public void a_street_confirms_by_commission()
    {
        var topic = At(TopicStage.Screened);
        AssertHappened(
            ConfirmingTopic.Decide(topic, new(Group, Commission: new("常委会〔2026〕3号")), Groups, Committee),
            new TopicConfirmed(CaseId, Group, new(Commission: new("常委会〔2026〕3号")), NextMonth));
        AssertRefused(ConfirmingTopic.Decide(topic, new(Group), Groups, Committee), RefusalKind.Rule, "commission-missing");
        AssertRefused(
            ConfirmingTopic.Decide(topic, new(Group, Commission: new("常委会〔2026〕3号")), Groups, Committee with { Presidium = Presidium }),
            RefusalKind.Forbidden, "presidium-decides-here");
        AssertRefused(Confirm(topic, Carried, Recorder with { Presidium = null }), RefusalKind.Rule, "no-presidium-here");
    }

    [Fact]
    public void a_meeting_does_not_take_a_topic_and_says_why() => AssertHappened(
        Decline(At(TopicStage.Screened), "已列入明年计划"), new TopicDeclined(CaseId, "已列入明年计划", Resolved));

    [Theory]
    [InlineData(TopicStage.Proposed, "topic-not-screened")]
    [InlineData(TopicStage.Returned, "topic-returned")]
    [InlineData(TopicStage.Confirmed, "topic-already-confirmed")]
    [InlineData(TopicStage.Deliberated, "topic-already-confirmed")]
    [InlineData(TopicStage.Referred, "topic-already-confirmed")]
    public void what_is_not_screened_or_was_taken_up_is_not_declined(TopicStage stage, string code) =>
        AssertRefused(Decline(At(stage), "已列入明年计划"), RefusalKind.State, code);

    [Fact]
    public void the_same_refusal_twice_changes_nothing_and_another_reason_is_refused()
    {
        AssertNothing(Decline(At(TopicStage.NotTaken), "已列入明年计划"));
        AssertRefused(Decline(At(TopicStage.NotTaken), "另有理由"), RefusalKind.State, "topic-not-taken");
    }

    [Fact]
    public void not_taking_it_up_needs_the_majority_too() => AssertRefused(
        DecliningTopic.Decide(At(TopicStage.Screened), new("不办", Carried with { For = 2 }), Recorder), RefusalKind.Rule, "majority-missing");

    private static Decision<ITopicEvent> Confirm(Topic topic, Meeting? meeting, Presiding? who = null) =>
        ConfirmingTopic.Decide(topic, new(Group, meeting), Groups, who ?? Recorder);

    private static Decision<ITopicEvent> Decline(Topic topic, string reason) =>
        DecliningTopic.Decide(topic, new(reason, Carried), Recorder);
}
