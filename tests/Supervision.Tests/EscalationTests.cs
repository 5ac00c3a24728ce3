using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class EscalationTests
{
    private static readonly DateOnly CountyDueOn = new(2026, 5, 8);

    [Fact]
    public void a_referral_brings_it_before_the_committee_once()
    {
        AssertHappened(WhenEscalationReferred.Decide(null, Escalated, Terms, Calendar), Risen);
        AssertNothing(WhenEscalationReferred.Decide(Fold(Risen), Escalated, Terms, Calendar));
    }

    [Theory]
    [InlineData(EscalationOutcome.HandedToCounty, OrderStage.AtCounty)]
    [InlineData(EscalationOutcome.TakenIntoPlan, OrderStage.AtCounty)]
    [InlineData(EscalationOutcome.ReturnedWithOpinion, OrderStage.Returned)]
    [InlineData(EscalationOutcome.Closed, OrderStage.Ended)]
    public void the_committee_has_four_outcomes(EscalationOutcome outcome, OrderStage stage)
    {
        var order = Fold(Risen);
        var decision = Decide(order, outcome);
        Assert.Null(decision.Refusal);
        var after = order.Then([.. decision.Events]);
        Assert.Equal(stage, after.Stage);
        AssertNothing(Decide(after, outcome));
        AssertRefused(
            Decide(after, outcome == EscalationOutcome.Closed ? EscalationOutcome.ReturnedWithOpinion : EscalationOutcome.Closed),
            RefusalKind.State, "not-before-the-committee");
    }

    [Fact]
    public void closing_it_ends_the_item_with_the_reason_told() => AssertHappened(
        Decide(Fold(Risen), EscalationOutcome.Closed),
        new EscalationDecided(1, EscalationOutcome.Closed, Role.StandingCommittee, Carried, "交县政府", "县供电公司", null),
        new ItemEnded(1, ItemEnding.ByStandingCommittee, "交县政府"));

    [Fact]
    public void the_county_has_a_clock_of_its_own()
    {
        AssertHappened(
            Decide(Fold(Risen), EscalationOutcome.HandedToCounty),
            ToCounty(EscalationOutcome.HandedToCounty));
        var command = new DecideEscalation(Carried, EscalationOutcome.HandedToCounty, "交县政府", "县供电公司");
        AssertRefused(Decide(command), RefusalKind.Rule, "county-limit-missing");
        AssertRefused(Decide(command with { DueOn = Today.AddDays(-1) }), RefusalKind.Rule, "due-date-past");
        AssertRefused(Decide(command with { DueOn = CountyDueOn, Counterpart = null }), RefusalKind.Rule, "counterpart-missing");
    }

    [Fact]
    public void what_it_returns_has_a_limit_of_its_own_for_the_presidium()
    {
        // The committee's own fifteen days are over: it decides late, on 20 April. Fifteen working days on, with the 1st to the 5th of May
        // off and Saturday the 9th worked: 21 to 24, 27 to 30 April, 6 to 9, 11 to 13 May.
        var late = Committee with { Now = new(2026, 4, 20, 2, 0, 0, TimeSpan.Zero) };
        var decided = Assert.IsType<EscalationDecided>(Assert.Single(DecidingEscalation.Decide(
            Fold(Risen), new(Carried, EscalationOutcome.ReturnedWithOpinion, "镇里先办"), late).Events));
        Assert.Equal(new Limit(new(2026, 4, 20), 15, new(2026, 5, 13), new(2026, 5, 13), "built-in"), decided.Limit);
        Assert.Equal(BusinessTime.EndOf(new(2026, 5, 13)), Waits.Of(Fold(Risen, decided)).First().DueAt);
    }

    [Fact]
    public void it_decides_by_its_meeting_and_a_streets_committee_by_commission()
    {
        var command = new DecideEscalation(Commissioned, EscalationOutcome.ReturnedWithOpinion, "镇里先办");
        Assert.Single(DecidingEscalation.Decide(Fold(Risen), command, Street).Events);
        AssertRefused(
            DecidingEscalation.Decide(Fold(Risen), command, Street with { Members = Presidium }),
            RefusalKind.Forbidden, "presidium-decides-here");
        AssertRefused(Decide(command), RefusalKind.Rule, "meeting-missing");
        AssertRefused(
            DecidingEscalation.Decide(Fold(Risen), command with { Resolution = Carried }, Committee with { Members = null }),
            RefusalKind.Rule, "no-presidium-here");
    }

    [Theory]
    [InlineData(OrderStage.Issued)]
    [InlineData(OrderStage.InProgress)]
    [InlineData(OrderStage.Handled)]
    [InlineData(OrderStage.AwaitingDecision)]
    public void what_is_not_before_the_committee_it_does_not_decide(OrderStage stage) =>
        AssertRefused(Decide(At(stage), EscalationOutcome.Closed), RefusalKind.State, "not-before-the-committee");

    [Fact]
    public void the_countys_result_is_recorded_and_goes_to_the_deputies()
    {
        AssertHappensOnce(
            At(OrderStage.AtCounty), o => Result(o, Today),
            new CountyResultRecorded(1, "已改造线路", Today, "县府办〔2026〕12号"),
            new HandlingReported(
                1, Said.CaseNumber, ReviewId, Branch.Escalation, Said.Title, Guid.Empty, [], Group, [], [], null, null, "已改造线路", Today,
                new(Today, null, CountyDueOn, CountyDueOn, "built-in"), []));
        AssertRefused(Result(Fold(Risen), Today), RefusalKind.State, "not-at-the-county");
        AssertRefused(Result(InProgress, Today), RefusalKind.State, "not-at-the-county");
        AssertRefused(Result(At(OrderStage.AtCounty), Today.AddDays(1)), RefusalKind.Rule, "date-in-future");
    }

    [Fact]
    public void refused_by_deputies_it_is_the_countys_again()
    {
        var handled = At(OrderStage.AtCounty).Then([.. Result(At(OrderStage.AtCounty), Today).Events]);
        var opened = OpeningRound.Decide(handled, 1, RoundCause.ReturnedForRectification, Verdict, Terms, Calendar, Later).Single();
        var order = handled.Then(opened);
        Assert.Equal((OrderStage.AtCounty, 2), (order.Stage, order.Round.Number));

        // As many working days as the county had, from 1 April on.
        Assert.Equal(Calendar.After(new(2026, 4, 1), WorkingDays(Today, CountyDueOn)), order.Round.Limit!.DueOn);
        Assert.Equal("record-county-result", Assert.Single(Waits.Of(order)).Act);
    }

    [Fact]
    public void returned_it_is_referred_again_as_an_order_with_a_number_of_its_own()
    {
        var returned = At(OrderStage.Returned);
        AssertHappensOnce(
            returned, o => Refer(o, Branch.TownOrder, TownGovernment, UnitKind.TownGovernment),
            new ReferredAgain(1, Branch.TownOrder, Role.Presidium, Carried),
            Issued with
            {
                Number = "督〔2026〕7号",
                Content = "镇里先办",
                ReferredAt = Now,
                Milestones = [],
                Limit = new(Today, 15, new(2026, 4, 2), new(2026, 4, 2), "built-in"),
            });
        var order = returned.Then([.. Refer(returned, Branch.TownOrder, TownGovernment, UnitKind.TownGovernment).Events]);
        Assert.Equal((Branch.TownOrder, OrderStage.Issued, 1), (order.Branch, order.Stage, order.Round.Number));
    }

    [Fact]
    public void or_as_a_coordination()
    {
        var returned = At(OrderStage.Returned);
        var order = returned.Then([.. Refer(returned, Branch.CountyCoordination, Section, UnitKind.Section, "县供电公司").Events]);
        Assert.Equal((Branch.CountyCoordination, Section, "县供电公司"), (order.Branch, order.Lead!.Unit, order.Contact!.Counterpart));
        AssertRefused(Refer(returned, Branch.CountyCoordination, Section, UnitKind.Section), RefusalKind.Rule, "counterpart-missing");
        AssertRefused(
            Refer(returned, Branch.CountyCoordination, Section, UnitKind.TownGovernment, "县供电公司"), RefusalKind.Rule, "coordinator-not-a-section");
    }

    [Fact]
    public void it_is_not_escalated_again_nor_referred_where_it_was_not_returned()
    {
        var returned = At(OrderStage.Returned);
        AssertRefused(Refer(returned, Branch.Escalation, Section, null), RefusalKind.Rule, "escalated-before");
        AssertRefused(Refer(returned, Branch.TownOrder, Section, UnitKind.Section), RefusalKind.Rule, "addressee-not-town-government");
        AssertRefused(
            Refer(Fold(Risen), Branch.TownOrder, TownGovernment, UnitKind.TownGovernment), RefusalKind.State, "not-returned-by-the-committee");
        AssertRefused(
            Refer(InProgress, Branch.TownOrder, TownGovernment, UnitKind.TownGovernment), RefusalKind.State, "not-returned-by-the-committee");
    }

    private static Presiding Committee => Recorder with { By = Role.StandingCommittee };

    private static int WorkingDays(DateOnly after, DateOnly until) => Enumerable.Range(1, until.DayNumber - after.DayNumber)
        .Count(n => Calendar.IsWorkingDay(after.AddDays(n)) == true);

    private static Decision<IOrderEvent> Decide(Order order, EscalationOutcome outcome)
    {
        var waits = outcome is EscalationOutcome.HandedToCounty or EscalationOutcome.TakenIntoPlan;
        return DecidingEscalation.Decide(
            order, new(Carried, outcome, "交县政府", "县供电公司", waits ? CountyDueOn : null), Committee);
    }

    private static Decision<IOrderEvent> Decide(DecideEscalation command) =>
        DecidingEscalation.Decide(Fold(Risen), command, Committee);

    private static Decision<IOrderEvent> Result(Order order, DateOnly handledOn) =>
        RecordingCountyResult.Decide(order, new("已改造线路", "县府办〔2026〕12号", handledOn), ReviewId, Today);

    private static Decision<IOrderEvent> Refer(Order order, Branch branch, Guid unit, UnitKind? kind, string? counterpart = null) =>
        ReferringAgain.Decide(
            order, new(Carried, branch, unit, "镇里先办", Counterpart: counterpart), "督〔2026〕7号", kind, Recorder);
}
