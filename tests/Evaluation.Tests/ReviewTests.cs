using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class ReviewTests
{
    [Fact]
    public void a_report_opens_the_review_with_what_will_rule_it() => AssertHappened(Hear(null, 1), Opened, DueFor(1));

    [Fact]
    public void a_repeated_report_changes_nothing_at_any_stage()
    {
        foreach (var events in Stages.Values)
        {
            AssertNothing(Hear(Fold(events), 1));
        }
    }

    [Fact]
    public void the_report_of_the_next_round_opens_it_after_a_return_and_after_a_restart()
    {
        foreach (var events in new[] { ReturnedRound, RestartedRound })
        {
            AssertHappened(Hear(Fold(events), 2), OpenedFor(2, Handler), DueFor(2));
        }
    }

    [Fact]
    public void who_reviews_and_who_widens_the_review_have_the_round_s_limit()
    {
        var end = At(2026, 10, 10, 0, 0);
        Assert.All(Waits.Of(Fold(OpenedFor(1, Handler, First), DueFor(1))), w => Assert.Equal(end, w.DueAt));
        Assert.Equal(2, Waits.Of(Fold(OpenedFor(1, Handler, First), DueFor(1))).Count());
    }

    [Fact]
    public void a_review_limit_beyond_the_calendar_gets_its_date_when_the_calendar_has_come()
    {
        var limit = Calendar.Limit(new(2026, 12, 30), 5, BuiltIn);
        Assert.Null(limit.DueOn);
        var open = Fold(Opened, new ReviewDue(1, limit));
        Assert.Equal(new NextDue(null, 2027), WhenReviewDue.Next(open));
        AssertNothing(WhenReviewDue.Decide(open, BuiltIn, Calendar, At(2027, 1, 20, 9, 0)));

        // 31 December, then 4 to 7 January: the first three are off, and the third is a Sunday.
        var calendar = new WorkingCalendar(
            [.. WorkingCalendar.National, new(2027, [new(2027, 1, 1), new(2027, 1, 2), new(2027, 1, 3)], [], "国办发明电〔2026〕1号", 1)]);
        var dated = new ReviewDue(1, limit with { DueOn = new(2027, 1, 7), WarnOn = new(2027, 1, 7) });
        AssertHappened(WhenReviewDue.Decide(open, BuiltIn, calendar, At(2027, 1, 4, 9, 0)), dated);
        Assert.Null(WhenReviewDue.Next(Fold(Opened, dated)));
    }

    [Fact]
    public void a_report_of_an_older_round_that_comes_late_changes_nothing() =>
        AssertNothing(Hear(Fold([.. ReturnedRound, OpenedFor(2, Handler)]), 1));

    [Fact]
    public void nothing_opens_a_review_that_is_over()
    {
        foreach (var events in new[] { ClosedRound, UnreachedRound, EndedRound })
        {
            AssertNothing(Hear(Fold(events), 2));
        }
    }

    [Fact]
    public void a_report_ahead_of_what_is_known_must_come_again()
    {
        Assert.Throws<InvalidOperationException>(() => Hear(null, 2));
        Assert.Throws<InvalidOperationException>(() => Hear(Fold(Opened), 2));
        Assert.Throws<InvalidOperationException>(() => Hear(Fold(ConcludedRound), 2));
        Assert.Throws<InvalidOperationException>(() => Hear(Fold(ReturnedRound), 3));
    }

    [Fact]
    public void the_matter_is_handled_in_time_until_the_end_of_the_limits_last_day()
    {
        Assert.True(Fold(Opened).Rounds[0].InTime);
        Assert.False(Fold(OpenedFor(1, Handler) with { HandledOn = new(2026, 9, 22) }).Rounds[0].InTime);
        Assert.Null(Fold(OpenedFor(1, Handler) with { Limit = null }).Rounds[0].InTime);
    }

    [Fact]
    public void two_verdicts_decide_nothing_yet()
    {
        AssertHappened(Give(Fold(Opened), First, Satisfied), Reviewed(First, Satisfied));
        AssertHappened(Give(Fold(Opened, Reviewed(First, Satisfied)), Second, Satisfied), Reviewed(Second, Satisfied));
    }

    [Fact]
    public void the_third_verdict_concludes_by_majority_and_a_call_back_is_owed_within_ten_working_days() => AssertHappened(
        Give(Fold(ConcludedRound[..3]), Third, Satisfied), Reviewed(Third, Satisfied), ConcludedFirst);

    [Fact]
    public void basically_satisfied_is_satisfied()
    {
        var basically = new GiveVerdict(Verdict.BasicallySatisfied, null);
        AssertHappened(Give(Fold(ConcludedRound[..3]), Third, basically), Reviewed(Third, basically), ConcludedFirst);
    }

    [Fact]
    public void the_third_verdict_returns_by_majority_and_says_why() => AssertHappened(
        Give(Fold(ReturnedRound[..3]), Third, new(Verdict.Unsatisfied, "线路裸露")),
        Reviewed(Third, new(Verdict.Unsatisfied, "线路裸露")),
        new ReturnedForRectification(1, OrderId, "仍有三盏不亮\n线路裸露", "built-in"));

    [Fact]
    public void as_many_verdicts_decide_as_the_policy_asked_for_when_the_round_was_opened()
    {
        var five = Fold(OpenedFor(1, Handler) with { Reviewers = 5, Policy = "built-in+330225100/1" }, Reviewed(First, Satisfied), Reviewed(Second, Satisfied));
        AssertHappened(Give(five, Third, Satisfied), Reviewed(Third, Satisfied));
        var four = Review.Evolve(Review.Evolve(five, Reviewed(Third, Satisfied)), Reviewed(Id(65), Satisfied));
        AssertHappened(
            Give(four, Fourth, Satisfied), Reviewed(Fourth, Satisfied), ConcludedFirst with { Policy = "built-in+330225100/1" });
    }

    [Fact]
    public void even_verdicts_decide_nothing_and_the_next_one_does()
    {
        var even = Fold(Opened, Reviewed(First, Satisfied), Reviewed(Second, Unsatisfied), Reviewed(Third, Satisfied), Reviewed(Fourth, Unsatisfied));
        AssertHappened(Give(even, Id(65), Satisfied), Reviewed(Id(65), Satisfied), ConcludedFirst);
    }

    [Fact]
    public void the_same_verdict_twice_changes_nothing_before_and_after_the_decision()
    {
        AssertNothing(Give(Fold(ConcludedRound[..2]), First, Satisfied));
        AssertNothing(Give(Fold(ConcludedRound), First, Satisfied));
    }

    [Fact]
    public void a_second_other_verdict_of_the_same_deputy_is_refused()
    {
        AssertRefused(Give(Fold(ConcludedRound[..2]), First, Unsatisfied), RefusalKind.State, "verdict-already-given");
        AssertRefused(Give(Fold(ConcludedRound), First, Unsatisfied), RefusalKind.State, "verdict-already-given");
        AssertRefused(
            Give(Fold(ConcludedRound[..2]), First, Satisfied with { Comment = "补充" }), RefusalKind.State, "verdict-already-given");
    }

    [Fact]
    public void a_verdict_after_the_decision_is_refused_by_the_stage()
    {
        foreach (var (code, events) in Stages.Skip(1))
        {
            AssertRefused(Give(Fold(events), Fourth, Satisfied), RefusalKind.State, code);
        }
    }

    [Fact]
    public void who_is_not_of_the_group_gives_no_verdict() => AssertRefused(
        Give(Fold(Opened), First, Satisfied, OtherGroup), RefusalKind.Forbidden, "not-of-the-reviewing-group");

    [Fact]
    public void who_handled_the_matter_in_any_round_gives_no_verdict()
    {
        AssertRefused(Give(Fold(Opened), Handler, Satisfied), RefusalKind.Forbidden, "handler-may-not-review");
        var second = Fold([.. ReturnedRound, OpenedFor(2, Id(51))]);
        AssertRefused(Give(second, Handler, Satisfied), RefusalKind.Forbidden, "handler-may-not-review");
        AssertRefused(Give(second, Id(51), Satisfied), RefusalKind.Forbidden, "handler-may-not-review");
    }

    [Fact]
    public void members_of_any_unit_that_took_part_give_no_verdict()
    {
        foreach (var unit in new[] { Section, Assisting })
        {
            AssertRefused(
                GivingVerdict.Decide(Fold(Opened), Satisfied, First, [Group], unit, BuiltIn, Calendar, Now), RefusalKind.Forbidden, "unit-may-not-review");
        }
    }

    [Fact]
    public void every_deputy_judges_the_second_round_anew()
    {
        var second = Fold([.. ReturnedRound, OpenedFor(2, Handler)]);
        AssertHappened(Give(second, First, Satisfied), Reviewed(First, Satisfied, round: 2));
        Assert.Equal(3, second.Rounds[0].Verdicts.Count);
        Assert.Equal((ReviewStage.UnderReview, 0), (second.Stage, second.Rounds[1].Verdicts.Count));
    }

    [Fact]
    public void who_declared_an_interest_judges_nothing_any_more()
    {
        AssertHappened(Recuse(Fold(Opened), First), new RecusalDeclared(1, First, "亲属住在该村"));
        var review = Fold(Opened, new RecusalDeclared(1, First, "亲属住在该村"));
        AssertNothing(Recuse(review, First));
        AssertRefused(Give(review, First, Satisfied), RefusalKind.Forbidden, "recused-may-not-judge");
    }

    [Fact]
    public void an_interest_declared_where_the_order_is_followed_counts_here_once()
    {
        var said = new Contracts.RecusedFromOrder(CaseId, OrderId, ReviewId, First, Role.StandingCommittee, "亲属住在该村");
        var declared = new RecusalDeclared(1, First, "亲属住在该村");
        AssertHappened(Hear(Fold(Opened)), declared);
        AssertNothing(Hear(Fold(Opened, declared)));
        AssertHappened(Hear(Fold(ConcludedRound)), declared);
        AssertHappened(Hear(Fold(ReturnedRound)), declared);
        Assert.All(new[] { ClosedRound, UnreachedRound, EndedRound }, over => AssertNothing(Hear(Fold(over))));
        Assert.Throws<InvalidOperationException>(() => Hear(null));

        Decision<IReviewEvent> Hear(Review? review) => WhenRecusedFromOrder.Decide(review, said, BuiltIn, Calendar, Now);
    }

    [Fact]
    public void a_unit_is_shown_only_what_it_took_part_in()
    {
        var review = Fold(ConcludedRound);
        Assert.All(new[] { Section, Assisting }, unit => Assert.True(review.IsShownTo(Asking(Role.HandlingUnit, unit))));
        Assert.False(review.IsShownTo(Asking(Role.HandlingUnit, Id(33))));
        Assert.False(review.IsShownTo(Asking(Role.HandlingUnit, null)));
        Assert.True(review.IsShownTo(Asking(Role.SupervisionGroup, null)));

        static ServiceDefaults.Caller Asking(Role role, Guid? unit) => new(Caller, "330225109", role, [role], unit, []);
    }

    [Fact]
    public void who_was_recused_before_the_handling_judges_nothing_either() => AssertRefused(
        Give(Fold(OpenedFor(1, Handler) with { Recused = [First] }), First, Satisfied), RefusalKind.Forbidden, "recused-may-not-judge");

    [Fact]
    public void a_verdict_taken_back_by_recusal_may_leave_a_majority()
    {
        IReviewEvent[] even =
            [Opened, Reviewed(First, Satisfied), Reviewed(Second, Unsatisfied), Reviewed(Third, Satisfied), Reviewed(Fourth, Unsatisfied)];
        AssertHappened(Recuse(Fold(even), Fourth), new RecusalDeclared(1, Fourth, "亲属住在该村"), ConcludedFirst);
        Assert.Equal([First, Second, Third], Fold([.. even, new RecusalDeclared(1, Fourth, "亲属住在该村")]).Rounds[0].Verdicts.Select(v => v.Deputy));
    }

    [Fact]
    public void a_recusal_after_the_decision_leaves_it_as_it_is()
    {
        AssertHappened(Recuse(Fold(ConcludedRound), First), new RecusalDeclared(1, First, "亲属住在该村"));
        Assert.Equal(3, Fold([.. ConcludedRound, new RecusalDeclared(1, First, "亲属住在该村")]).Rounds[0].Verdicts.Count);
        AssertRefused(Recuse(Fold(ClosedRound), First), RefusalKind.State, "case-closed");
        AssertRefused(Recuse(Fold(UnreachedRound), First), RefusalKind.State, "case-closed-unreached");
        AssertRefused(Recuse(Fold(EndedRound), First), RefusalKind.State, "item-ended");
    }

    [Fact]
    public void a_group_too_small_ever_to_decide_is_widened_by_the_office()
    {
        var small = Fold(OpenedFor(1, Handler, First, Second));
        Assert.Equal("assign-reviewers", Waits.Of(small).First().Act);
        AssertHappened(Widen(small, First, Second), new ReviewersAssigned(1, OtherGroup, [Third, Fourth], "小组人数不足"), DueFor(1));
        var wide = Fold(OpenedFor(1, Handler, First, Second), new ReviewersAssigned(1, OtherGroup, [Third, Fourth], "小组人数不足"));
        Assert.Equal(["review-handling", "review-handling"], Waits.Of(wide).Select(w => w.Act));
        Assert.Equal([Group, OtherGroup], Waits.Of(wide).Select(w => w.Group!.Value));
        AssertNothing(Widen(wide, First, Second));
        AssertHappened(Give(wide, Third, Satisfied, OtherGroup), Reviewed(Third, Satisfied));
    }

    [Fact]
    public void a_group_whose_verdicts_are_even_to_the_last_is_widened_too()
    {
        var even = Fold(Opened, Reviewed(First, Satisfied), Reviewed(Second, Unsatisfied), Reviewed(Third, Satisfied), Reviewed(Fourth, Unsatisfied));
        Assert.Equal("assign-reviewers", Waits.Of(even).First().Act);
        AssertHappened(
            Widen(even, First, Second, Third, Fourth), new ReviewersAssigned(1, OtherGroup, [Third, Fourth], "小组人数不足"), DueFor(1));
    }

    [Fact]
    public void a_group_that_can_decide_is_not_widened()
    {
        AssertRefused(Widen(Fold(Opened), First, Second, Third), RefusalKind.State, "group-can-decide");
        AssertRefused(
            AssigningReviewers.Decide(Fold(Opened), new(OtherGroup, "小组人数不足"), [First], null, BuiltIn, Calendar, Today), RefusalKind.Rule, "not-a-supervision-group");
        foreach (var (code, events) in Stages.Skip(1))
        {
            AssertRefused(Widen(Fold(events)), RefusalKind.State, code);
        }
    }

    [Fact]
    public void a_widened_review_stays_so_in_the_next_round() => Assert.Equal(
        [Group, OtherGroup],
        Fold([Opened, new ReviewersAssigned(1, OtherGroup, [Third], "小组人数不足"), .. ReturnedRound[1..], OpenedFor(2, Handler)])
            .Panels.Select(p => p.Group));

    [Fact]
    public void another_group_takes_over_what_is_open()
    {
        var said = new HandOverOrdered(Id(80), HandOverKind.Group, Group, OtherGroup, HandOverGround.TermChange, "象人〔2026〕9号", Today);
        foreach (var events in new[] { [Opened], ReturnedRound, ConcludedRound, RestartedRound })
        {
            AssertHappened(WhenHandOverOrdered.Decide(Fold(events), said, [Third]), new ReviewHandedOver(Id(80), Group, OtherGroup, [Third]));
        }

        foreach (var events in new[] { ClosedRound, UnreachedRound, EndedRound, [Opened, new ReviewHandedOver(Id(80), Group, OtherGroup, [Third])] })
        {
            AssertNothing(WhenHandOverOrdered.Decide(Fold(events), said, [Third]));
        }

        var taken = Fold(Opened, new ReviewHandedOver(Id(80), Group, OtherGroup, [Third]));
        AssertRefused(Give(taken, First, Satisfied), RefusalKind.Forbidden, "not-of-the-reviewing-group");
        AssertHappened(Give(taken, Third, Satisfied, OtherGroup), Reviewed(Third, Satisfied));
    }

    [Fact]
    public void an_item_ended_elsewhere_is_reviewed_and_called_back_no_more()
    {
        foreach (var events in new[] { [Opened], ReturnedRound, ConcludedRound, RestartedRound })
        {
            AssertHappened(
                WhenItemEnded.Decide(Fold(events), Ended(ItemEnding.ByPresidium, 2)), new ReviewEnded(2, ItemEnding.ByPresidium, "已无法继续办理"));
        }

        foreach (var events in new[] { ClosedRound, UnreachedRound, EndedRound })
        {
            AssertNothing(WhenItemEnded.Decide(Fold(events), Ended(ItemEnding.ByPresidium, 2)));
        }

        Assert.Empty(Waits.Of(Fold([.. ConcludedRound, new ReviewEnded(1, ItemEnding.ByStandingCommittee, "不属本县事权")])));
    }

    [Fact]
    public void an_ending_ahead_of_its_review_must_come_again_unless_nothing_was_ever_handled()
    {
        Assert.Throws<InvalidOperationException>(() => WhenItemEnded.Decide(null, Ended(ItemEnding.ByPresidium, 3)));
        AssertNothing(WhenItemEnded.Decide(null, Ended(ItemEnding.ByStandingCommittee, 1)));
    }

    [Fact]
    public void a_mistyped_verdict_is_corrected_by_who_gave_it_or_by_the_office_and_both_are_shown()
    {
        var review = Fold(ConcludedRound[..3]);
        var meant = new DeputyVerdict(Second, Verdict.Satisfied, "仍有三盏不亮");
        AssertHappened(
            Correct(review, Typo, ConcludedRound[2], Second), new EntryCorrected(Id(99), 1, meant, null, "录入有误"));
        AssertHappened(
            Correct(review, Typo, ConcludedRound[2], Caller, office: true), new EntryCorrected(Id(99), 1, meant, null, "录入有误"));
        AssertRefused(Correct(review, Typo, ConcludedRound[2], First), RefusalKind.Forbidden, "not-your-entry");

        var corrected = Fold([.. ConcludedRound[..3], new EntryCorrected(Id(99), 1, meant, null, "录入有误")]);
        Assert.Equal(meant, corrected.Rounds[0].Verdicts[1]);
        Assert.Equal(new DeputyVerdict(Second, Verdict.Unsatisfied, "仍有三盏不亮"), corrected.Rounds[0].Corrections[0].Verdict);
        AssertNothing(Correct(corrected, Typo, ConcludedRound[2], Second));
        AssertHappened(
            Correct(corrected, Typo with { Reason = "再次核对", Verdict = Verdict.BasicallySatisfied }, ConcludedRound[2], Second),
            new EntryCorrected(Id(99), 1, meant with { Verdict = Verdict.BasicallySatisfied }, null, "再次核对"));
    }

    [Fact]
    public void a_corrected_verdict_may_decide()
    {
        var even = Fold(Opened, Reviewed(First, Satisfied), Reviewed(Second, Unsatisfied), Reviewed(Third, Satisfied), Reviewed(Fourth, Unsatisfied));
        AssertHappened(
            Correct(even, Typo, Reviewed(Fourth, Unsatisfied), Fourth),
            new EntryCorrected(Id(99), 1, new(Fourth, Verdict.Satisfied, "仍有三盏不亮"), null, "录入有误"), ConcludedFirst);
    }

    [Fact]
    public void what_was_decided_by_an_entry_keeps_it_from_being_corrected()
    {
        foreach (var (_, events) in Stages.Skip(1))
        {
            AssertRefused(Correct(Fold(events), Typo, events[1], ((DeputyReviewed)events[1]).Deputy), RefusalKind.State, "outcome-decided");
        }

        AssertRefused(
            Correct(Fold([.. ReturnedRound, OpenedFor(2, Handler)]), Typo, ReturnedRound[1], First), RefusalKind.State, "outcome-decided");
        AssertRefused(Correct(Fold(ClosedRound), Typo, ClosedRound[5], Caller), RefusalKind.State, "outcome-decided");
    }

    [Fact]
    public void nothing_else_is_corrected()
    {
        AssertRefused(Correct(Fold(ClosedRound), Typo, null, First), RefusalKind.Unknown, "no-such-entry");
        AssertRefused(Correct(Fold(ClosedRound), Typo, ClosedRound[4], Caller, office: true), RefusalKind.Rule, "entry-not-correctable");
        AssertRefused(
            Correct(Fold(ConcludedRound[..2]), Typo with { Verdict = Verdict.Unsatisfied }, ConcludedRound[1], First), RefusalKind.Rule, "comment-owed");
        AssertRefused(
            Correct(Fold([.. ConcludedRound[..3], new RecusalDeclared(1, Second, "亲属")]), Typo, ConcludedRound[2], Second, office: true),
            RefusalKind.State, "verdict-taken-back");
    }

    [Fact]
    public void an_event_out_of_its_order_is_a_bug_and_not_a_state() =>
        Assert.Throws<InvalidOperationException>(() => Fold(ConcludedFirst));

    [Fact]
    public void an_open_review_waits_for_those_of_the_group_who_may_and_have_not()
    {
        var waiting = Assert.Single(Waits.Of(Fold(ConcludedRound[..2])));
        Assert.Equal(("review-handling", 1, Group), (waiting.Act, waiting.Round, waiting.Group!.Value));
        Assert.Equal([Role.SupervisionGroup], waiting.Roles);
        Assert.Equal([Handler, First], waiting.Except!);
    }

    [Fact]
    public void nothing_is_open_here_without_an_owner()
    {
        foreach (var (code, events) in Stages)
        {
            var elsewhere = code is "handling-returned" or "supervision-restarted";
            var review = Fold(events);
            Assert.True(review.IsOver || elsewhere != Waits.Of(review).Any(), code);
        }
    }

    private static readonly CorrectEntry Typo = new(Id(99), "录入有误", Verdict.Satisfied);

    private static ItemEnded Ended(ItemEnding ending, int round) => new(CaseId, OrderId, round, ending, "已无法继续办理");

    private static Decision<IReviewEvent> Hear(Review? review, int round) =>
        WhenHandlingReported.Decide(review, Said(round), [First, Second, Third, Fourth], BuiltIn, Calendar);

    private static Decision<IReviewEvent> Give(Review review, Guid deputy, GiveVerdict verdict, Guid? group = null) =>
        GivingVerdict.Decide(review, verdict, deputy, [group ?? Group], unit: null, BuiltIn, Calendar, Now);

    private static Decision<IReviewEvent> Recuse(Review review, Guid person) =>
        DeclaringRecusal.Decide(review, new("亲属住在该村"), person, BuiltIn, Calendar, Now);

    private static Decision<IReviewEvent> Widen(Review review, params Guid[] able) =>
        AssigningReviewers.Decide(review, new(OtherGroup, "小组人数不足"), able, [Third, Fourth], BuiltIn, Calendar, Today);

    private static Decision<IReviewEvent> Correct(
        Review review, CorrectEntry command, IReviewEvent? entry, Guid person, bool office = false) =>
        CorrectingEntry.Decide(review, command, entry, person, office, BuiltIn, Calendar, Now);
}
