using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class DueTests
{
    private static readonly OrderOverdue Overdue = new(1, Said.CaseNumber, Section, DueAt);
    private static readonly Limit Pending = new(new(2026, 12, 25), 10, null, null, "built-in");

    private static readonly WorkingCalendar WithNextYear = new(
        [.. WorkingCalendar.National, new CalendarPublished(2027, [new(2027, 1, 1)], [], "国办发明电〔2026〕9号", 1)]);

    [Fact]
    public void until_the_last_instant_nothing_is_late() => AssertNothing(Decide(Reached, DueAt));

    [Fact]
    public void an_order_is_overdue_once_a_round() => AssertHappensOnce(Reached, o => Decide(o, Past), Overdue);

    [Theory]
    [InlineData(OrderStage.Issued)]
    [InlineData(OrderStage.Acknowledged)]
    public void while_no_section_has_it_the_addressee_owes_it(OrderStage stage) =>
        Assert.Equal(Overdue with { Unit = TownGovernment }, Assert.Single(Decide(At(stage), Past).Events.OfType<OrderOverdue>()));

    [Theory]
    [InlineData(OrderStage.Handled)]
    [InlineData(OrderStage.Escalated)]
    [InlineData(OrderStage.AtCounty)]
    [InlineData(OrderStage.Returned)]
    [InlineData(OrderStage.AwaitingDecision)]
    [InlineData(OrderStage.Ended)]
    public void at_other_stages_nothing_is_late_and_nothing_is_looked_at(OrderStage stage)
    {
        AssertNothing(Decide(At(stage), Past.AddYears(1)));
        Assert.Null(WhenDue.Next(At(stage)));
    }

    [Fact]
    public void the_next_round_is_overdue_for_itself()
    {
        var order = Fold([.. FirstRound, Reopened]).Then([.. Milestones]);
        AssertNothing(Decide(order, Past));
        AssertHappened(
            Decide(order, BusinessTime.EndOf(LaterDueOn).AddTicks(10)), Overdue with { Round = 2, DueAt = BusinessTime.EndOf(LaterDueOn) });
    }

    [Fact]
    public void milestones_are_late_one_by_one_with_their_own_times()
    {
        AssertHappensOnce(
            InProgress, o => Decide(o, new(2026, 3, 18, 16, 0, 1, TimeSpan.Zero)),
            new MilestoneOverdue(1, 1, new(2026, 3, 18, 16, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(2026, 3, 18, 16, 0, 0, TimeSpan.Zero), WhenDue.Next(InProgress)!.At);
        AssertNothing(Decide(InProgress.Then(new MilestoneReached(1, 1, Today, "已换")), new(2026, 3, 18, 16, 0, 1, TimeSpan.Zero)));
    }

    [Fact]
    public void one_whose_date_passed_while_the_round_was_handled_is_owed_with_the_next_round()
    {
        // Both were for March; the round opens on 1 April and ends on the 16th.
        var end = BusinessTime.EndOf(LaterDueOn);
        AssertNothing(Decide(SecondRound, end));
        Assert.Equal(end, WhenDue.Next(SecondRound)!.At);
        Assert.Equal(end, Waits.Of(SecondRound).Single(w => w.Act == "reach-milestone").DueAt);
        Assert.Equal(2, Decide(SecondRound, end.AddTicks(10)).Events.OfType<MilestoneOverdue>().Count());
        AssertHappened(
            Decide(Fold([.. FirstRound, Reopened with { OpenedAt = new(2026, 3, 20, 2, 0, 0, TimeSpan.Zero) }]), Past),
            new MilestoneOverdue(2, 2, new(2026, 3, 24, 16, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void an_assisting_unit_is_late_for_itself_until_it_has_reported()
    {
        var at = new DateTimeOffset(2026, 3, 20, 16, 0, 0, TimeSpan.Zero);
        var order = Fold(Issued, Acknowledged, PassedToTwo).Then([.. Milestones]);
        AssertHappensOnce(order, o => Decide(o, at.AddTicks(10)), new AssistingOverdue(1, Assisting, at));
        AssertNothing(Decide(order.Then(new AssistingReported(1, Assisting, Id(70), Id(72), "已配合", Today)), at.AddTicks(10)));
    }

    [Fact]
    public void in_coordination_the_sections_report_is_late_and_never_the_department()
    {
        var at = new DateTimeOffset(2026, 4, 1, 16, 0, 0, TimeSpan.Zero);
        AssertHappensOnce(Fold(Opened), o => Decide(o, at.AddTicks(10)), new ReportingOverdue(1, Section, at));
        AssertNothing(Decide(Fold(Opened), Past));
    }

    [Fact]
    public void what_is_owed_moves_on_with_every_fact()
    {
        Assert.Equal(DueAt, WhenDue.Next(Reached)!.At);
        Assert.Null(WhenDue.Next(Reached.Then(Overdue)));
    }

    [Fact]
    public void a_limit_beyond_the_calendar_gets_its_date_when_that_comes_and_only_once()
    {
        var order = Fold(Issued with { Limit = Pending, Milestones = [] }, Acknowledged, Passed);
        Assert.Equal(new NextDue(null, 2027), WhenDue.Next(order));
        AssertNothing(Decide(order, Past.AddYears(3)));
        // 28 to 31 December and 4 to 11 January: the first is a holiday, 2 and 3, 9 and 10 a weekend.
        var known = Pending with { DueOn = new(2027, 1, 11), WarnOn = new(2027, 1, 11) };
        AssertHappensOnce(
            order, o => WhenDue.Decide(o, Terms, WithNextYear, new(2026, 12, 28, 2, 0, 0, TimeSpan.Zero)),
            new LimitFixed(1, LimitOf.Round, null, known));
        Assert.Equal(known, order.Then(new LimitFixed(1, LimitOf.Round, null, known)).Round.Limit);
    }

    [Fact]
    public void so_do_those_of_assisting_units_and_of_reports()
    {
        var assisting = Fold(Issued, Acknowledged, Passed with { Assisting = [new(Assisting, Pending)] });
        var known = Pending with { DueOn = new(2027, 1, 11), WarnOn = new(2027, 1, 11) };
        Assert.Equal(
            new LimitFixed(1, LimitOf.Assisting, Assisting, known),
            Assert.Single(WhenDue.Decide(assisting, Terms, WithNextYear, Now).Events));
        Assert.Equal(
            new LimitFixed(1, LimitOf.Reporting, null, known),
            Assert.Single(WhenDue.Decide(Fold(Opened with { ReportBy = Pending }), Terms, WithNextYear, Now).Events));
    }

    private static readonly IOrderEvent[] Milestones = [new MilestoneReached(1, 1, Today, "已换"), new MilestoneReached(1, 2, Today, "已亮")];

    private static Order Reached => InProgress.Then(Milestones);

    private static Decision<IOrderEvent> Decide(Order order, DateTimeOffset now) => WhenDue.Decide(order, Terms, Calendar, now);
}
