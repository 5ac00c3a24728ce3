using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

/// <summary>What is written down along the way, corrected, and handed over.</summary>
public sealed class FollowingTests
{
    private static readonly Attachment Photo = new(new string('a', 64), "image/jpeg", 1000);

    [Fact]
    public void progress_is_reported_by_whoever_has_a_part_with_both_times()
    {
        AssertHappensOnce(
            InProgress, o => Progress(o, Section, ReferredOn), new ProgressReported(1, Section, "已订灯具", ReferredOn, [Photo]));
        AssertRefused(Progress(InProgress, TownGovernment, Today), RefusalKind.Forbidden, "not-the-section");
        AssertRefused(Progress(InProgress, Section, Today.AddDays(1)), RefusalKind.Rule, "date-in-future");
        AssertRefused(Progress(InProgress, Section, ReferredOn.AddDays(-1)), RefusalKind.Rule, "date-before-round");
        AssertRefused(Progress(At(OrderStage.Acknowledged), Section, Today), RefusalKind.State, "order-not-in-progress");
        AssertRefused(Progress(Handled, Section, Today), RefusalKind.State, "order-handled");
    }

    [Fact]
    public void a_milestone_is_reached_once_and_keeps_its_being_late()
    {
        AssertHappensOnce(InProgress, o => Reach(o, 1, Today), new MilestoneReached(1, 1, Today, "已换"));
        AssertRefused(Reach(InProgress.Then(new MilestoneReached(1, 1, ReferredOn, "已换")), 1, Today), RefusalKind.State, "milestone-already-reached");
        AssertRefused(Reach(InProgress, 3, Today), RefusalKind.Unknown, "no-such-milestone");
        AssertRefused(Reach(InProgress, 0, Today), RefusalKind.Unknown, "no-such-milestone");
        AssertRefused(ReachingMilestone.Decide(InProgress, 1, new("已换"), Assisting, Today), RefusalKind.Forbidden, "not-the-lead-section");
        var late = InProgress.Then(new MilestoneOverdue(1, 1, DueAt), new MilestoneReached(1, 1, Today, "已换"));
        Assert.Equal(new("更换灯具", new(2026, 3, 18), Today, true), late.Milestones[0]);
    }

    [Fact]
    public void the_group_that_follows_it_records_visits_with_photos()
    {
        AssertHappensOnce(
            InProgress, o => Visit(o, [Group]), new VisitRecorded(1, VisitMethod.OnSite, Today, "仍黑着三盏", [Photo], Member));
        AssertRefused(Visit(InProgress, []), RefusalKind.Forbidden, "not-the-group");
        AssertRefused(Visit(InProgress with { Recused = [Member] }, [Group]), RefusalKind.Forbidden, "recused");
        AssertRefused(Visit(At(OrderStage.Ended), [Group]), RefusalKind.State, "order-ended");
    }

    [Fact]
    public void the_office_reminds_whoever_has_a_part()
    {
        AssertHappensOnce(InProgress, o => RemindingUnit.Decide(o, new(Section, "请抓紧")), new OrderReminded(1, Section, "请抓紧"));
        AssertHappened(
            RemindingUnit.Decide(At(OrderStage.Issued), new(TownGovernment, "请签收")), new OrderReminded(1, TownGovernment, "请签收"));
        AssertRefused(RemindingUnit.Decide(InProgress, new(Id(99), "请抓紧")), RefusalKind.Rule, "unit-has-no-part");
        AssertRefused(RemindingUnit.Decide(Handled, new(Section, "请抓紧")), RefusalKind.State, "order-handled");
    }

    [Fact]
    public void who_declared_an_interest_in_the_review_takes_no_part_in_the_order_either()
    {
        var said = new Contracts.RecusedFromReview(CaseId, Id(6), Recused, Role.Deputy, "住在该村");
        AssertHappensOnce(Handled, o => WhenRecusedFromReview.Decide(o, said), new RecusalDeclared(Recused, Role.Deputy, "住在该村", null));
        Assert.Empty(WhenRecusedFromReview.Decide(At(OrderStage.Ended), said));
        Assert.Empty(WhenRecusedFromReview.Decide(null, said));
    }

    [Fact]
    public void whoever_has_an_interest_declares_it_and_the_report_says_so()
    {
        var declared = new RecusalDeclared(Recused, Role.Deputy, "住在该村", null);
        AssertHappensOnce(InProgress, o => DeclaringRecusal.Decide(o, new("住在该村"), Recused, Role.Deputy), declared);
        var reported = SigningOffReport.Decide(InProgress.Then(declared, Prepared), new(true), ReviewId, Leader, Section, Today);
        Assert.Equal([Recused], Assert.IsType<HandlingReported>(Assert.Single(reported.Events)).Recused);
        AssertHappensOnce(
            Handled, o => DeclaringRecusal.Decide(o, new("住在该村"), Recused, Role.Deputy), declared with { ReviewId = ReviewId });
        AssertHappened(
            DeclaringRecusal.Decide(SecondRound, new("住在该村"), Recused, Role.Deputy), declared with { ReviewId = ReviewId });
        AssertRefused(DeclaringRecusal.Decide(At(OrderStage.Ended), new("住在该村"), Recused, Role.Deputy), RefusalKind.State, "order-ended");
    }

    [Fact]
    public void a_wrong_assignment_is_corrected_by_the_addressee_until_the_report_is_written()
    {
        var corrected = new EntryCorrected(1, Verdict, Assisting, null, "点错科室");
        AssertHappensOnce(InProgress, o => Correct(o, Passed, Role.TownGovernment, section: Assisting), corrected);
        var order = InProgress.Then(corrected);
        Assert.Equal((Assisting, null), (order.Lead!.Unit, order.Lead.Handler));
        Assert.Empty(order.SentBack);
        AssertRefused(Correct(InProgress.Then(Prepared), Passed, Role.TownGovernment, section: Assisting), RefusalKind.State, "report-prepared");
        AssertRefused(Correct(Handled, Passed, Role.TownGovernment, section: Assisting), RefusalKind.State, "order-handled");
        AssertRefused(Correct(InProgress, Passed, Role.CongressOffice, section: Assisting), RefusalKind.Forbidden, "not-the-addressee");
        AssertRefused(
            CorrectingEntry.Decide(InProgress, new(Verdict, "点错科室", Assisting), Passed, Role.TownGovernment, TownGovernment, Id(39)),
            RefusalKind.Rule, "not-a-section-of-the-addressee");
    }

    [Fact]
    public void wrong_words_are_corrected_by_the_office_and_the_first_ones_stay_in_the_history()
    {
        var corrected = new EntryCorrected(1, Verdict, null, "修复东岙村路灯", "漏写村名");
        AssertHappensOnce(InProgress, o => Correct(o, Issued, Role.CongressOffice, content: "修复东岙村路灯", reason: "漏写村名"), corrected);
        Assert.Equal("修复东岙村路灯", InProgress.Then(corrected).Content);
        AssertRefused(Correct(InProgress, Issued, Role.TownGovernment, content: "别的"), RefusalKind.Forbidden, "not-your-entry");
        AssertRefused(Correct(Handled, Issued, Role.CongressOffice, content: "别的"), RefusalKind.State, "order-handled");
        AssertRefused(Correct(InProgress, Issued, Role.CongressOffice, section: Assisting), RefusalKind.Rule, "correction-does-not-fit");
        AssertRefused(Correct(InProgress, null, Role.CongressOffice, content: "别的"), RefusalKind.Unknown, "no-such-entry");
        AssertRefused(Correct(InProgress, Named, Role.CongressOffice, content: "别的"), RefusalKind.Rule, "entry-not-correctable");
    }

    [Fact]
    public void what_one_had_another_has_after_a_hand_over()
    {
        var person = InProgress.Then(Hand(InProgress, HandOverKind.Person, Handler, Id(58)));
        Assert.Equal((Id(58), StandIn), (person.Lead!.Handler!.Value, person.Lead.StandIn!.Value));
        Assert.Equal(Id(29), InProgress.Then(Hand(InProgress, HandOverKind.Group, Group, Id(29))).Group);
        var unit = InProgress.Then(Hand(InProgress, HandOverKind.Unit, Section, Id(38)));
        Assert.Equal((Id(38), Handler), (unit.Lead!.Unit, unit.Lead.Handler!.Value));
        Assert.Equal(Id(40), InProgress.Then(Hand(InProgress, HandOverKind.Unit, TownGovernment, Id(40))).Addressee);
    }

    [Fact]
    public void who_takes_a_handlers_place_has_handled_it()
    {
        var order = InProgress.Then(Hand(InProgress, HandOverKind.Person, Handler, Id(58)));
        Assert.Equal([Handler, StandIn, Id(58)], order.Handlers);
        Assert.Equal(InProgress.Handlers, InProgress.Then(Hand(InProgress, HandOverKind.Group, Group, Id(29))).Handlers);
    }

    [Fact]
    public void a_hand_over_happens_once_and_only_to_whoever_has_a_part()
    {
        var said = HandOver(HandOverKind.Person, Handler, Id(58));
        AssertHappensOnce(InProgress, o => WhenHandOverOrdered.Decide(o, said), new HandedOver(Id(300), HandOverKind.Person, Handler, Id(58), "镇政〔2026〕8号"));
        AssertNothing(WhenHandOverOrdered.Decide(InProgress, said with { From = Id(99) }));
        AssertNothing(WhenHandOverOrdered.Decide(At(OrderStage.Ended), said));
        AssertNothing(WhenHandOverOrdered.Decide(null, said));
    }

    [Fact]
    public void an_act_heard_again_does_not_undo_what_another_gave_back()
    {
        var there = HandOver(HandOverKind.Person, Handler, Id(58));
        var back = there with { HandOverId = Id(301), From = Id(58), To = Handler };
        var order = InProgress.Then(Hand(InProgress, HandOverKind.Person, Handler, Id(58)));
        order = order.Then(Assert.Single(WhenHandOverOrdered.Decide(order, back).Events));
        Assert.Equal(Handler, order.Lead!.Handler);
        AssertNothing(WhenHandOverOrdered.Decide(order, there));
    }

    private static HandOverOrdered HandOver(HandOverKind kind, Guid from, Guid to) =>
        new(Id(300), kind, from, to, HandOverGround.Transfer, "镇政〔2026〕8号", Today);

    private static IOrderEvent Hand(Order order, HandOverKind kind, Guid from, Guid to) =>
        Assert.Single(WhenHandOverOrdered.Decide(order, HandOver(kind, from, to)).Events);

    private static Decision<IOrderEvent> Progress(Order order, Guid unit, DateOnly on) =>
        ReportingProgress.Decide(order, new("已订灯具", on, [Photo]), unit, Today);

    private static Decision<IOrderEvent> Reach(Order order, int milestone, DateOnly on) =>
        ReachingMilestone.Decide(order, milestone, new("已换", on), Section, Today);

    private static Decision<IOrderEvent> Visit(Order order, IReadOnlyList<Guid> groups) =>
        RecordingVisit.Decide(order, new(VisitMethod.OnSite, "仍黑着三盏", null, [Photo]), Member, groups, Today);

    private static Decision<IOrderEvent> Correct(
        Order order, IOrderEvent? entry, Role role, Guid? section = null, string? content = null, string reason = "点错科室") =>
        CorrectingEntry.Decide(order, new(Verdict, reason, section, content), entry, role, TownGovernment, TownGovernment);
}
