using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class RoundTests
{
    [Theory]
    [InlineData(RoundCause.ReturnedForRectification)]
    [InlineData(RoundCause.SupervisionRestarted)]
    public void a_refusal_of_closure_opens_the_next_round_with_as_many_working_days(RoundCause cause) =>
        AssertHappensOnce(Handled, o => Open(o, 1, cause), Reopened with { Cause = cause });

    [Fact]
    public void the_new_round_is_the_sections_at_once_and_the_first_keeps_its_own_limit_and_report()
    {
        var order = SecondRound;
        Assert.Equal((OrderStage.InProgress, Section, Handler), (order.Stage, order.Lead!.Unit, order.Lead.Handler!.Value));
        Assert.Equal([1, 2], order.Rounds.Select(r => r.Number));
        Assert.Equal((TenDays, "已更换十二盏路灯"), (order.Rounds[0].Limit, order.Rounds[0].Report!.Summary));
        Assert.Null(order.Rounds[1].Report);
        Assert.Null(order.Lead.Draft);
    }

    [Fact]
    public void what_was_granted_later_is_not_given_again()
    {
        var extended = new ExtensionApproved(1, 1, "督〔2026〕1号延1", Role.TownChair, null, Today, Calendar.Limit(DueOn, 5, Terms));
        var order = Fold([.. FirstRound[..4], new ExtensionRequested(1, 1, Section, "连日下雨", 5), extended, Prepared, Reported]);
        AssertHappened(Open(order, 1, RoundCause.ReturnedForRectification), Reopened);
    }

    [Fact]
    public void of_a_limit_set_as_a_date_its_working_days_are_counted()
    {
        // 12 to 25 March are ten working days.
        var order = Fold([Issued with { Limit = TenDays with { WorkingDays = null } }, .. FirstRound[1..]]);
        AssertHappened(Open(order, 1, RoundCause.ReturnedForRectification), Reopened);
    }

    [Fact]
    public void beyond_the_last_calendar_the_new_limit_is_pending_and_never_guessed()
    {
        var opened = (RoundOpened)OpeningRound.Decide(
            Handled, 1, RoundCause.SupervisionRestarted, Verdict, Terms, Calendar, new(2026, 12, 25, 2, 0, 0, TimeSpan.Zero)).Single();
        Assert.Equal(new Limit(new(2026, 12, 25), 10, null, null, "built-in"), opened.Limit);
    }

    [Fact]
    public void a_verdict_on_a_round_that_has_its_next_one_changes_nothing() =>
        AssertNothing(OpeningRound.Decide(SecondRound, 1, RoundCause.ReturnedForRectification, Id(6), Terms, Calendar, Later));

    [Fact]
    public void after_its_end_no_round_opens() => AssertNothing(Open(At(OrderStage.Ended), 1, RoundCause.SupervisionRestarted));

    [Fact]
    public void a_verdict_ahead_of_what_is_known_must_come_again()
    {
        Assert.Throws<InvalidOperationException>(() => Open(null, 1, RoundCause.ReturnedForRectification));
        Assert.Throws<InvalidOperationException>(() => Open(InProgress, 1, RoundCause.ReturnedForRectification));
        Assert.Throws<InvalidOperationException>(() => Open(Handled, 2, RoundCause.ReturnedForRectification));
    }

    [Fact]
    public void the_second_restart_opens_nothing_and_the_presidium_decides()
    {
        var order = Fold([.. FirstRound, Reopened with { Cause = RoundCause.SupervisionRestarted }, Reported with { Round = 2 }]);
        AssertHappensOnce(
            order, o => OpeningRound.Decide(o, 2, RoundCause.SupervisionRestarted, Id(6), Terms, Calendar, Later),
            // 15 working days after 1 April; the 6th is a holiday.
            new RestartsReached(2, Id(6), new(new(2026, 4, 1), 15, new(2026, 4, 23), new(2026, 4, 23), "built-in")));
    }

    [Fact]
    public void returns_by_deputies_are_no_restarts()
    {
        var order = Fold([.. FirstRound, Reopened, Reported with { Round = 2 }]);
        Assert.IsType<RoundOpened>(Assert.Single(
            OpeningRound.Decide(order, 2, RoundCause.SupervisionRestarted, Id(6), Terms, Calendar, Later).Events));
    }

    [Fact]
    public void going_on_opens_the_next_round_for_the_verdict_that_waited() => AssertHappensOnce(
        RestartedTwice, o => Decide(o, AfterRestarts.GoOn),
        new RestartsDecided(2, AfterRestarts.GoOn, Role.Presidium, Carried, "再办一轮"),
        Reopened with { Round = 3, Cause = RoundCause.SupervisionRestarted, CausedBy = Id(6) });

    [Fact]
    public void escalating_opens_the_next_round_before_the_committee()
    {
        var decision = Decide(RestartedTwice, AfterRestarts.Escalate);
        Assert.IsType<EscalationOpened>(decision.Events[1]);
        var order = RestartedTwice.Then([.. decision.Events]);
        Assert.Equal((Branch.Escalation, OrderStage.Escalated, 3), (order.Branch, order.Stage, order.Round.Number));
        Assert.Equal((RoundCause.SupervisionRestarted, Id(6)), (order.Round.Cause, order.Round.CausedBy!.Value));
        AssertNothing(Decide(order, AfterRestarts.Escalate));
    }

    [Fact]
    public void ending_it_has_a_reason_that_is_published() => AssertHappensOnce(
        RestartedTwice, o => Decide(o, AfterRestarts.End),
        new RestartsDecided(2, AfterRestarts.End, Role.Presidium, Carried, "再办一轮"), new ItemEnded(2, ItemEnding.ByPresidium, "再办一轮"));

    [Fact]
    public void a_street_decides_by_its_commission_and_a_chair_never_alone()
    {
        var command = new DecideRestarts(Commissioned, AfterRestarts.GoOn, "再办一轮");
        Assert.Equal(2, Decide(command, Role.StreetWorkCommittee, null).Events.Count);
        AssertRefused(Decide(command, Role.StreetWorkCommittee, Presidium), RefusalKind.Forbidden, "presidium-decides-here");
        AssertRefused(
            Decide(command with { Resolution = new() }, Role.StreetWorkCommittee, null), RefusalKind.Rule, "commission-missing");
        AssertRefused(
            Decide(command with { Resolution = new() }, Role.TownChair, Presidium), RefusalKind.Forbidden, "chair-not-alone");
    }

    [Fact]
    public void the_presidium_decides_by_a_meeting_that_carries_it()
    {
        var command = new DecideRestarts(new(), AfterRestarts.GoOn, "再办一轮");
        AssertRefused(Decide(command, Role.Presidium, Presidium), RefusalKind.Rule, "meeting-missing");
        Resolution one = new(new Meeting(Today, [Id(60)], 1, 0, 0)), split = new(new Meeting(Today, [Id(60), Id(61)], 1, 1, 0));
        AssertRefused(Decide(command with { Resolution = one }, Role.Presidium, Presidium), RefusalKind.Rule, "quorum-missing");
        AssertRefused(Decide(command with { Resolution = split }, Role.Presidium, Presidium), RefusalKind.Rule, "majority-missing");
        AssertRefused(
            Decide(command with { Resolution = Carried }, Role.Presidium, Presidium, RestartedTwice with { Recused = [Id(61)] }),
            RefusalKind.Rule, "attended-recused");
    }

    [Theory]
    [InlineData(OrderStage.Issued)]
    [InlineData(OrderStage.InProgress)]
    [InlineData(OrderStage.Handled)]
    [InlineData(OrderStage.Escalated)]
    [InlineData(OrderStage.Ended)]
    public void nothing_is_decided_where_nothing_waits(OrderStage stage) =>
        AssertRefused(Decide(At(stage), AfterRestarts.GoOn), RefusalKind.State, "no-decision-awaited");

    private static Decision<IOrderEvent> Open(Order? order, int refused, RoundCause cause) =>
        OpeningRound.Decide(order, refused, cause, Verdict, Terms, Calendar, Later);

    private static Decision<IOrderEvent> Decide(Order order, AfterRestarts outcome) =>
        Decide(new(Carried, outcome, "再办一轮"), Role.Presidium, Presidium, order);

    private static Decision<IOrderEvent> Decide(
        DecideRestarts command, Role by, IReadOnlyList<Guid>? presidium, Order? order = null) =>
        DecidingRestarts.Decide(order ?? RestartedTwice, command, Recorder with { By = by, Members = presidium, Now = Later });
}
