using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Tests;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class RunningSupervision() : RunningService(Supervision.Module);

public sealed class StoredTests(RunningSupervision service) : IClassFixture<RunningSupervision>
{
    private readonly string _township = RunningService.NewTownship();

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
            [
                "order_issued_v2", "order_acknowledged", "order_passed_to_section_v2", "handlers_named", "report_prepared",
                "handling_reported_v2", "round_opened_v2",
            ],
            await service.Events(_township, OrderId));
        var order = await Load();
        Assert.Equal((OrderStage.InProgress, Verdict), (order.Stage, order.Round.CausedBy!.Value));
        Assert.Equal((RoundCause.ReturnedForRectification, 10), (order.Round.Cause, order.Round.Limit!.WorkingDays!.Value));
    }

    [Fact]
    public async Task the_first_restart_opens_a_round_and_the_second_waits_for_the_presidium()
    {
        Assert.Null(await service.Hear(_township, Said, Id(101)));
        await Append(FirstRound[1..]);
        var restarted = new SupervisionRestarted(CaseId, OrderId, ReviewId, 1, "门口一盏未修");
        Assert.Null(await service.Hear(_township, restarted, Verdict));
        Assert.Equal((2, RoundCause.SupervisionRestarted), ((await Load()).Round.Number, (await Load()).Round.Cause));

        await Append(Reported with { Round = 2 });
        Assert.Null(await service.Hear(_township, restarted with { Round = 2 }, Id(6)));
        Assert.Null(await service.Hear(_township, restarted with { Round = 2 }, Id(6)));
        Assert.Equal((2, OrderStage.AwaitingDecision), ((await Load()).Round.Number, (await Load()).Stage));
        Assert.Equal(["decide-restarts"], await service.Acts(_township));
    }

    [Fact]
    public async Task the_other_branches_open_on_the_same_kind_of_stream_once()
    {
        Assert.Null(await service.Hear(_township, Coordinated, Id(101)));
        Assert.Null(await service.Hear(_township, Coordinated, Id(102)));
        Assert.Null(await service.Hear(_township, Escalated with { OrderId = Id(8) }, Id(103)));
        Assert.Null(await service.Hear(_township, Escalated with { OrderId = Id(8) }, Id(104)));
        Assert.Equal(["coordination_opened"], await service.Events(_township, OrderId));
        Assert.Equal(["escalation_opened"], await service.Events(_township, Id(8)));
    }

    [Fact]
    public async Task one_act_hands_over_every_open_order_and_once()
    {
        Guid[] orders = [Id(201), Id(202), Id(203)];
        foreach (var (order, i) in orders.Select((o, i) => (o, i)))
        {
            Assert.Null(await service.Hear(_township, Said with { OrderId = order }, Id(210 + i)));
        }

        await Append(orders[0], Acknowledged, Passed, Named);
        await Append(orders[1], Acknowledged, Passed with { Section = Assisting });
        await Append(orders[2], Acknowledged, Passed, Reported, new ItemEnded(1, ItemEnding.ByPresidium, "无法再办"));
        var merged = new HandOverOrdered(
            Id(300), HandOverKind.Unit, Section, Id(33), HandOverGround.Reorganisation, "镇政〔2026〕8号", new(2026, 4, 1));
        Assert.Null(await service.Hear(_township, merged, Id(301)));
        Assert.Null(await service.Hear(_township, merged, Id(301)));
        Assert.Equal("handed_over", (await service.Events(_township, orders[0]))[^1]);
        Assert.Equal(5, (await service.Events(_township, orders[0])).Count);
        Assert.DoesNotContain("handed_over", await service.Events(_township, orders[1]));
        Assert.DoesNotContain("handed_over", await service.Events(_township, orders[2]));
    }

    private async Task<Order> Load() => (await service.Store.Load(Order.Stream, OrderId, _township))!.State;

    private Task Append(params IOrderEvent[] events) => Append(OrderId, events);

    private async Task Append(Guid order, params IOrderEvent[] events)
    {
        var outcome = await service.Store.Write<Order, IOrderEvent>(
            Order.Stream, order, new(_township, new(Handler.ToString(), "HandlingUnit", null, null)), _ => [.. events]);
        Assert.Equal(OutcomeKind.Appended, outcome.Kind);
    }
}
