using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class CoordinationTests
{
    // Fifteen working days after 12 March.
    private static readonly CoordinationReported Contacted = new(
        1, Section, CoordinationKind.Contact, "已与县供电公司对接", Today, [], new(Today, 15, new(2026, 4, 2), new(2026, 4, 2), "built-in"));

    [Fact]
    public void a_referral_opens_the_coordination_with_the_first_report_due_in_fifteen_working_days()
    {
        AssertHappened(WhenCountyCoordinationReferred.Decide(null, Coordinated, Terms, Calendar), Opened);
        AssertNothing(WhenCountyCoordinationReferred.Decide(Fold(Opened), Coordinated, Terms, Calendar));
    }

    [Fact]
    public void the_section_reports_its_contact_and_owes_the_next_report_from_then_on()
    {
        AssertHappensOnce(Fold(Opened), o => Report(o, CoordinationKind.Contact), Contacted);
        Assert.Equal(OrderStage.InProgress, Fold(Opened, Contacted).Stage);
    }

    [Fact]
    public void there_is_no_progress_without_contact()
    {
        AssertRefused(Report(Fold(Opened), CoordinationKind.Progress), RefusalKind.State, "no-contact-reported");
        AssertHappened(Report(Fold(Opened, Contacted), CoordinationKind.Progress), Contacted with { Kind = CoordinationKind.Progress });
    }

    [Fact]
    public void a_report_settles_the_one_that_was_late()
    {
        var late = Fold(Opened, new ReportingOverdue(1, Section, DueAt));
        Assert.Null(WhenDue.Next(late));
        Assert.Equal(new DateTimeOffset(2026, 4, 2, 16, 0, 0, TimeSpan.Zero), WhenDue.Next(late.Then(Contacted))!.At);
    }

    [Fact]
    public void nobody_else_reports_and_nobody_an_order_so()
    {
        AssertRefused(
            ReportingCoordination.Decide(
                Fold(Opened), new(CoordinationKind.Contact, "已对接"), Assisting, Terms, Calendar, Today),
            RefusalKind.Forbidden, "not-the-lead-section");
        AssertRefused(Report(InProgress, CoordinationKind.Contact), RefusalKind.State, "not-a-coordination");
        AssertRefused(Report(Fold(Opened, Reported), CoordinationKind.Contact), RefusalKind.State, "order-handled");
    }

    [Fact]
    public void a_coordination_is_handled_reviewed_and_opened_again_like_an_order_in_its_own_branch()
    {
        var order = Fold(Opened, Contacted, Named, Prepared);
        var reported = Assert.IsType<HandlingReported>(
            Assert.Single(SigningOffReport.Decide(order, new(true), ReviewId, Leader, Section, Today).Events));
        Assert.Equal(Branch.CountyCoordination, reported.Branch);
        var reopened = order.Then(reported, Reopened);
        Assert.Equal((Branch.CountyCoordination, OrderStage.InProgress), (reopened.Branch, reopened.Stage));
    }

    [Fact]
    public void a_round_that_opens_again_owes_its_first_report_from_then_on_and_nothing_late_of_the_round_before()
    {
        // Reported late in round 1; returned on 1 April: the fifteenth working day after it is the 23rd, the 6th being a holiday.
        var handled = Fold(Opened, Named, new ReportingOverdue(1, Section, DueAt), Prepared, Reported with { Branch = Branch.CountyCoordination });
        Limit due = new(new(2026, 4, 1), 15, new(2026, 4, 23), new(2026, 4, 23), "built-in");
        AssertHappensOnce(
            handled, o => OpeningRound.Decide(o, 1, RoundCause.ReturnedForRectification, Verdict, Terms, Calendar, Later),
            Reopened, new ReportingDue(2, due));
        var order = handled.Then(Reopened, new ReportingDue(2, due));
        Assert.Equal((due, false), (order.Contact!.ReportBy!, order.Contact.IsOverdue));
        AssertNothing(WhenDue.Decide(order, Terms, Calendar, due.DueAt()!.Value));
        AssertHappensOnce(
            order, o => WhenDue.Decide(o, Terms, Calendar, due.DueAt()!.Value.AddTicks(10)),
            new ReportingOverdue(2, Section, due.DueAt()!.Value));
        AssertNothing(WhenDue.Decide(handled.Then(Reopened), Terms, Calendar, due.DueAt()!.Value.AddTicks(10)));
    }

    [Fact]
    public void sent_back_it_is_passed_to_another_section_by_that_ones_government()
    {
        var order = Fold(Opened, new AssignmentSentBack(1, Section, "不属本科室"));
        var parents = new Dictionary<Guid, Guid?> { [Assisting] = TownGovernment };
        AssertHappened(
            PassingToSection.Decide(order, new(Assisting), TownGovernment, parents, Terms, Calendar, Today),
            Passed with { Section = Assisting });
        Assert.Equal(OrderStage.Issued, order.Then(Passed with { Section = Assisting }).Stage);
    }

    private static Decision<IOrderEvent> Report(Order order, CoordinationKind kind) => ReportingCoordination.Decide(
        order, new(kind, "已与县供电公司对接"), Section, Terms, Calendar, Today);
}
