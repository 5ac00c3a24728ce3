using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class TargetedTests
{
    private static readonly TargetedSupervisionProposed Proposed = new(1, TargetedGround.BuckPassing, "三周未到现场", Member);
    private static readonly Limit NewLimit = new(Today, null, new(2026, 3, 20), new(2026, 3, 20), "built-in");
    private static readonly TargetedSupervisionConvened Convened = new(1, Role.Presidium, Carried, "五日内恢复照明", NewLimit);
    private static readonly PersonQuestioned Questioned = new(1, "城建办主任", Id(77), Today, "人手不足，现已调配");
    private static readonly CommitmentMade Promised = new(1, 1, Section, "周五前修好", new(2026, 3, 20), Today);

    private static readonly ConveneTargetedSupervision Command = new(
        Carried, true, "五日内恢复照明", new(2026, 3, 20), [new("城建办主任", Id(77), Today, "人手不足，现已调配")], [new("周五前修好", new(2026, 3, 20))]);

    public static TheoryData<OrderStage> OpenStages => [OrderStage.Issued, OrderStage.Acknowledged, OrderStage.InProgress];

    [Theory]
    [MemberData(nameof(OpenStages))]
    public void the_group_proposes_it_at_every_open_stage(OrderStage stage) =>
        AssertHappensOnce(At(stage), o => Propose(o, [Group]), Proposed);

    [Theory]
    [InlineData(OrderStage.Handled, "order-handled")]
    [InlineData(OrderStage.Escalated, "order-escalated")]
    [InlineData(OrderStage.AwaitingDecision, "order-awaits-decision")]
    [InlineData(OrderStage.Ended, "order-ended")]
    public void and_at_no_other(OrderStage stage, string code) => AssertRefused(Propose(At(stage), [Group]), RefusalKind.State, code);

    [Fact]
    public void another_group_or_one_recused_does_not_propose()
    {
        AssertRefused(Propose(InProgress, [Id(21)]), RefusalKind.Forbidden, "not-the-group");
        AssertRefused(Propose(InProgress with { Recused = [Member] }, [Group]), RefusalKind.Forbidden, "recused");
    }

    [Fact]
    public void one_proposal_at_a_time_and_one_meeting_a_round()
    {
        AssertRefused(
            ProposingTargetedSupervision.Decide(InProgress.Then(Proposed), new(TargetedGround.Slow, "慢"), Member, [Group]),
            RefusalKind.State, "targeted-supervision-already-proposed");
        AssertRefused(
            Propose(InProgress.Then(Proposed, Convened), [Group]), RefusalKind.State, "targeted-supervision-already-convened");
        AssertHappened(
            Propose(InProgress.Then(Proposed, new TargetedSupervisionDeclined(1, Role.Presidium, Carried, "已在办")), [Group]), Proposed);
    }

    [Theory]
    [MemberData(nameof(OpenStages))]
    public void the_presidium_convenes_it_asks_and_is_promised_and_the_stage_stays(OrderStage stage)
    {
        var order = At(stage).Then(Proposed);
        var unit = order.Owing!.Value;
        AssertHappensOnce(order, o => Convene(o, Command), Convened, Questioned, Promised with { Unit = unit });
        var after = order.Then(Convened, Questioned, Promised);
        Assert.Equal((stage, Intensity.Targeted, NewLimit), (after.Stage, after.Intensity, after.Round.Limit));
    }

    [Fact]
    public void or_declines_it_with_a_reason()
    {
        AssertHappensOnce(
            InProgress.Then(Proposed), o => Convene(o, new(Carried, false, "已在办")),
            new TargetedSupervisionDeclined(1, Role.Presidium, Carried, "已在办"));
        Assert.Equal(
            Intensity.General, InProgress.Then(Proposed, new TargetedSupervisionDeclined(1, Role.Presidium, Carried, "已在办")).Intensity);
    }

    [Fact]
    public void nothing_is_convened_that_was_not_proposed_or_without_a_majority()
    {
        AssertRefused(Convene(InProgress, Command), RefusalKind.State, "targeted-supervision-not-proposed");
        var order = InProgress.Then(Proposed);
        AssertRefused(Convene(order, Command with { Resolution = new() }), RefusalKind.Rule, "meeting-missing");
        AssertRefused(
            Convene(order, Command with { Resolution = new(new Meeting(Today, [Id(60)], 1, 0, 0)) }), RefusalKind.Rule, "quorum-missing");
        AssertRefused(Convene(order, Command with { DueOn = Today.AddDays(-1) }), RefusalKind.Rule, "due-date-past");
        AssertRefused(
            Convene(order, Command with { Questioned = [new("主任", Id(77), Today.AddDays(1), "答")] }), RefusalKind.Rule, "date-in-future");
        AssertRefused(Convene(Fold([.. FirstRound[..5], Proposed, Reported]), Command), RefusalKind.State, "order-handled");
    }

    [Fact]
    public void the_chair_alone_convenes_it_only_where_policy_lists_it()
    {
        var (order, alone) = (InProgress.Then(Proposed), Command with { Resolution = new() });
        AssertRefused(
            ConveningTargetedSupervision.Decide(order, alone, Chair),
            RefusalKind.Forbidden, "chair-not-alone");
        var listed = Policy.Of(
            [new(
                "330225109", 1, new(2026, 1, 1), AdoptingBody.Presidium, "石人大〔2026〕1号",
                new() { ChairActsAlone = [ChairAct.ConveneTargetedSupervision] })],
            "330225109", Today);
        Assert.Equal(
            3, ConveningTargetedSupervision.Decide(order, alone, Chair with { Policy = listed }).Events.Count);
    }

    [Fact]
    public void a_new_limit_after_an_overdue_one_is_not_overdue_a_second_time()
    {
        var order = InProgress.Then(
            new MilestoneReached(1, 1, Today, "已换"), new MilestoneReached(1, 2, Today, "已亮"),
            new OrderOverdue(1, Said.CaseNumber, Section, DueAt), Proposed, Convened with { Limit = NewLimit with { DueOn = new(2026, 4, 3) } });
        AssertNothing(WhenDue.Decide(order, Terms, Calendar, Later.AddDays(30)));
    }

    [Fact]
    public void the_group_finds_whether_a_commitment_was_kept()
    {
        var order = InProgress.Then(Proposed, Convened, Promised);
        AssertHappensOnce(order, o => Judge(o, 1, true), new CommitmentJudged(1, 1, true, "已到现场看过"));
        AssertRefused(Judge(order.Then(new CommitmentJudged(1, 1, true, "已到现场看过")), 1, false), RefusalKind.State, "commitment-already-judged");
        AssertRefused(Judge(order, 2, true), RefusalKind.Unknown, "no-such-commitment");
        AssertRefused(
            JudgingCommitment.Decide(order, 1, new(true, "看过"), Member, []), RefusalKind.Forbidden, "not-the-group");
    }

    [Fact]
    public void the_unit_reports_what_was_put_right()
    {
        var order = InProgress.Then(Proposed, Convened);
        AssertHappensOnce(
            order, o => ReportingRectification.Decide(o, new("已补三盏"), Section), new RectificationReported(1, Section, "已补三盏", []));
        AssertRefused(
            ReportingRectification.Decide(InProgress, new("已补三盏"), Section), RefusalKind.State, "targeted-supervision-not-convened");
        AssertRefused(ReportingRectification.Decide(order, new("已补三盏"), Assisting), RefusalKind.Forbidden, "not-the-section");
    }

    private static Decision<IOrderEvent> Propose(Order order, IReadOnlyList<Guid> groups) =>
        ProposingTargetedSupervision.Decide(order, new(TargetedGround.BuckPassing, "三周未到现场"), Member, groups);

    private static Decision<IOrderEvent> Convene(Order order, ConveneTargetedSupervision command) =>
        ConveningTargetedSupervision.Decide(order, command, Recorder);

    private static Decision<IOrderEvent> Judge(Order order, int commitment, bool kept) =>
        JudgingCommitment.Decide(order, commitment, new(kept, "已到现场看过"), Member, [Group]);
}
