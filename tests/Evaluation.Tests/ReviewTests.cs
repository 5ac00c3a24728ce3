using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class ReviewTests
{
    [Fact]
    public void a_report_opens_the_review() => AssertHappened(WhenHandlingReported.Decide(null, Said(1)), Opened);

    [Fact]
    public void a_repeated_report_changes_nothing_at_any_stage()
    {
        foreach (var events in new[] { [Opened], ConcludedRound, ReturnedRound, RestartedRound, ClosedRound })
        {
            AssertNothing(WhenHandlingReported.Decide(Fold(events), Said(1)));
        }
    }

    [Fact]
    public void the_report_of_the_next_round_opens_it_after_a_return_and_after_a_restart()
    {
        foreach (var events in new[] { ReturnedRound, RestartedRound })
        {
            AssertHappened(WhenHandlingReported.Decide(Fold(events), Said(2)), OpenedFor(2, Handler));
        }
    }

    [Fact]
    public void a_report_of_an_older_round_that_comes_late_changes_nothing() =>
        AssertNothing(WhenHandlingReported.Decide(Fold([.. ReturnedRound, OpenedFor(2, Handler)]), Said(1)));

    [Fact]
    public void nothing_opens_a_review_confirmed_closed() =>
        AssertNothing(WhenHandlingReported.Decide(Fold(ClosedRound), Said(2)));

    [Fact]
    public void a_report_ahead_of_what_is_known_must_come_again()
    {
        Assert.Throws<InvalidOperationException>(() => WhenHandlingReported.Decide(null, Said(2)));
        Assert.Throws<InvalidOperationException>(() => WhenHandlingReported.Decide(Fold(Opened), Said(2)));
        Assert.Throws<InvalidOperationException>(() => WhenHandlingReported.Decide(Fold(ConcludedRound), Said(2)));
        Assert.Throws<InvalidOperationException>(() => WhenHandlingReported.Decide(Fold(ReturnedRound), Said(3)));
    }

    [Fact]
    public void two_verdicts_decide_nothing_yet()
    {
        AssertHappened(Give(Fold(Opened), First, Satisfied), Reviewed(First, Satisfied));
        AssertHappened(Give(Fold(Opened, Reviewed(First, Satisfied)), Second, Satisfied), Reviewed(Second, Satisfied));
    }

    [Fact]
    public void the_third_verdict_concludes_by_majority() => AssertHappened(
        Give(Fold(ConcludedRound[..3]), Third, Satisfied), Reviewed(Third, Satisfied), new Concluded(1, OrderId));

    [Fact]
    public void the_third_verdict_returns_by_majority_and_says_why() => AssertHappened(
        Give(Fold(ReturnedRound[..3]), Third, new(Verdict.Unsatisfied, "线路裸露")),
        Reviewed(Third, new(Verdict.Unsatisfied, "线路裸露")), new ReturnedForRectification(1, OrderId, "仍有三盏不亮\n线路裸露"));

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
    public void a_verdict_after_the_decision_is_refused()
    {
        foreach (var events in new[] { ConcludedRound, ReturnedRound, RestartedRound, ClosedRound })
        {
            AssertRefused(Give(Fold(events), Fourth, Satisfied), RefusalKind.State, "review-not-open");
        }
    }

    [Fact]
    public void who_is_not_of_the_group_gives_no_verdict() => AssertRefused(
        GivingVerdict.Decide(Fold(Opened), Satisfied, First, [Id(21)]), RefusalKind.Forbidden, "not-of-the-reviewing-group");

    [Fact]
    public void who_handled_the_matter_in_any_round_gives_no_verdict()
    {
        AssertRefused(Give(Fold(Opened), Handler, Satisfied), RefusalKind.Forbidden, "handler-may-not-review");
        var second = Fold([.. ReturnedRound, OpenedFor(2, Id(51))]);
        AssertRefused(Give(second, Handler, Satisfied), RefusalKind.Forbidden, "handler-may-not-review");
        AssertRefused(Give(second, Id(51), Satisfied), RefusalKind.Forbidden, "handler-may-not-review");
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
    public void a_satisfied_resident_closes_the_case_in_words_of_their_own() => AssertHappened(
        CallBack(Fold(ConcludedRound), Pleased),
        new CallBackMade(1, Caller, CallBackMethod.Phone, Verdict.Satisfied, new PersonalText(Resident, "路亮了，谢谢")),
        new ClosedConfirmed(1, OrderId));

    [Fact]
    public void a_resident_not_satisfied_restarts_the_supervision_and_their_words_stay_out_of_the_reason() => AssertHappened(
        CallBack(Fold(ConcludedRound), Displeased),
        new CallBackMade(1, Caller, CallBackMethod.HomeVisit, Verdict.Unsatisfied, new PersonalText(Resident, "我家门口还是黑的")),
        new SupervisionRestarted(1, OrderId, "门口一盏未修"));

    [Fact]
    public void a_matter_not_concluded_is_not_called_back()
    {
        foreach (var events in new[] { [Opened], ReturnedRound, [.. RestartedRound, OpenedFor(2, Handler)] })
        {
            AssertRefused(CallBack(Fold(events), Pleased), RefusalKind.State, "review-not-concluded");
        }
    }

    [Fact]
    public void the_same_call_back_twice_changes_nothing()
    {
        AssertNothing(CallBack(Fold(ClosedRound), Pleased));
        AssertNothing(CallBack(Fold(RestartedRound), Displeased));
    }

    [Fact]
    public void another_call_back_of_the_same_round_is_refused()
    {
        AssertRefused(CallBack(Fold(ClosedRound), Displeased), RefusalKind.State, "already-called-back");
        AssertRefused(CallBack(Fold(RestartedRound), Pleased), RefusalKind.State, "already-called-back");
        AssertRefused(
            CallBack(Fold(RestartedRound), Displeased with { Reason = "另一理由" }), RefusalKind.State, "already-called-back");
    }

    [Fact]
    public void what_an_erased_resident_said_cannot_be_said_again() => AssertRefused(
        MakingCallBack.Decide(Fold(ClosedRound), Pleased, new PersonalText(Resident, Pleased.Comment!), _ => null, Caller, unit: null),
        RefusalKind.State, "already-called-back");

    [Fact]
    public void who_handled_the_matter_does_not_call_back() => AssertRefused(
        MakingCallBack.Decide(Fold(ConcludedRound), Pleased, null, Open, Handler, null), RefusalKind.Forbidden, "handler-may-not-review");

    [Fact]
    public void the_unit_does_not_call_back() => AssertRefused(
        MakingCallBack.Decide(Fold(ConcludedRound), Pleased, null, Open, Caller, Section), RefusalKind.Forbidden, "unit-may-not-call-back");

    [Fact]
    public void an_event_out_of_its_order_is_a_bug_and_not_a_state() =>
        Assert.Throws<InvalidOperationException>(() => Fold(new Concluded(1, OrderId)));

    [Fact]
    public void an_open_review_waits_for_those_of_the_group_who_may_and_have_not()
    {
        var waiting = Evaluation.Waits(Fold(ConcludedRound[..2]))!;
        Assert.Equal(("review-handling", 1, Group), (waiting.Act, waiting.Round, waiting.Group!.Value));
        Assert.Equal([Role.SupervisionGroup], waiting.Roles);
        Assert.Equal([Handler, First], waiting.Except!);
    }

    [Fact]
    public void a_concluded_review_waits_for_the_call_back()
    {
        var waiting = Evaluation.Waits(Fold(ConcludedRound))!;
        Assert.Equal("call-back", waiting.Act);
        Assert.Equal([Role.CongressOffice, Role.Deputy], waiting.Roles);
        Assert.Equal([Handler], waiting.Except!);
    }

    [Fact]
    public void a_review_returned_restarted_or_closed_waits_for_nobody_here()
    {
        foreach (var events in new[] { ReturnedRound, RestartedRound, ClosedRound })
        {
            Assert.Null(Evaluation.Waits(Fold(events)));
        }
    }

    private static Decision<IReviewEvent> Give(Review review, Guid deputy, GiveVerdict verdict) =>
        GivingVerdict.Decide(review, verdict, deputy, [Group]);

    private static Decision<IReviewEvent> CallBack(Review review, MakeCallBack command) =>
        MakingCallBack.Decide(
            review, command, command.Comment is { } words ? new PersonalText(Resident, words) : null, Open, Caller, unit: null);

    // As the vault would, were the words sealed.
    private static string? Open(PersonalText text) => text.Sealed;
}
