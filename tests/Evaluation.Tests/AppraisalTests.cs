using LiaisonStation.Contracts;
using LiaisonStation.Evaluation.Appraisals;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class AppraisalTests
{
    private static readonly Guid AppraisalId = Appraisal.IdOf("330225100", 2026);
    private static readonly Guid[] Presidium = [Id(201), Id(202), Id(203), Id(204), Id(205)];
    private static readonly Guid[] Units = [Id(301), Id(302), Id(303)];
    private static readonly Meeting Held = new(Today, [Id(201), Id(202), Id(203)], 3, 0, 0);
    private static readonly PartyReport Informed = new(new(2026, 9, 20), "石镇人〔2026〕30号");
    private static readonly DateOnly Until = new(2026, 9, 30);
    private static readonly ConveneAppraisal Command = new(2026, Held, Informed, Units, Until);
    private static readonly DepartmentFigures[] Figures = [.. Units.Select(u => new DepartmentFigures(u, 3, 4, 4, 3, 1, 1, 0, 2, 1, 1, 0))];
    private static readonly AppraisalConvened Open = new(AppraisalId, 2026, Held, Informed, Until, Figures);

    // 30 September is the ballot's last day: it ends at 16:00 UTC.
    private static readonly DateTimeOffset End = new(2026, 9, 30, 16, 0, 0, TimeSpan.Zero);

    // From 1 October, a holiday, ten working days: 8, 9, 10 (a Saturday), 12, 13, 14, 15, 16, 19, 20 October.
    private static readonly Limit Rehandle = new(new(2026, 10, 1), 10, new(2026, 10, 20), new(2026, 10, 20), "built-in");

    [Fact]
    public void the_presidium_convenes_it_and_the_figures_of_the_moment_stay() => AssertHappened(Convene(null, Command), Open);

    [Fact]
    public void the_same_convening_twice_changes_nothing_and_another_of_the_year_is_refused()
    {
        AssertNothing(Convene(Fold(Open), Command));
        AssertRefused(Convene(Fold(Open), Command with { BallotUntil = Until.AddDays(1) }), RefusalKind.State, "appraisal-already-convened");
        AssertRefused(Convene(Fold(Open), Command with { Departments = [Units[0]] }), RefusalKind.State, "appraisal-already-convened");
    }

    [Fact]
    public void a_convening_without_quorum_party_committee_or_departments_is_refused()
    {
        AssertRefused(Convene(null, Command with { Meeting = Held with { Attended = [Id(201), Id(202)], For = 2 } }), RefusalKind.Rule, "quorum-missing");
        AssertRefused(Convene(null, Command, presidium: null), RefusalKind.Rule, "no-presidium-here");
        AssertRefused(
            Convene(null, Command with { PartyCommittee = Informed with { InformedOn = new(2026, 9, 25) } }), RefusalKind.Rule, "party-committee-not-informed");
        AssertRefused(Convene(null, Command with { Year = 2027 }), RefusalKind.Rule, "year-not-begun");
        AssertRefused(Convene(null, Command with { BallotUntil = new(2026, 9, 23) }), RefusalKind.Rule, "ballot-ends-in-the-past");
        AssertRefused(Convene(null, Command with { Departments = [Units[0], Units[0]] }), RefusalKind.Rule, "department-named-twice");
        AssertRefused(
            ConveningAppraisal.Decide(null, Command, AppraisalId, Figures, Presidium, areDepartments: false, Today), RefusalKind.Rule, "not-a-department");
    }

    [Fact]
    public void a_departments_figures_are_counted_from_the_reviews_of_its_rounds()
    {
        var other = OpenedFor(2, Handler) with { Unit = Id(39), Units = [Id(39)] };
        Review[] reviews =
        [
            // Satisfied at once; restarted and closed by another unit; returned; handled late and unreached; the year before.
            Review(ClosedRound),
            Review([.. RestartedRound, other, Reviewed(First, Satisfied, 2), ConcludedFirst with { Round = 2 }, Made(2, Verdict.Satisfied), new ClosedConfirmed(2, OrderId)]),
            Review([.. ReturnedRound, OpenedFor(2, Handler), ConcludedFirst with { Round = 2 }, Made(2, Verdict.BasicallySatisfied), new ClosedConfirmed(2, OrderId)]),
            Review([OpenedFor(1, Handler) with { HandledOn = new(2026, 9, 22) }, .. UnreachedRound[1..]]),
            Review([OpenedFor(1, Handler) with { HandledOn = new(2025, 12, 31) }]),
        ];
        Assert.Equal(
            new DepartmentFigures(
                Section, Items: 4, Rounds: 5, Limited: 5, InTime: 4, Overdue: 2, Returned: 1, Restarted: 1, CalledBack: 3, Satisfied: 1,
                BasicallySatisfied: 1, Accountable: 3),
            DepartmentFigures.Of(Section, 2026, reviews, overdue: 2, accountable: 3));

        static CallBackMade Made(int round, Verdict verdict) => new(round, Caller, CallBackMethod.Phone, verdict, null, null, Today);
    }

    [Fact]
    public void deputies_vote_until_the_end_of_the_last_day_and_not_on_their_own_department()
    {
        Assert.Null(Cast(Fold(Open), End));
        Assert.Equal(Refuse.State("ballot-closed"), Cast(Fold(Open), End.AddTicks(10)));
        Assert.Equal(Refuse.State("ballot-closed"), Cast(Fold(Open, new BallotClosed(2026, 9, 9, [], "built-in")), Now));
        Assert.Equal(Refuse.Unknown("not-found"), Cast(null, Now));
        Assert.Equal(Refuse.Forbidden("own-department"), CastingBallot.Objection(Fold(Open), new([new(Units[0], Verdict.Satisfied)]), true, Units[0], Now));
        Assert.Equal(Refuse.Forbidden("not-a-deputy-here"), CastingBallot.Objection(Fold(Open), new([new(Units[0], Verdict.Satisfied)]), false, null, Now));
        Assert.Equal(Refuse.Rule("not-appraised"), CastingBallot.Objection(Fold(Open), new([new(Id(399), Verdict.Satisfied)]), true, null, Now));

        static Refusal? Cast(Appraisal? appraisal, DateTimeOffset at) =>
            CastingBallot.Objection(appraisal, new([new(Units[0], Verdict.Satisfied)]), true, null, at);
    }

    [Fact]
    public void the_tally_names_who_is_low_ranks_from_ten_votes_on_and_breaks_nothing_down_under_five() => AssertHappened(
        Close(Fold(Open), new(5, 4, 1), new(2, 3, 5), new(4, 0, 0)),
        new BallotClosed(
            2026, 12, 10, [new(Units[0], 10, new(5, 4, 1)), new(Units[1], 10, new(2, 3, 5)), new(Units[2], 4, null)], "built-in"),
        new DepartmentAppraised(2026, Units[0], new(9, 10), false, 1),
        new DepartmentAppraised(2026, Units[1], new(5, 10), true, 2),
        new DepartmentAppraised(2026, Units[2], null, null, null),
        new RehandlingOrdered(2026, Units[1], Rehandle));

    [Fact]
    public void sixty_percent_is_not_low_and_equal_shares_share_a_rank()
    {
        var results = Close(Fold(Open), new(6, 0, 4), new(6, 0, 4), new(0, 6, 4)).Events.OfType<DepartmentAppraised>().ToArray();
        Assert.Equal([false, false, false], results.Select(r => r.IsLow!.Value));
        Assert.Equal([1, 1, 3], results.Select(r => r.Rank!.Value));
    }

    [Fact]
    public void nine_votes_are_broken_down_and_not_ranked()
    {
        var results = Close(Fold(Open), new(9, 0, 0), new(10, 0, 0), new(5, 0, 0)).Events.OfType<DepartmentAppraised>().ToArray();
        Assert.Equal([null, 1, null], results.Select(r => r.Rank));
        Assert.Equal([9, 10, 5], results.Select(r => r.Satisfaction!.N));
    }

    [Fact]
    public void the_ballot_closes_after_its_last_day_or_when_everybody_has_voted()
    {
        AssertRefused(
            ClosingBallot.Decide(Fold(Open), [new(1, 0, 0)], 12, 11, BuiltIn, Calendar, End), RefusalKind.State, "ballot-still-open");
        Assert.NotEmpty(ClosingBallot.Decide(Fold(Open), [new(12, 0, 0)], 12, 12, BuiltIn, Calendar, Now).Events);
        AssertNothing(ClosingBallot.Decide(Closed(), [], 12, 10, BuiltIn, Calendar, End.AddDays(1)));
    }

    [Fact]
    public void a_department_that_is_low_answers_again_once()
    {
        var answer = new RehandlingAnswered(2026, Units[1], Handler, "已重新办理");
        AssertRefused(Answer(Fold(Open), Units[1]), RefusalKind.State, "ballot-still-open");
        AssertRefused(Answer(Closed(), Units[0]), RefusalKind.Forbidden, "no-rehandling-of-yours");
        AssertHappened(Answer(Closed(), Units[1]), answer);
        AssertNothing(Answer(Appraisal.Evolve(Closed(), answer), Units[1]));
        AssertRefused(
            AnsweringRehandling.Decide(Appraisal.Evolve(Closed(), answer), new("另一答复"), Handler, Units[1]), RefusalKind.State,
            "rehandling-already-answered");
    }

    [Fact]
    public void a_rehandling_overdue_is_stated_once()
    {
        var end = new DateTimeOffset(2026, 10, 20, 16, 0, 0, TimeSpan.Zero);
        Assert.Equal(new NextDue(end), WhenRehandlingDue.Next(Closed()));
        AssertNothing(WhenRehandlingDue.Decide(Closed(), BuiltIn, Calendar, end));
        AssertHappened(WhenRehandlingDue.Decide(Closed(), BuiltIn, Calendar, end.AddTicks(10)), new RehandlingOverdue(2026, Units[1], end));
        var overdue = Appraisal.Evolve(Closed(), new RehandlingOverdue(2026, Units[1], end));
        AssertNothing(WhenRehandlingDue.Decide(overdue, BuiltIn, Calendar, end.AddDays(9)));
        Assert.Null(WhenRehandlingDue.Next(overdue));
    }

    [Fact]
    public void what_a_unit_owes_goes_to_the_unit_that_takes_over()
    {
        var said = new HandOverOrdered(Id(80), HandOverKind.Unit, Units[1], Id(310), HandOverGround.Reorganisation, "象政〔2026〕1号", Today);
        AssertHappened(WhenHandOverOrdered.Decide(Closed(), said), new RehandlingHandedOver(Id(80), Units[1], Id(310)));
        var taken = Appraisal.Evolve(Closed(), new RehandlingHandedOver(Id(80), Units[1], Id(310)));
        AssertNothing(WhenHandOverOrdered.Decide(taken, said));
        AssertNothing(WhenHandOverOrdered.Decide((Appraisal?)null, said));
        Assert.NotEmpty(Answer(taken, Id(310)).Events);
    }

    [Fact]
    public void nothing_is_open_without_an_owner()
    {
        Assert.Equal(["cast-ballot", "close-ballot"], Waits.Of(Fold(Open)).Select(w => w.Act));
        var waiting = Assert.Single(Waits.Of(Closed()));
        Assert.Equal(("answer-rehandling", Units[1]), (waiting.Act, waiting.Unit!.Value));
        Assert.Empty(Waits.Of(Appraisal.Evolve(Closed(), new RehandlingAnswered(2026, Units[1], Handler, "已重新办理"))));
    }

    private static Review Review(IReviewEvent[] events) => Sample.Fold(events);

    private static Appraisal Closed() => Fold(
        Open, new BallotClosed(2026, 12, 10, [], "built-in"), new DepartmentAppraised(2026, Units[1], new(5, 10), true, 2),
        new RehandlingOrdered(2026, Units[1], Rehandle));

    private static Appraisal Fold(params IAppraisalEvent[] events) => events.Aggregate((Appraisal?)null, Appraisal.Evolve)!;

    private static Decision<IAppraisalEvent> Convene(Appraisal? appraisal, ConveneAppraisal command) => Convene(appraisal, command, Presidium);

    private static Decision<IAppraisalEvent> Convene(Appraisal? appraisal, ConveneAppraisal command, Guid[]? presidium) =>
        ConveningAppraisal.Decide(appraisal, command, AppraisalId, Figures, presidium, areDepartments: true, Today);

    private static Decision<IAppraisalEvent> Close(Appraisal appraisal, params Choices[] choices) =>
        ClosingBallot.Decide(appraisal, choices, 12, 10, BuiltIn, Calendar, End.AddTicks(10));

    private static Decision<IAppraisalEvent> Answer(Appraisal appraisal, Guid unit) =>
        AnsweringRehandling.Decide(appraisal, new("已重新办理"), Handler, unit);
}
