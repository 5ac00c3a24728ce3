using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Tests;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class RunningEvaluation() : RunningService(Evaluation.Module);

public sealed class StoredTests(RunningEvaluation service) : IClassFixture<RunningEvaluation>
{
    private readonly string _township = RunningService.NewTownship();

    [Fact]
    public async Task reports_repeated_and_out_of_order_open_each_round_once()
    {
        Assert.NotNull(await service.Hear(_township, Said(2), Id(102)));
        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        await Append(ReturnedRound[1..]);
        Assert.Null(await service.Hear(_township, Said(2), Id(102)));
        Assert.Null(await service.Hear(_township, Said(2), Id(103)));
        Assert.Null(await service.Hear(_township, Said(1), Id(104)));

        Assert.Equal(
            [
                "review_opened_v2", "review_due", "deputy_reviewed", "deputy_reviewed", "deputy_reviewed", "returned_for_rectification_v2",
                "review_opened_v2", "review_due",
            ],
            await service.Events(_township, ReviewId));
        Assert.All(
            await service.Store.Read(ReviewId, _township), e => Assert.Equal(CaseId.ToString(), e.Correlation));
    }

    [Fact]
    public async Task four_deputies_at_once_make_one_decision_of_three_verdicts()
    {
        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        var outcomes = await Task.WhenAll(new[] { First, Second, Third, Fourth }.Select(deputy => service.Store.Write(
            Review.Stream, ReviewId, new(_township, new(deputy.ToString(), "SupervisionGroup", null, null)),
            review => GivingVerdict.Decide(review!, Satisfied, deputy, [Group], null, BuiltIn, Calendar, Now))));
        Assert.Equal("review-concluded", Assert.Single(outcomes, o => o.Refusal is not null).Refusal!.Code);
        Assert.Equal(
            ["review_opened_v2", "review_due", "deputy_reviewed", "deputy_reviewed", "deputy_reviewed", "concluded_v2"], await service.Events(_township, ReviewId));
        Assert.Equal(
            ["call-back"], await service.Acts(_township));
    }

    [Fact]
    public async Task who_may_judge_is_read_from_the_registry_when_the_review_opens()
    {
        await service.Hear(_township, new GroupChanged(Group, GroupKind.SupervisionGroup, "督事一组", [First, Second, Third], true, 1), Id(111));
        foreach (var (person, unit, n) in new (Guid, Guid?, int)[] { (First, null, 112), (Second, Assisting, 113), (Third, null, 114) })
        {
            Assert.Null(await service.Hear(_township, new PersonChanged(person, [Role.SupervisionGroup], [Group], unit, true, 1), Id(n)));
        }

        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        var review = (await service.Store.Load(Review.Stream, ReviewId, _township))!.State;
        Assert.Equal([First, Third], Assert.Single(review.Panels).Able);
        Assert.True(review.LacksReviewers);
    }

    [Fact]
    public async Task a_hand_over_repeated_moves_every_open_review_once_and_no_closed_one()
    {
        var closed = Said(1) with { OrderId = Id(8), ReviewId = Uuid.Derive(Id(8), "review") };
        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        Assert.Null(await service.Hear(_township, closed, Id(102)));
        await Append(ClosedRound[1..], closed.ReviewId);
        var said = new HandOverOrdered(Id(80), HandOverKind.Group, Group, OtherGroup, HandOverGround.TermChange, "象人〔2026〕9号", Today);
        Assert.Null(await service.Hear(_township, said, Id(103)));
        Assert.Null(await service.Hear(_township, said, Id(103)));
        Assert.Null(await service.Hear(_township, said, Id(104)));
        Assert.Equal(["review_opened_v2", "review_due", "review_handed_over"], await service.Events(_township, ReviewId));
        Assert.DoesNotContain("review_handed_over", await service.Events(_township, closed.ReviewId));
    }

    [Fact]
    public async Task who_is_served_is_kept_as_the_newest_word_has_it_however_the_words_come()
    {
        Assert.Null(await service.Hear(_township, new ServedChanged(CaseId, [Joiner], false, 5), Id(131)));
        Assert.Null(await service.Hear(_township, new ServedChanged(CaseId, [Joiner, First, First], true, 3), Id(132)));
        Assert.Null(await service.Hear(_township, new ServedChanged(CaseId, [Joiner, First, First], true, 3), Id(132)));
        Assert.Null(await service.Hear(_township, new ServedChanged(Id(2), [Joiner], true, 4), Id(133)));
        Assert.Equal([First], await Served());
        Assert.Null(await service.Hear(_township, new ServedChanged(CaseId, [Joiner], true, 7), Id(134)));
        Assert.Equal([Joiner, First], await Served());

        Task<IReadOnlyList<Guid>> Served() => service.Store.Query(
            _township, $"select person_id from served_people where case_id = {CaseId} and served order by person_id", row => row.GetGuid(0));
    }

    [Fact]
    public async Task an_ending_repeated_and_before_its_review_ends_it_once_and_a_late_report_opens_nothing()
    {
        var ended = new ItemEnded(CaseId, OrderId, 2, ItemEnding.ByPresidium, "已无法继续办理");
        Assert.NotNull(await service.Hear(_township, ended, Id(120)));
        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        await Append(RestartedRound[1..]);
        Assert.Null(await service.Hear(_township, ended, Id(120)));
        Assert.Null(await service.Hear(_township, ended, Id(121)));
        Assert.Null(await service.Hear(_township, Said(2), Id(122)));
        Assert.Equal("review_ended", (await service.Events(_township, ReviewId))[^1]);
        Assert.Empty(await service.Acts(_township));
    }

    [Fact]
    public async Task an_interest_that_comes_before_its_review_is_not_lost_and_is_told_once()
    {
        var said = new RecusedFromOrder(CaseId, OrderId, ReviewId, First, Role.Deputy, "亲属住在该村");
        Assert.NotNull(await service.Hear(_township, said, Id(130)));
        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        Assert.Null(await service.Hear(_township, said, Id(130)));
        Assert.Null(await service.Hear(_township, said, Id(130)));
        Assert.Null(await service.Hear(_township, said, Id(131)));
        Assert.Equal(["review_opened_v2", "review_due", "recusal_declared"], await service.Events(_township, ReviewId));
    }

    [Fact]
    public async Task many_workers_state_a_late_call_back_once()
    {
        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        await Append(ConcludedRound[1..]);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.Store.Write(
            Review.Stream, ReviewId, new(_township, new("deadlines", "System", null, null)),
            review => WhenReviewDue.Decide(review!, BuiltIn, Calendar, At(2026, 10, 16, 0, 1)))));
        Assert.Single(outcomes, o => o.Kind == OutcomeKind.Appended);
        Assert.Single(await service.Events(_township, ReviewId), e => e == "call_back_overdue");
        Assert.Empty(await service.Store.Query(_township, $"select stream_id from due", row => row.GetGuid(0)));
    }

    [Fact]
    public async Task the_due_table_holds_the_end_of_the_call_backs_limit_until_it_was_made()
    {
        Assert.Null(await service.Hear(_township, Said(1), Id(101)));
        await Append(ConcludedRound[1..]);
        Assert.Equal(
            [new DateTime(2026, 10, 15, 16, 0, 0, DateTimeKind.Utc)],
            await service.Store.Query(_township, $"select due_at from due", row => row.GetDateTime(0)));
        await Append(ClosedRound[5..]);
        Assert.Empty(await service.Store.Query(_township, $"select due_at from due", row => row.GetDateTime(0)));
    }

    private async Task Append(IReviewEvent[] events, Guid? review = null)
    {
        var outcome = await service.Store.Write<Review, IReviewEvent>(
            Review.Stream, review ?? ReviewId, new(_township, new(First.ToString(), "SupervisionGroup", null, null)), _ => [.. events]);
        Assert.Equal(OutcomeKind.Appended, outcome.Kind);
    }
}
