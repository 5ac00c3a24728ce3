using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Tests;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

/// <summary>What figures and bulletin count, of stories whose numbers are worked out by hand.</summary>
public sealed class CountedTests(RunningSupervision service) : IClassFixture<RunningSupervision>
{
    private static readonly Period March = new(new(2026, 3, 1), new(2026, 3, 31));
    private static readonly Period April = new(new(2026, 4, 1), new(2026, 4, 30));

    private readonly string _township = RunningService.NewTownship();

    [Fact]
    public async Task each_round_is_counted_for_itself_and_stays_where_it_was_handled()
    {
        // Round 1 handled in time on 12 March, round 2 late on 20 April, its limit being the 16th.
        await Tell(
            [
                .. FirstRound, Reopened with { Cause = RoundCause.SupervisionRestarted },
                new OrderOverdue(2, Said.CaseNumber, Section, BusinessTime.EndOf(LaterDueOn)),
                Reported with { Round = 2, HandledOn = new(2026, 4, 20) },
            ]);
        Assert.Equal((1, 1), await Of("orders-handled-in-time", March));
        Assert.Equal((0, 1), await Of("orders-handled-in-time", April));
        Assert.Equal((0, null), await Of("rounds-overdue", March));
        Assert.Equal((1, null), await Of("rounds-overdue", new(LaterDueOn, LaterDueOn)));
        Assert.Equal((1, null), await Of("orders-issued", new(ReferredOn, ReferredOn)));
    }

    [Fact]
    public async Task a_new_limit_after_one_that_passed_makes_no_round_punctual()
    {
        IOrderEvent[] events =
        [
            .. FirstRound[..4], new OrderOverdue(1, Said.CaseNumber, Section, DueAt), new TargetedSupervisionProposed(1, TargetedGround.Slow, "慢", Member),
            new TargetedSupervisionConvened(1, Role.Presidium, Carried, "快办", new(Today, null, new(2026, 4, 10), new(2026, 4, 10), "built-in")),
            Prepared with { HandledOn = new(2026, 3, 30) },
        ];
        var reported = SigningOffReport.Decide(Fold(events), new(true), ReviewId, Leader, Section, new(2026, 3, 30)).Events;
        Assert.Equal(TenDays, Assert.IsType<HandlingReported>(Assert.Single(reported)).Limit);
        await Tell([.. events, .. reported]);
        Assert.Equal((0, 1), await Of("orders-handled-in-time", March));
        // Done on its last day, though nobody said so until it was called late.
        Assert.True(Fold([.. events[..5], Reported with { HandledOn = DueOn }]).Round.IsInTime);
    }

    [Fact]
    public async Task an_order_counts_on_the_day_it_was_issued_whatever_it_became()
    {
        // Issued on 11 March, escalated after restarts, returned, and issued once more on 20 April.
        await Tell(
            [
                .. FirstRound, new RestartsReached(1, Id(6), TenDays),
                Risen with { Round = 2, ReferredAt = Later }, ToCounty(EscalationOutcome.ReturnedWithOpinion) with { Round = 2 },
                Issued with { Round = 2, Number = "督〔2026〕9号", ReferredAt = new(2026, 4, 20, 2, 0, 0, TimeSpan.Zero) },
            ]);
        await Tell([Risen], Id(9));
        Assert.Equal((1, null), await Of("orders-issued", new(ReferredOn, ReferredOn)));
        Assert.Equal((1, null), await Of("orders-issued", April));
    }

    [Fact]
    public async Task the_first_dispatch_is_right_unless_the_section_it_went_to_sent_it_back()
    {
        await Tell([.. FirstRound[..3]], Id(201));
        await Tell([Issued, Acknowledged, PassedToTwo, new AssignmentSentBack(1, Assisting, "不属本科室")], Id(202));
        await Tell([.. FirstRound[..3], new AssignmentSentBack(1, Section, "不属本科室"), Passed with { Section = Assisting }], Id(203));
        await Tell([Opened], Id(204));
        await Tell([Opened, new AssignmentSentBack(1, Section, "不属本科室"), Passed with { Section = Assisting }], Id(205));
        Assert.Equal((3, 5), await Of("first-dispatch-right", March));
    }

    [Fact]
    public async Task commitments_count_by_the_day_they_were_made()
    {
        await Tell(
            [
                .. FirstRound[..4], new CommitmentMade(1, 1, Section, "四月修好", new(2026, 4, 20), Today),
                new CommitmentMade(1, 2, Section, "五月公示", new(2026, 5, 20), Today), new CommitmentJudged(1, 1, true, "已修好"),
            ]);
        Assert.Equal((1, 2), await Of("promise-keeping", March));
        Assert.Equal((0, 0), await Of("promise-keeping", April));
    }

    [Fact]
    public void a_month_has_what_was_in_work_in_it_and_how_that_ended()
    {
        // Handled on 31 March, signed off on 1 April: in work in March, reported in April.
        var late = Reported with { HandledOn = new(2026, 3, 25) };
        var (march, april) = (BulletinLine.Of(null, InProgress)!, BulletinLine.Of(InProgress, InProgress.Then(Prepared, late))!);
        Assert.Equal((true, null), (march.IsInWork, march.HandledOn));
        Assert.Equal((new(2026, 3, 25), true), (april.HandledOn!.Value, april.IsInTime));
        var handled = InProgress.Then(Prepared, late);
        Assert.Null(BulletinLine.Of(handled, handled));

        // Ended after it was handled months before; and nothing of it is reported again.
        var ended = BulletinLine.Of(Handled, At(OrderStage.Ended))!;
        Assert.Equal((OrderStage.Ended, null, false), (ended.Stage, ended.HandledOn, ended.IsInWork));
        Assert.Null(BulletinLine.Of(At(OrderStage.Ended), At(OrderStage.Ended)));
        Assert.True(BulletinLine.Of(Handled, SecondRound)!.IsInWork);
        Assert.Null(BulletinLine.Of(null, Fold(Risen)));
    }

    [Fact]
    public async Task what_was_over_before_a_month_is_not_looked_at_for_it()
    {
        await Tell(FirstRound);
        var today = BusinessTime.DateOf(DateTimeOffset.UtcNow);
        Assert.Single(await Papers.Lines(service.Store, _township, new(today.Year, today.Month, 1), DateTimeOffset.UtcNow.AddDays(1), default));
        var next = new DateOnly(today.Year, today.Month, 1).AddMonths(1);
        Assert.Empty(await Papers.Lines(service.Store, _township, next, BusinessTime.EndOf(next.AddDays(30)), default));
    }

    private async Task Tell(IOrderEvent[] events, Guid? order = null)
    {
        var outcome = await service.Store.Write<Order, IOrderEvent>(
            Order.Stream, order ?? OrderId, new(_township, new(Handler.ToString(), "HandlingUnit", null, null), CaseId.ToString()), _ => [.. events]);
        Assert.Equal(OutcomeKind.Appended, outcome.Kind);
    }

    private async Task<(long, long?)> Of(string code, Period period)
    {
        var source = SupervisionFigures.All.Single(f => f.Code == code);
        var rows = await service.Store.Query(
            _township, source.Cases(period), row => (row.GetInt64(1), row.IsDBNull(2) ? (long?)null : row.GetInt64(2)));
        return (rows.Sum(r => r.Item1), source.IsRatio ? rows.Sum(r => r.Item2 ?? 0) : null);
    }
}
