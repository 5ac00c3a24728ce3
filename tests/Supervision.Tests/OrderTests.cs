using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class OrderTests
{
    public static TheoryData<OrderStage> Stages => [.. Enum.GetValues<OrderStage>()];

    [Fact]
    public void a_referral_issues_the_order_with_its_number_and_its_limit() =>
        AssertHappened(WhenOrderReferred.Decide(null, Said, "督〔2026〕1号", null), Issued);

    [Fact]
    public void by_policy_a_section_is_ordered_itself_and_has_it_at_once() => AssertHappened(
        WhenOrderReferred.Decide(null, Said with { Addressee = Section }, "督〔2026〕1号", TownGovernment),
        Issued, Passed with { PassedOn = ReferredOn });

    [Theory]
    [MemberData(nameof(Stages))]
    public void a_repeated_referral_changes_nothing(OrderStage stage) =>
        AssertNothing(WhenOrderReferred.Decide(At(stage), Said, "督〔2026〕2号", null));

    [Fact]
    public void the_addressee_acknowledges_once() =>
        AssertHappensOnce(At(OrderStage.Issued), o => AcknowledgingOrder.Decide(o, TownGovernment), Acknowledged);

    [Theory]
    [InlineData(OrderStage.Acknowledged)]
    [InlineData(OrderStage.InProgress)]
    [InlineData(OrderStage.Handled)]
    public void acknowledging_what_went_on_changes_nothing(OrderStage stage) =>
        AssertNothing(AcknowledgingOrder.Decide(At(stage), TownGovernment));

    [Fact]
    public void nobody_else_acknowledges_and_nobody_where_nobody_is_ordered()
    {
        AssertRefused(AcknowledgingOrder.Decide(At(OrderStage.Issued), Section), RefusalKind.Forbidden, "not-the-addressee");
        AssertRefused(AcknowledgingOrder.Decide(At(OrderStage.Issued), null), RefusalKind.Forbidden, "not-the-addressee");
        AssertRefused(AcknowledgingOrder.Decide(At(OrderStage.Escalated), TownGovernment), RefusalKind.State, "nobody-ordered");
        AssertRefused(AcknowledgingOrder.Decide(At(OrderStage.Ended), TownGovernment), RefusalKind.State, "order-ended");
    }

    [Fact]
    public void the_addressee_passes_the_order_to_its_section() =>
        AssertHappensOnce(At(OrderStage.Acknowledged), o => Pass(o, new(Section)), Passed);

    [Fact]
    public void assisting_units_have_limits_of_their_own_not_after_the_orders()
    {
        var order = At(OrderStage.Acknowledged);
        AssertHappensOnce(order, o => Pass(o, new(Section, [new(Assisting, new(2026, 3, 20))])), PassedToTwo);
        AssertRefused(
            Pass(order, new(Section, [new(Assisting, new(2026, 3, 26))])), RefusalKind.Rule, "assisting-after-the-order");
        AssertRefused(Pass(order, new(Section, [new(Assisting, new(2026, 3, 11))])), RefusalKind.Rule, "due-date-past");
        AssertRefused(Pass(order, new(Section, [new(Section, DueOn)])), RefusalKind.Rule, "assisting-named-twice");
        AssertRefused(Pass(order, new(Section, [new(Id(99), DueOn)])), RefusalKind.Rule, "assisting-not-a-section");
    }

    [Fact]
    public void an_order_not_acknowledged_is_not_passed_on() =>
        AssertRefused(Pass(At(OrderStage.Issued), new(Section)), RefusalKind.State, "order-not-acknowledged");

    [Fact]
    public void nobody_else_passes_it_on() => AssertRefused(
        PassingToSection.Decide(At(OrderStage.Acknowledged), new(Section), Section, Parents, Terms, Calendar, Today),
        RefusalKind.Forbidden, "not-the-addressee");

    [Fact]
    public void another_governments_section_or_none_at_all_does_not_take_the_lead()
    {
        var order = At(OrderStage.Acknowledged);
        AssertRefused(Pass(order, new(Assisting)), RefusalKind.Rule, "not-a-section-of-the-addressee");
        AssertRefused(Pass(order, new(Id(99))), RefusalKind.Rule, "not-a-section-of-the-addressee");
    }

    [Fact]
    public void another_section_is_refused() =>
        AssertRefused(Pass(InProgress, new(Assisting)), RefusalKind.State, "section-already-named");

    [Fact]
    public void a_wrong_assignment_is_sent_back_within_seven_working_days_and_passed_on_again()
    {
        // The seventh working day after 12 March is the 23rd.
        AssertHappensOnce(InProgress, o => Back(o, Section, new(2026, 3, 23)), new AssignmentSentBack(1, Section, "不属本科室"));
        AssertRefused(Back(InProgress, Section, new(2026, 3, 24)), RefusalKind.State, "too-late-to-send-back");
        var again = InProgress.Then(new AssignmentSentBack(1, Section, "不属本科室"));
        Assert.Equal((OrderStage.Acknowledged, null), (again.Stage, again.Lead));
        AssertHappened(Pass(again, new(Section)), Passed);
        AssertRefused(Back(again.Then(Passed), Section, Today), RefusalKind.State, "already-sent-back");
    }

    [Fact]
    public void an_assisting_unit_sends_its_part_back_and_the_lead_keeps_its_own()
    {
        var order = Fold(Issued, Acknowledged, PassedToTwo);
        AssertHappensOnce(order, o => Back(o, Assisting, Today), new AssignmentSentBack(1, Assisting, "不属本科室"));
        var left = order.Then(new AssignmentSentBack(1, Assisting, "不属本科室"));
        Assert.Equal([Section], left.Tasks.Select(t => t.Unit));
        Assert.Equal(OrderStage.InProgress, left.Stage);
    }

    [Fact]
    public void only_who_has_it_sends_it_back_and_not_after_the_report_was_written()
    {
        AssertRefused(Back(InProgress, Assisting, Today), RefusalKind.Forbidden, "not-the-section");
        AssertRefused(Back(InProgress.Then(Prepared), Section, Today), RefusalKind.State, "report-prepared");
        AssertRefused(Back(Handled, Section, Today), RefusalKind.State, "order-handled");
        AssertRefused(Back(Fold(Issued, Acknowledged, Passed with { PassedOn = null }), Section, Today), RefusalKind.State, "too-late-to-send-back");
    }

    [Fact]
    public void an_event_out_of_its_order_is_a_bug_and_not_a_state() =>
        Assert.Throws<InvalidOperationException>(() => Fold(Acknowledged));

    private static Dictionary<Guid, Guid?> Parents => new() { [Section] = TownGovernment, [Assisting] = Id(39) };

    private static Decision<IOrderEvent> Pass(Order order, PassToSection command) =>
        PassingToSection.Decide(order, command, TownGovernment, Parents, Terms, Calendar, Today);

    private static Decision<IOrderEvent> Back(Order order, Guid unit, DateOnly today) =>
        SendingBack.Decide(order, new("不属本科室"), unit, Terms, Calendar, today);
}
