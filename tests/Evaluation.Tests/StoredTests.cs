using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Tests;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class RunningEvaluation() : RunningService(Evaluation.Module);

public sealed class StoredTests(RunningEvaluation service) : IClassFixture<RunningEvaluation>
{
    private readonly string _township = RunningService.NewTownship();
    private readonly string _neighbour = RunningService.NewTownship();

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
                "review_opened", "deputy_reviewed", "deputy_reviewed", "deputy_reviewed", "returned_for_rectification",
                "review_opened",
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
            review => GivingVerdict.Decide(review!, Satisfied, deputy, [Group]))));
        Assert.Equal("review-not-open", Assert.Single(outcomes, o => o.Refusal is not null).Refusal!.Code);
        Assert.Equal(
            ["review_opened", "deputy_reviewed", "deputy_reviewed", "deputy_reviewed", "concluded"], await service.Events(_township, ReviewId));
        Assert.Equal(
            ["call-back"], await service.Acts(_township));
    }

    [Fact]
    public async Task the_registry_keeps_the_newest_word_whatever_the_order()
    {
        var registry = new Registry(service.Store, _township);
        var group = new GroupChanged(Group, GroupKind.SupervisionGroup, "督事一组", [First, Second], true, 2);
        Assert.Null(await service.Hear(_township, group, Id(111)));
        Assert.Null(await service.Hear(_township, group with { Members = [Third], Version = 1 }, Id(112)));
        Assert.Equal([Group], await registry.GroupsOf(First, default));
        Assert.Empty(await registry.GroupsOf(Third, default));

        var person = new PersonChanged(First, [Role.Deputy], [Group], Section, true, 2);
        Assert.Null(await service.Hear(_township, person, Id(113)));
        Assert.Null(await service.Hear(_township, person with { UnitId = null, Version = 1 }, Id(114)));
        Assert.Equal(Section, await registry.UnitOf(First, default));
        Assert.Null(await new Registry(service.Store, _neighbour).UnitOf(First, default));
    }

    private async Task Append(IReviewEvent[] events)
    {
        var outcome = await service.Store.Write<Review, IReviewEvent>(
            Review.Stream, ReviewId, new(_township, new(First.ToString(), "SupervisionGroup", null, null)), _ => [.. events]);
        Assert.Equal(OutcomeKind.Appended, outcome.Kind);
    }
}
