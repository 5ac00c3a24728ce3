using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class ExtensionTests
{
    private static readonly ExtensionRequested Requested = new(1, 1, Section, "连日下雨", 7);
    private static readonly ExtensionChecked Checked = new(1, 1, true, "情况属实");

    // Seven working days after 25 March: 26, 27, 30, 31, 1, 2, 3.
    private static readonly Limit Extended = new(DueOn, 7, new(2026, 4, 3), new(2026, 4, 3), "built-in");
    private static readonly ExtensionRefused Refused = new(1, 1, "督〔2026〕1号延1", Role.TownChair, null, Today, "不必");
    private static readonly Order Asked = InProgress.Then(Requested);

    [Fact]
    public void the_section_asks_once_with_a_ground() => AssertHappensOnce(InProgress, o => Ask(o, Now), Requested);

    [Fact]
    public void the_last_instant_is_still_before_expiry()
    {
        AssertHappened(Ask(InProgress, DueAt), Requested);
        AssertRefused(Ask(InProgress, Past), RefusalKind.State, "limit-has-passed");
    }

    [Fact]
    public void an_overdue_round_is_not_extended_even_where_a_meeting_set_a_new_limit() => AssertRefused(
        Ask(InProgress.Then(new OrderOverdue(1, Said.CaseNumber, Section, DueAt)), Now), RefusalKind.State, "limit-has-passed");

    [Fact]
    public void at_most_seven_working_days_and_twice_a_round()
    {
        AssertRefused(Ask(InProgress, Now, days: 8), RefusalKind.Rule, "extension-too-long");
        var twice = InProgress.Then(
            Requested, Approved(1), Requested with { Extension = 2 }, Approved(2) with { Limit = Calendar.Limit(new(2026, 4, 3), 7, Terms) });
        AssertRefused(Ask(twice, Now), RefusalKind.Rule, "extensions-used-up");
        var refusedOnce = InProgress.Then(Requested, Refused);
        AssertHappened(Ask(refusedOnce, Now), Requested with { Extension = 2 });
    }

    [Fact]
    public void only_the_lead_section_asks_and_once_at_a_time()
    {
        AssertRefused(
            RequestingExtension.Decide(InProgress, new("连日下雨", 7), TownGovernment, Terms, Now), RefusalKind.Forbidden, "not-the-lead-section");
        AssertRefused(Ask(Asked, Now, days: 3), RefusalKind.State, "extension-already-requested");
        AssertRefused(Ask(At(OrderStage.Issued), Now), RefusalKind.State, "order-not-acknowledged");
        AssertRefused(Ask(Handled, Now), RefusalKind.State, "order-handled");
        AssertRefused(Ask(Fold(Opened), Now), RefusalKind.State, "no-limit-to-extend");
    }

    [Fact]
    public void the_office_checks_it_with_an_opinion()
    {
        AssertHappensOnce(Asked, o => CheckingExtension.Decide(o, new(true, "情况属实"), Member), Checked);
        AssertRefused(CheckingExtension.Decide(InProgress, new(true, "情况属实"), Member), RefusalKind.State, "no-extension-requested");
        AssertRefused(
            CheckingExtension.Decide(Asked.Then(Checked), new(false, "不实"), Member), RefusalKind.State, "extension-already-checked");
        AssertRefused(
            CheckingExtension.Decide(Asked with { Recused = [Member] }, new(true, "情况属实"), Member), RefusalKind.Forbidden, "recused");
    }

    [Fact]
    public void the_chair_approves_what_was_checked_and_it_is_filed_with_a_number()
    {
        AssertRefused(Decide(Asked, true, Now), RefusalKind.State, "extension-not-checked");
        AssertHappensOnce(Asked.Then(Checked), o => Decide(o, true, Now), Approved(1));
        Assert.Equal(Extended, Asked.Then(Checked, Approved(1)).Round.Limit);
        AssertRefused(Decide(Asked.Then(Checked, Approved(1)), false, Now, "不必"), RefusalKind.State, "extension-already-decided");
        AssertRefused(Decide(InProgress, true, Now), RefusalKind.State, "no-extension-requested");
    }

    [Fact]
    public void a_refusal_has_its_reason_and_is_filed_too()
    {
        AssertRefused(Decide(Asked.Then(Checked), false, Now), RefusalKind.Rule, "reason-missing");
        AssertHappensOnce(
            Asked.Then(Checked), o => Decide(o, false, Now, "不必"), Refused);
    }

    [Fact]
    public void in_a_street_its_work_committee_decides_by_commission()
    {
        var order = Asked.Then(Checked);
        AssertHappensOnce(
            order, o => DecidingExtension.Decide(o, new(true, null, Commissioned), Street),
            Approved(1) with { By = Role.StreetWorkCommittee, Resolution = Commissioned });
        AssertHappened(
            DecidingExtension.Decide(order, new(false, "不必", Commissioned), Street with { Now = Past }),
            Refused with { By = Role.StreetWorkCommittee, Resolution = Commissioned, DecidedOn = new(2026, 3, 26) },
            new OrderOverdue(1, Said.CaseNumber, Section, DueAt));
        AssertRefused(DecidingExtension.Decide(order, new(true), Street), RefusalKind.Rule, "commission-missing");
        AssertRefused(
            DecidingExtension.Decide(order, new(true, null, Commissioned), Street with { Members = Presidium }),
            RefusalKind.Forbidden, "presidium-decides-here");
    }

    [Fact]
    public void where_the_chair_takes_no_part_the_presidium_decides_by_a_meeting_without_him()
    {
        var order = Asked.Then(Checked) with { Recused = [Chair.Person] };
        AssertRefused(Decide(order, true, Now), RefusalKind.Forbidden, "recused");
        AssertRefused(
            DecidingExtension.Decide(order, new(true, null, Carried), Recorder), RefusalKind.Rule, "attended-recused");
        Resolution without = new(new Meeting(Today, [Id(61), Id(62)], 2, 0, 0));
        AssertHappensOnce(
            order, o => DecidingExtension.Decide(o, new(true, null, without), Recorder),
            Approved(1) with { By = Role.Presidium, Resolution = without });
        AssertRefused(DecidingExtension.Decide(order, new(true), Recorder), RefusalKind.Rule, "meeting-missing");
    }

    [Fact]
    public void a_pending_one_holds_overdue_back_until_it_is_refused_with_the_limit_as_it_was()
    {
        AssertNothing(WhenDue.Decide(Asked.Then(Done), Terms, Calendar, Past));
        Assert.Null(WhenDue.Next(Asked.Then(Done)));
        AssertHappened(
            Decide(Asked.Then(Checked), false, Past, "不必"),
            Refused with { DecidedOn = new(2026, 3, 26) }, new OrderOverdue(1, Said.CaseNumber, Section, DueAt));
    }

    [Fact]
    public void what_is_reported_late_while_it_is_pending_was_overdue()
    {
        var late = new DateOnly(2026, 3, 27);
        var order = Asked.Then(Prepared with { HandledOn = late });
        var events = SigningOffReport.Decide(order, new(true), ReviewId, Leader, Section, late).Events;
        Assert.Equal([typeof(OrderOverdue), typeof(HandlingReported)], events.Select(e => e.GetType()));
        Assert.Null(order.Then([.. events]).Round.Pending);
    }

    [Fact]
    public void a_limit_that_has_no_date_yet_becomes_longer()
    {
        var pending = new Limit(new(2026, 12, 25), 10, null, null, "built-in");
        var order = Fold(Issued with { Limit = pending }, Acknowledged, Passed, Requested, Checked);
        var approved = (ExtensionApproved)Decide(order, true, Now).Single();
        Assert.Equal(pending with { WorkingDays = 17 }, approved.Limit);
    }

    private static readonly IOrderEvent[] Done = [new MilestoneReached(1, 1, Today, "已换"), new MilestoneReached(1, 2, Today, "已亮")];

    private static ExtensionApproved Approved(int n) => new(1, n, $"督〔2026〕1号延{n}", Role.TownChair, null, Today, Extended);

    private static Decision<IOrderEvent> Ask(Order order, DateTimeOffset now, int days = 7) =>
        RequestingExtension.Decide(order, new("连日下雨", days), Section, Terms, now);

    private static Decision<IOrderEvent> Decide(Order order, bool approved, DateTimeOffset now, string? reason = null) =>
        DecidingExtension.Decide(order, new(approved, reason), Chair with { Now = now });
}
