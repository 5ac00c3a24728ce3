using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class ReportTests
{
    private static readonly Order TwoUnits = Fold(Issued, Acknowledged, PassedToTwo, Named);

    [Fact]
    public void a_unit_names_its_handler_and_stand_in() => AssertHappensOnce(
        Fold(Issued, Acknowledged, Passed), o => NamingHandlers.Decide(o, new(Handler, StandIn), Section, true), Named);

    [Fact]
    public void others_may_be_named_later_but_only_of_the_unit_and_two()
    {
        AssertHappened(
            NamingHandlers.Decide(InProgress, new(Leader, StandIn), Section, true), Named with { Handler = Leader });
        AssertRefused(NamingHandlers.Decide(InProgress, new(Leader, Leader), Section, true), RefusalKind.Rule, "stand-in-is-the-handler");
        AssertRefused(NamingHandlers.Decide(InProgress, new(Leader, Id(9)), Section, false), RefusalKind.Rule, "handler-not-of-the-unit");
        AssertRefused(NamingHandlers.Decide(InProgress, new(Leader, StandIn), Assisting, true), RefusalKind.Forbidden, "not-the-section");
        AssertRefused(NamingHandlers.Decide(Handled, new(Leader, StandIn), Section, true), RefusalKind.State, "order-handled");
    }

    [Fact]
    public void the_handler_or_the_stand_in_writes_the_report()
    {
        AssertHappensOnce(InProgress, o => Prepare(o, Handler), Prepared);
        AssertHappensOnce(InProgress, o => Prepare(o, StandIn), Prepared with { PreparedBy = StandIn });
        AssertRefused(Prepare(InProgress, Leader), RefusalKind.Forbidden, "not-the-handler");
    }

    [Theory]
    [InlineData(OrderStage.Issued, "order-not-acknowledged")]
    [InlineData(OrderStage.Acknowledged, "order-not-in-progress")]
    [InlineData(OrderStage.Handled, "handling-already-reported")]
    [InlineData(OrderStage.Escalated, "order-escalated")]
    [InlineData(OrderStage.AtCounty, "order-at-county")]
    [InlineData(OrderStage.Returned, "order-returned-by-committee")]
    [InlineData(OrderStage.AwaitingDecision, "order-awaits-decision")]
    [InlineData(OrderStage.Ended, "order-ended")]
    public void at_no_other_stage_is_a_report_written(OrderStage stage, string code) =>
        AssertRefused(Prepare(At(stage), Handler), RefusalKind.State, code);

    [Fact]
    public void without_a_named_handler_nobody_writes_it()
    {
        AssertRefused(Prepare(Fold(Issued, Acknowledged, Passed), Handler), RefusalKind.State, "handler-not-named");
        AssertRefused(
            PreparingReport.Decide(InProgress, new("已更换十二盏路灯"), Handler, TownGovernment, Today), RefusalKind.Forbidden, "not-the-section");
    }

    [Fact]
    public void what_awaits_its_sign_off_is_not_written_twice() => AssertRefused(
        PreparingReport.Decide(InProgress.Then(Prepared), new("另作说明"), Handler, Section, Today), RefusalKind.State, "report-awaits-sign-off");

    [Fact]
    public void it_was_handled_in_this_round_and_not_in_the_future()
    {
        AssertRefused(Prepare(InProgress, Handler, Today.AddDays(1)), RefusalKind.Rule, "date-in-future");
        AssertRefused(Prepare(InProgress, Handler, ReferredOn.AddDays(-1)), RefusalKind.Rule, "date-before-round");
        AssertHappened(Prepare(InProgress, Handler, ReferredOn), Prepared with { HandledOn = ReferredOn });
    }

    [Fact]
    public void another_of_the_unit_signs_off_and_only_then_it_is_reported() =>
        AssertHappensOnce(InProgress.Then(Prepared), o => SignOff(o, Leader), Reported);

    [Fact]
    public void nobody_signs_off_what_they_wrote() =>
        AssertRefused(SignOff(InProgress.Then(Prepared), Handler), RefusalKind.Forbidden, "own-report");

    [Fact]
    public void no_report_no_sign_off()
    {
        AssertRefused(SignOff(InProgress, Leader), RefusalKind.State, "no-report-prepared");
        AssertRefused(SignOff(Handled, StandIn), RefusalKind.State, "handling-already-reported");
        AssertRefused(SignOff(InProgress.Then(Prepared), Leader, unit: TownGovernment), RefusalKind.Forbidden, "not-the-section");
    }

    [Fact]
    public void a_report_not_signed_off_is_written_again()
    {
        var draft = InProgress.Then(Prepared);
        AssertRefused(Refuse(draft, null), RefusalKind.Rule, "reason-missing");
        AssertHappensOnce(draft, o => Refuse(o, "数字不实"), new ReportNotSignedOff(1, Section, "数字不实"));
        AssertHappened(Prepare(draft.Then(new ReportNotSignedOff(1, Section, "数字不实")), Handler), Prepared);
    }

    [Fact]
    public void an_assisting_unit_reports_its_own_part_and_the_order_stays_open()
    {
        var order = TwoUnits.Then(
            new HandlersNamed(1, Assisting, Id(70), Id(71)), new ReportPrepared(1, Assisting, Id(70), "已断电配合", Today, []));
        AssertHappensOnce(
            order, o => SignOff(o, Id(72), unit: Assisting), new AssistingReported(1, Assisting, Id(70), Id(72), "已断电配合", Today));
        var reported = order.Then(new AssistingReported(1, Assisting, Id(70), Id(72), "已断电配合", Today));
        Assert.Equal(OrderStage.InProgress, reported.Stage);
        AssertRefused(
            PreparingReport.Decide(reported, new("再报"), Id(70), Assisting, Today), RefusalKind.State, "part-already-reported");
    }

    [Fact]
    public void all_units_and_all_who_handled_it_are_named_in_the_report()
    {
        var order = TwoUnits.Then(new HandlersNamed(1, Assisting, Id(70), Id(71)), Prepared);
        var reported = Assert.IsType<HandlingReported>(Assert.Single(SignOff(order, Leader).Events));
        Assert.Equal([Section, Assisting], reported.Units);
        Assert.Equal([Handler, StandIn, Id(70), Id(71), Leader], reported.Handlers);
    }

    [Fact]
    public void a_later_round_names_those_of_the_earlier_ones_too()
    {
        var order = SecondRound.Then(
            new HandlersNamed(2, Section, Id(80), Id(81)), Prepared with { Round = 2, PreparedBy = Id(80), HandledOn = new(2026, 4, 2) });
        var reported = Assert.IsType<HandlingReported>(
            Assert.Single(SigningOffReport.Decide(order, new(true), ReviewId, Id(81), Section, new(2026, 4, 2)).Events));
        Assert.Equal((2, ReviewId), (reported.Round, reported.ReviewId));
        Assert.Equal([Handler, StandIn, Leader, Id(80), Id(81)], reported.Handlers);
    }

    [Fact]
    public void what_was_handled_in_time_and_recorded_late_keeps_both_times()
    {
        var late = new DateOnly(2026, 3, 30);
        var order = InProgress.Then(Prepared with { HandledOn = DueOn });
        AssertHappened(SigningOffReport.Decide(order, new(true), ReviewId, Leader, Section, late), Reported with { HandledOn = DueOn });
    }

    private static Decision<IOrderEvent> Prepare(Order order, Guid person, DateOnly? on = null) =>
        PreparingReport.Decide(order, new("已更换十二盏路灯", on), person, Section, Today);

    private static Decision<IOrderEvent> SignOff(Order order, Guid person, Guid? unit = null) =>
        SigningOffReport.Decide(order, new(true), ReviewId, person, unit ?? Section, Today);

    private static Decision<IOrderEvent> Refuse(Order order, string? reason) =>
        SigningOffReport.Decide(order, new(false, reason), ReviewId, Leader, Section, Today);
}
