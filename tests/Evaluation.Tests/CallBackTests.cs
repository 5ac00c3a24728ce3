using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class CallBackTests
{
    [Fact]
    public void a_satisfied_resident_closes_the_case_in_words_of_their_own() => AssertHappened(
        CallBack(Fold(ConcludedRound), Pleased),
        new CallBackMade(1, Caller, CallBackMethod.Phone, Verdict.Satisfied, new PersonalText(Resident, "路亮了，谢谢"), null, Today),
        new ClosedConfirmed(1, OrderId));

    [Fact]
    public void a_basically_satisfied_resident_closes_it_too()
    {
        var command = Pleased with { Verdict = Verdict.BasicallySatisfied, Aspects = new(Verdict.Satisfied, Verdict.Unsatisfied) };
        AssertHappened(
            CallBack(Fold(ConcludedRound), command),
            new CallBackMade(
                1, Caller, CallBackMethod.Phone, Verdict.BasicallySatisfied, new PersonalText(Resident, "路亮了，谢谢"),
                new(Verdict.Satisfied, Verdict.Unsatisfied), Today),
            new ClosedConfirmed(1, OrderId));
    }

    [Fact]
    public void a_resident_not_satisfied_restarts_the_supervision_and_their_words_stay_out_of_the_reason() => AssertHappened(
        CallBack(Fold(ConcludedRound), Displeased),
        new CallBackMade(1, Caller, CallBackMethod.HomeVisit, Verdict.Unsatisfied, new PersonalText(Resident, "我家门口还是黑的"), null, Today),
        new SupervisionRestarted(1, OrderId, "门口一盏未修"));

    [Fact]
    public void a_matter_not_concluded_is_not_called_back_and_its_stage_says_why()
    {
        foreach (var code in new[] { "review-not-concluded", "handling-returned", "case-closed-unreached" })
        {
            AssertRefused(CallBack(Fold(Stages[code]), Pleased), RefusalKind.State, code);
        }

        AssertRefused(CallBack(Fold([.. RestartedRound, OpenedFor(2, Handler)]), Pleased), RefusalKind.State, "review-not-concluded");
        AssertRefused(
            CallBack(Fold([.. ConcludedRound, new ReviewEnded(1, ItemEnding.ByPresidium, "理由")]), Pleased), RefusalKind.State, "item-ended");
    }

    [Fact]
    public void the_same_call_back_twice_changes_nothing_even_on_the_next_day()
    {
        AssertNothing(CallBack(Fold(ClosedRound), Pleased));
        AssertNothing(CallBack(Fold(RestartedRound), Displeased));
        AssertNothing(CallBack(Fold(ClosedRound), Pleased, Today.AddDays(1)));
    }

    [Fact]
    public void another_call_back_of_the_same_round_is_refused()
    {
        AssertRefused(CallBack(Fold(ClosedRound), Displeased), RefusalKind.State, "already-called-back");
        AssertRefused(CallBack(Fold(RestartedRound), Pleased), RefusalKind.State, "already-called-back");
        AssertRefused(CallBack(Fold(RestartedRound), Displeased with { Reason = "另一理由" }), RefusalKind.State, "already-called-back");
        AssertRefused(
            CallBack(Fold(ClosedRound), Pleased with { Aspects = new(Verdict.Satisfied) }), RefusalKind.State, "already-called-back");
    }

    [Fact]
    public void what_an_erased_resident_said_cannot_be_said_again() => AssertRefused(
        MakingCallBack.Decide(
            Fold(ClosedRound), Pleased, new PersonalText(Resident, Pleased.Comment!), _ => null, Caller, unit: null, Today),
        RefusalKind.State, "already-called-back");

    [Fact]
    public void handlers_recused_and_units_call_nobody_back()
    {
        var recused = Fold([.. ConcludedRound, new RecusalDeclared(1, Fourth, "亲属")]);
        Refused(Handler, null, "handler-may-not-review");
        Refused(Fourth, null, "recused-may-not-judge");
        Refused(Caller, Section, "unit-may-not-call-back");
        Refused(Caller, Assisting, "unit-may-not-call-back");

        void Refused(Guid person, Guid? unit, string code)
        {
            AssertRefused(MakingCallBack.Decide(recused, Pleased, null, Open, person, unit, Today), RefusalKind.Forbidden, code);
            AssertRefused(
                AttemptingCallBack.Decide(recused, new(CallBackMethod.Phone), person, unit, BuiltIn, Today), RefusalKind.Forbidden, code);
            AssertRefused(
                CallingBackServedPerson.Decide(
                    recused, new(Joiner, CallBackMethod.Phone, Verdict.Satisfied), true, null, Open, person, unit, Today),
                RefusalKind.Forbidden, code);
        }
    }

    [Fact]
    public void a_call_is_made_from_the_conclusion_on_and_not_in_the_future()
    {
        AssertRefused(CallBack(Fold(ConcludedRound), Pleased with { On = new(2026, 9, 23) }), RefusalKind.Rule, "call-before-conclusion");
        AssertRefused(CallBack(Fold(ConcludedRound), Pleased with { On = new(2026, 9, 25) }), RefusalKind.Rule, "call-in-the-future");
        Assert.Equal(
            new(2026, 9, 24),
            Assert.IsType<CallBackMade>(CallBack(Fold(ConcludedRound), Pleased with { On = new(2026, 9, 24) }, new(2026, 9, 28)).Events[0]).On);
    }

    [Fact]
    public void who_is_not_reached_is_tried_on_different_days_and_then_closed_as_unreached()
    {
        AssertHappened(Attempt(ConcludedRound, new(2026, 9, 24)), Attempted(1, new(2026, 9, 24)));
        AssertNothing(Attempt(UnreachedRound[..6], new(2026, 9, 24)));
        AssertRefused(
            AttemptingCallBack.Decide(Fold(UnreachedRound[..6]), new(CallBackMethod.HomeVisit), Caller, null, BuiltIn, Today),
            RefusalKind.State, "attempted-that-day");
        AssertHappened(Attempt(UnreachedRound[..6], new(2026, 9, 28)), Attempted(2, new(2026, 9, 28)));
        AssertHappened(
            Attempt(UnreachedRound[..7], new(2026, 9, 29)), Attempted(3, new(2026, 9, 29)), new ClosedUnreached(1, OrderId, "built-in"));
        AssertNothing(Attempt(UnreachedRound, new(2026, 9, 29)));
    }

    [Fact]
    public void an_attempt_recorded_later_keeps_its_day()
    {
        AssertHappened(
            AttemptingCallBack.Decide(
                Fold(ConcludedRound), new(CallBackMethod.Phone, new(2026, 9, 25)), Caller, null, BuiltIn, new(2026, 9, 30)),
            Attempted(1, new(2026, 9, 25)));
        AssertRefused(
            AttemptingCallBack.Decide(
                Fold(ConcludedRound), new(CallBackMethod.Phone, new(2026, 9, 25)), Caller, null, BuiltIn, new(2026, 9, 24)),
            RefusalKind.Rule, "call-in-the-future");
    }

    [Fact]
    public void an_attempt_at_any_other_stage_is_refused_by_the_stage()
    {
        foreach (var (code, events) in Stages.Where(s => s.Key is not "review-concluded"))
        {
            AssertRefused(Attempt(events, new(2026, 10, 8)), RefusalKind.State, code);
        }
    }

    [Fact]
    public void who_is_reached_after_two_attempts_is_called_back_all_the_same() => Assert.Equal(
        ["CallBackMade", "ClosedConfirmed"],
        CallBack(Fold(UnreachedRound[..7]), Pleased, new(2026, 9, 29)).Events.Select(e => e.GetType().Name));

    [Fact]
    public void a_mistyped_attempt_is_corrected_until_the_case_is_closed()
    {
        var command = new CorrectEntry(Id(99), "日期有误", On: new(2026, 9, 26));
        var meant = new CallBackAttempt(1, Caller, CallBackMethod.Phone, new(2026, 9, 26));
        AssertHappened(Correct(UnreachedRound[..7], command), new EntryCorrected(Id(99), 1, null, meant, "日期有误"));
        Assert.Equal(meant, Fold([.. UnreachedRound[..7], new EntryCorrected(Id(99), 1, null, meant, "日期有误")]).Rounds[0].Attempts[0]);
        AssertRefused(Correct(UnreachedRound[..7], command with { On = new(2026, 9, 28) }), RefusalKind.State, "attempted-that-day");
        AssertRefused(Correct(UnreachedRound[..7], command with { On = new(2026, 9, 23) }), RefusalKind.Rule, "call-before-conclusion");
        AssertRefused(Correct(UnreachedRound, command), RefusalKind.State, "outcome-decided");
    }

    [Fact]
    public void the_first_verdict_stays_beside_the_final_one()
    {
        var closed = Fold([
            .. RestartedRound, OpenedFor(2, Handler), Reviewed(First, Satisfied, 2), Reviewed(Second, Satisfied, 2), Reviewed(Third, Satisfied, 2),
            ConcludedFirst with { Round = 2 }, new CallBackMade(2, Caller, CallBackMethod.Phone, Verdict.BasicallySatisfied, null, null, Today),
            new ClosedConfirmed(2, OrderId)]);
        Assert.Equal((Verdict.Unsatisfied, Verdict.BasicallySatisfied, 1), (closed.FirstVerdict, closed.FinalVerdict, closed.Restarts));
        Assert.Null(Fold(UnreachedRound).FirstVerdict);
    }

    [Fact]
    public void further_people_served_are_called_back_and_decide_nothing()
    {
        var command = new CallBackServedPerson(Joiner, CallBackMethod.Phone, Verdict.Unsatisfied, "还是黑");
        var made = new ServedPersonCalledBack(
            1, Joiner, Caller, CallBackMethod.Phone, Verdict.Unsatisfied, new(Joiner, "还是黑"), null, Today);
        foreach (var events in new[] { ConcludedRound, ClosedRound, UnreachedRound, RestartedRound })
        {
            AssertHappened(Served(Fold(events), command), made);
        }

        var review = Fold([.. ClosedRound, made]);
        Assert.Equal((ReviewStage.ClosedConfirmed, Verdict.Satisfied), (review.Stage, review.FirstVerdict));
        AssertNothing(Served(review, command));
        AssertRefused(Served(review, command with { Verdict = Verdict.Satisfied }), RefusalKind.State, "already-called-back");
        AssertRefused(Served(Fold(Opened), command), RefusalKind.State, "review-not-concluded");
        AssertRefused(Served(Fold(ReturnedRound), command), RefusalKind.State, "handling-returned");
        AssertRefused(Served(Fold(EndedRound), command), RefusalKind.State, "item-ended");
        AssertRefused(Served(Fold(ClosedRound), command with { Served = Resident }), RefusalKind.Rule, "is-the-founding-submitter");
        AssertRefused(
            CallingBackServedPerson.Decide(Fold(ClosedRound), command, false, null, Open, Caller, null, Today), RefusalKind.Rule, "not-served");
    }

    [Fact]
    public void a_call_back_overdue_is_stated_once_and_only_after_the_last_instant()
    {
        // The limit ends with 15 October in Shanghai, which is 16:00 UTC.
        var end = new DateTimeOffset(2026, 10, 15, 16, 0, 0, TimeSpan.Zero);
        AssertNothing(WhenReviewDue.Decide(Fold(ConcludedRound), BuiltIn, Calendar, end));
        AssertHappened(WhenReviewDue.Decide(Fold(ConcludedRound), BuiltIn, Calendar, end.AddTicks(10)), new CallBackOverdue(1, end));
        var overdue = Fold([.. ConcludedRound, new CallBackOverdue(1, end)]);
        AssertNothing(WhenReviewDue.Decide(overdue, BuiltIn, Calendar, end.AddDays(1)));
        Assert.Null(WhenReviewDue.Next(overdue));
        Assert.Equal(new NextDue(end), WhenReviewDue.Next(Fold(ConcludedRound)));
        AssertHappened(
            CallBack(overdue, Displeased, new(2026, 10, 20)),
            new CallBackMade(
                1, Caller, CallBackMethod.HomeVisit, Verdict.Unsatisfied, new(Resident, "我家门口还是黑的"), null, new(2026, 10, 20)),
            new SupervisionRestarted(1, OrderId, "门口一盏未修"));
    }

    [Fact]
    public void nothing_is_due_at_any_other_stage()
    {
        foreach (var (_, events) in Stages.Where(s => s.Key is not "review-concluded"))
        {
            Assert.Null(WhenReviewDue.Next(Fold(events)));
            AssertNothing(WhenReviewDue.Decide(Fold(events), BuiltIn, Calendar, At(2026, 12, 31, 12, 0)));
        }
    }

    [Fact]
    public void a_limit_beyond_the_calendar_gets_its_date_when_the_calendar_has_come()
    {
        // From 24 December 2026 five working days are left in the year: 25, 28, 29, 30, 31.
        var open = Fold([.. ConcludedRound[..4], ConcludedFirst with { CallBack = new(new(2026, 12, 24), 10, null, null, "built-in") }]);
        AssertNothing(WhenReviewDue.Decide(open, BuiltIn, Calendar, At(2027, 1, 20, 9, 0)));
        Assert.Equal(new NextDue(null, 2027), WhenReviewDue.Next(open));

        // With 1 to 3 January off, 3 January being a Sunday, the sixth to the tenth are 4 to 8 January.
        var calendar = new WorkingCalendar(
            [.. WorkingCalendar.National, new(2027, [new(2027, 1, 1), new(2027, 1, 2), new(2027, 1, 3)], [], "国办发明电〔2026〕1号", 1)]);
        AssertHappened(
            WhenReviewDue.Decide(open, BuiltIn, calendar, At(2027, 1, 4, 9, 0)),
            new CallBackLimitFixed(1, new(new(2026, 12, 24), 10, new(2027, 1, 8), new(2027, 1, 8), "built-in")));
    }

    [Fact]
    public void a_concluded_review_waits_for_the_call_back_with_its_limit()
    {
        var waiting = Assert.Single(Waits.Of(Fold([.. ConcludedRound, new RecusalDeclared(1, Fourth, "亲属")])));
        Assert.Equal(("call-back", new DateTimeOffset(2026, 10, 15, 16, 0, 0, TimeSpan.Zero)), (waiting.Act, waiting.DueAt!.Value));
        Assert.Equal([Role.CongressOffice, Role.Deputy], waiting.Roles);
        Assert.Equal([Handler, Fourth], waiting.Except!);
    }

    private static Decision<IReviewEvent> CallBack(Review review, MakeCallBack command, DateOnly? today = null) => MakingCallBack.Decide(
        review, command, command.Comment is { } words ? new PersonalText(Resident, words) : null, Open, Caller, unit: null, today ?? Today);

    private static Decision<IReviewEvent> Attempt(IReviewEvent[] events, DateOnly today) =>
        AttemptingCallBack.Decide(Fold(events), new(CallBackMethod.Phone), Caller, unit: null, BuiltIn, today);

    private static Decision<IReviewEvent> Served(Review review, CallBackServedPerson command) => CallingBackServedPerson.Decide(
        review, command, true, command.Comment is { } words ? new PersonalText(Joiner, words) : null, Open, Caller, unit: null, Today);

    private static Decision<IReviewEvent> Correct(IReviewEvent[] events, CorrectEntry command) => CorrectingEntry.Decide(
        Fold(events), command, Attempted(1, new(2026, 9, 24)), Caller, false, BuiltIn, Calendar, At(2026, 9, 30, 9, 0));

    // As the vault would, were the words sealed.
    private static string? Open(PersonalText text) => text.Sealed;
}
