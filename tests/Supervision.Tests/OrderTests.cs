using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class OrderTests
{
    public static TheoryData<OrderStage> Stages => [.. Enum.GetValues<OrderStage>()];

    [Fact]
    public void a_referral_issues_the_order_until_midnight_of_its_last_day() =>
        AssertHappened(Issued, WhenOrderReferred.Decide(null, Said));

    [Theory]
    [MemberData(nameof(Stages))]
    public void a_repeated_referral_changes_nothing(OrderStage stage) => AssertNothing(WhenOrderReferred.Decide(At(stage), Said));

    [Fact]
    public void the_limit_counts_from_the_referral_in_local_days_however_late_it_is_heard() =>
        Assert.Equal(10, At(OrderStage.Issued).LimitDays);

    [Fact]
    public void the_addressee_acknowledges() =>
        AssertHappened(Acknowledged, AcknowledgingOrder.Decide(At(OrderStage.Issued), TownGovernment));

    [Theory]
    [InlineData(OrderStage.Acknowledged)]
    [InlineData(OrderStage.InProgress)]
    [InlineData(OrderStage.Handled)]
    public void acknowledging_twice_changes_nothing(OrderStage stage) =>
        AssertNothing(AcknowledgingOrder.Decide(At(stage), TownGovernment));

    [Fact]
    public void a_new_round_needs_no_acknowledgement() => AssertNothing(AcknowledgingOrder.Decide(SecondRound, TownGovernment));

    [Fact]
    public void nobody_else_acknowledges()
    {
        AssertRefused(AcknowledgingOrder.Decide(At(OrderStage.Issued), Section), RefusalKind.Forbidden, "not-the-addressee");
        AssertRefused(AcknowledgingOrder.Decide(At(OrderStage.Issued), null), RefusalKind.Forbidden, "not-the-addressee");
    }

    [Fact]
    public void the_addressee_passes_the_order_to_its_section() =>
        AssertHappened(Passed, Pass(At(OrderStage.Acknowledged), Section));

    [Fact]
    public void an_order_not_acknowledged_is_not_passed_on() =>
        AssertRefused(Pass(At(OrderStage.Issued), Section), RefusalKind.State, "order-not-acknowledged");

    [Fact]
    public void nobody_else_passes_it_on() => AssertRefused(
        PassingToSection.Decide(At(OrderStage.Acknowledged), new(Section), Section, TownGovernment),
        RefusalKind.Forbidden, "not-the-addressee");

    [Fact]
    public void another_governments_section_or_none_at_all_is_refused()
    {
        var order = At(OrderStage.Acknowledged);
        AssertRefused(
            PassingToSection.Decide(order, new(Section), TownGovernment, Id(39)), RefusalKind.Rule, "not-a-section-of-the-addressee");
        AssertRefused(
            PassingToSection.Decide(order, new(Section), TownGovernment, null), RefusalKind.Rule, "not-a-section-of-the-addressee");
    }

    [Theory]
    [InlineData(OrderStage.InProgress)]
    [InlineData(OrderStage.Handled)]
    public void naming_the_same_section_twice_changes_nothing(OrderStage stage) => AssertNothing(Pass(At(stage), Section));

    [Fact]
    public void another_section_is_refused() =>
        AssertRefused(Pass(At(OrderStage.InProgress), Id(32)), RefusalKind.State, "section-already-named");

    [Fact]
    public void the_section_reports_the_round_as_handled() => AssertHappened(Reported, Report(At(OrderStage.InProgress), "已更换十二盏路灯"));

    [Theory]
    [InlineData(OrderStage.Issued)]
    [InlineData(OrderStage.Acknowledged)]
    public void an_order_no_section_has_is_not_reported(OrderStage stage) =>
        AssertRefused(Report(At(stage), "已办"), RefusalKind.State, "order-not-in-progress");

    [Fact]
    public void another_unit_does_not_report() => AssertRefused(
        ReportingHandling.Decide(At(OrderStage.InProgress), new("已办"), ReviewId, Handler, TownGovernment),
        RefusalKind.Forbidden, "not-the-section");

    [Fact]
    public void the_same_report_twice_changes_nothing() => AssertNothing(Report(At(OrderStage.Handled), "已更换十二盏路灯"));

    [Fact]
    public void another_report_of_a_handled_round_is_refused() =>
        AssertRefused(Report(At(OrderStage.Handled), "另作说明"), RefusalKind.State, "handling-already-reported");

    [Fact]
    public void the_second_round_is_reported_anew_and_under_its_own_number()
    {
        var reported = Assert.IsType<HandlingReported>(Assert.Single(Report(SecondRound, "已更换十二盏路灯").Events));
        Assert.Equal((2, ReviewId), (reported.Round, reported.ReviewId));
        var order = Fold([.. FirstRound, Reopened, reported]);
        Assert.Equal(OrderStage.Handled, order.Stage);
        Assert.All(order.Rounds, r => Assert.NotNull(r.Report));
    }

    [Theory]
    [InlineData(RoundCause.ReturnedForRectification)]
    [InlineData(RoundCause.SupervisionRestarted)]
    public void a_refusal_of_closure_opens_the_next_round_with_as_many_days(RoundCause cause) => AssertHappened(
        ((RoundOpened)Reopened) with { Cause = cause }, OpeningRound.Decide(At(OrderStage.Handled), 1, cause, Verdict, Later));

    [Fact]
    public void the_new_round_is_the_sections_at_once_and_the_first_keeps_its_own_limit_and_report()
    {
        var order = SecondRound;
        Assert.Equal((OrderStage.InProgress, Section), (order.Stage, order.Section!.Value));
        Assert.Equal([1, 2], order.Rounds.Select(r => r.Number));
        Assert.Equal(new Round(1, RoundCause.Referred, null, ReferredAt, DueAt, new(Handler, "已更换十二盏路灯")), order.Rounds[0]);
        Assert.Null(order.Rounds[1].Report);
    }

    [Fact]
    public void a_limit_of_the_same_day_gives_the_same_day_again()
    {
        var order = Fold(
            [WhenOrderReferred.Decide(null, Said with { DueOn = new(2026, 3, 11) }).Single(), .. FirstRound[1..]]);
        var opened = (RoundOpened)OpeningRound.Decide(order, 1, RoundCause.SupervisionRestarted, Verdict, Later).Single();
        Assert.Equal(new DateTimeOffset(2026, 4, 1, 16, 0, 0, TimeSpan.Zero), opened.DueAt);
    }

    [Fact]
    public void one_verdict_opens_one_round_even_after_that_round_is_handled()
    {
        AssertNothing(OpeningRound.Decide(SecondRound, 1, RoundCause.ReturnedForRectification, Verdict, Later));
        var handled = Fold([.. FirstRound, Reopened, Report(SecondRound, "再次办理").Single()]);
        AssertNothing(OpeningRound.Decide(handled, 1, RoundCause.ReturnedForRectification, Verdict, Later));
        AssertNothing(OpeningRound.Decide(handled, 1, RoundCause.ReturnedForRectification, Id(6), Later));
    }

    [Fact]
    public void the_second_rounds_verdict_opens_the_third()
    {
        var handled = Fold([.. FirstRound, Reopened, Report(SecondRound, "再次办理").Single()]);
        var opened = (RoundOpened)OpeningRound.Decide(handled, 2, RoundCause.SupervisionRestarted, Id(6), Later).Single();
        Assert.Equal((3, Id(6)), (opened.Round, opened.CausedBy));
    }

    [Fact]
    public void a_verdict_ahead_of_what_is_known_must_come_again()
    {
        Assert.Throws<InvalidOperationException>(() => Open(null, 1));
        Assert.Throws<InvalidOperationException>(() => Open(At(OrderStage.InProgress), 1));
        Assert.Throws<InvalidOperationException>(() => Open(At(OrderStage.Handled), 2));
    }

    [Fact]
    public void an_event_out_of_its_order_is_a_bug_and_not_a_state() =>
        Assert.Throws<InvalidOperationException>(() => Fold(Acknowledged));

    [Theory]
    [InlineData(OrderStage.Issued, "acknowledge-order", Role.TownGovernment)]
    [InlineData(OrderStage.Acknowledged, "pass-order-to-section", Role.TownGovernment)]
    [InlineData(OrderStage.InProgress, "report-handling", Role.HandlingUnit)]
    public void every_open_stage_waits_for_its_unit_until_the_limit(OrderStage stage, string act, Role role)
    {
        var waiting = Supervision.Waits(At(stage))!;
        Assert.Equal((act, CaseId, 1, DueAt), (waiting.Act, waiting.CaseId, waiting.Round, waiting.DueAt));
        Assert.Equal([role], waiting.Roles);
        Assert.Equal(role == Role.HandlingUnit ? Section : TownGovernment, waiting.Unit);
    }

    [Fact]
    public void a_handled_order_waits_for_nobody_here_and_its_next_round_for_the_section()
    {
        Assert.Null(Supervision.Waits(At(OrderStage.Handled)));
        var waiting = Supervision.Waits(SecondRound)!;
        Assert.Equal(("report-handling", 2, Section), (waiting.Act, waiting.Round, waiting.Unit!.Value));
    }

    private static Decision<IOrderEvent> Pass(Order order, Guid section) =>
        PassingToSection.Decide(order, new(section), TownGovernment, TownGovernment);

    private static Decision<IOrderEvent> Report(Order order, string summary) =>
        ReportingHandling.Decide(order, new(summary), ReviewId, Handler, Section);

    private static Decision<IOrderEvent> Open(Order? order, int refused) =>
        OpeningRound.Decide(order, refused, RoundCause.ReturnedForRectification, Verdict, Later);
}
