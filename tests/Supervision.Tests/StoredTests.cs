using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Tests;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class RunningSupervision() : RunningService(Supervision.Module);

public sealed class StoredTests(RunningSupervision service) : IClassFixture<RunningSupervision>
{
    private readonly string _township = RunningService.NewTownship();
    private readonly string _neighbour = RunningService.NewTownship();

    [Fact]
    public async Task a_verdict_that_comes_first_is_not_lost_and_opens_one_round_when_it_comes_again()
    {
        var returned = new ReturnedForRectification(CaseId, OrderId, ReviewId, 1, "仍有三盏不亮");
        Assert.NotNull(await service.Hear(_township, returned, Verdict));
        Assert.Empty(await service.Events(_township, OrderId));

        Assert.Null(await service.Hear(_township, Said, Id(101)));
        Assert.Null(await service.Hear(_township, Said, Id(101)));
        await Append(FirstRound[1..]);
        Assert.Null(await service.Hear(_township, returned, Verdict));
        Assert.Null(await service.Hear(_township, returned, Verdict));
        Assert.Null(await service.Hear(_township, returned, Id(6)));

        Assert.Equal(
            ["order_issued", "order_acknowledged", "order_passed_to_section", "handling_reported", "round_opened"],
            await service.Events(_township, OrderId));
        var order = (await service.Store.Load(Order.Stream, OrderId, _township))!.State;
        Assert.Equal((OrderStage.InProgress, Verdict), (order.Stage, order.Rounds[1].CausedBy!.Value));
        Assert.Equal(RoundCause.ReturnedForRectification, order.Rounds[1].Cause);
    }

    [Fact]
    public async Task a_restart_opens_a_round_of_its_own_cause()
    {
        Assert.Null(await service.Hear(_township, Said, Id(101)));
        await Append(FirstRound[1..]);
        Assert.Null(await service.Hear(_township, new SupervisionRestarted(CaseId, OrderId, ReviewId, 1, "门口一盏未修"), Verdict));
        var opened = (RoundOpened)(await service.Store.Read(OrderId, _township))[^1].Data;
        Assert.Equal((2, RoundCause.SupervisionRestarted, Verdict), (opened.Round, opened.Cause, opened.CausedBy));
    }

    [Fact]
    public async Task the_registry_keeps_the_newest_word_whatever_the_order()
    {
        var registry = new Registry(service.Store, _township);
        var section = new UnitChanged(Section, UnitKind.Section, TownGovernment, "城建办", true, 2);
        Assert.Null(await service.Hear(_township, section, Id(111)));
        Assert.Null(await service.Hear(_township, section with { ParentId = Id(39), Version = 1 }, Id(112)));
        Assert.Equal(TownGovernment, await registry.ParentOfSection(Section, default));
        Assert.Null(await new Registry(service.Store, _neighbour).ParentOfSection(Section, default));
        Assert.Null(await service.Hear(_township, section with { Active = false, Version = 3 }, Id(113)));
        Assert.Null(await registry.ParentOfSection(Section, default));
        Assert.Null(await service.Hear(_township, new UnitChanged(TownGovernment, UnitKind.TownGovernment, null, "镇政府", true, 1), Id(114)));
        Assert.Null(await registry.ParentOfSection(TownGovernment, default));
    }

    private async Task Append(IOrderEvent[] events)
    {
        var outcome = await service.Store.Write<Order, IOrderEvent>(
            Order.Stream, OrderId, new(_township, new(Handler.ToString(), "HandlingUnit", null, null)), _ => [.. events]);
        Assert.Equal(OutcomeKind.Appended, outcome.Kind);
    }
}
