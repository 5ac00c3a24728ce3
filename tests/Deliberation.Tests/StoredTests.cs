using LiaisonStation.Contracts;
using LiaisonStation.Tests;
using LiaisonStation.Townships;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class RunningDeliberation() : RunningService(Deliberation.Module);

public sealed class StoredTests(RunningDeliberation service) : IClassFixture<RunningDeliberation>
{
    private readonly string _township = RunningService.NewTownship();
    private readonly string _neighbour = RunningService.NewTownship();

    [Fact]
    public async Task a_message_heard_twice_founds_one_topic_in_its_township_and_waits_once()
    {
        Assert.Null(await service.Hear(_township, Asked, Id(101)));
        Assert.Null(await service.Hear(_township, Asked, Id(101)));
        Assert.Null(await service.Hear(_township, Asked, Id(102)));

        var events = await service.Store.Read(TopicId, _township);
        Assert.Equal(["topic_proposed", "topic_entered_batch"], events.Select(e => e.Type));
        var stored = events[0];
        Assert.Equal(("topic_proposed", CaseId.ToString(), Id(101).ToString()), (stored.Type, stored.Correlation, stored.Causation));
        Assert.Equal(("deliberation", "System"), (stored.Headers.Actor, stored.Headers.Role));
        Assert.Equal(Proposed, stored.Data);
        Assert.Empty(await service.Events(_neighbour, TopicId));
        Assert.Equal(["screen-topic"], await service.Acts(_township));
        Assert.Empty(await service.Acts(_neighbour));
    }

    [Fact]
    public async Task the_registry_keeps_the_newest_word_whatever_the_order()
    {
        var registry = new Township(service.Store, _township);
        Assert.Null(await registry.Presidium(default));
        Assert.Null(await service.Hear(_township, Members(2, Presidium), Id(111)));
        Assert.Null(await service.Hear(_township, Members(1, Presidium[..2]), Id(112)));
        Assert.Equal(Presidium, await registry.Presidium(default));
        Assert.Null(await service.Hear(_township, Members(3, Presidium) with { Active = false }, Id(113)));
        Assert.Null(await registry.Presidium(default));
    }

    [Fact]
    public async Task a_presidium_is_its_own_townships_and_no_other()
    {
        Assert.Null(await service.Hear(_neighbour, Members(1, Presidium), Id(121)));
        Assert.Null(await new Township(service.Store, _township).Presidium(default));
        Assert.Null(await new Township(service.Store, _township[..6] + "000").Presidium(default));
        Assert.Equal(Presidium, await new Township(service.Store, _neighbour).Presidium(default));
    }

    [Fact]
    public async Task groups_and_units_are_known_by_their_kind()
    {
        var registry = new Township(service.Store, _township);
        Assert.Null(await service.Hear(_township, new GroupChanged(Group, GroupKind.SupervisionGroup, "督事一组", [Id(61)], true, 1), Id(131)));
        Assert.Null(await service.Hear(_township, new GroupChanged(Id(21), GroupKind.DeputyGroup, "代表一组", [Id(61)], true, 1), Id(132)));
        Assert.Null(await service.Hear(_township, new UnitChanged(TownGovernment, UnitKind.TownGovernment, null, "镇政府", true, 1), Id(133)));
        Assert.Null(await service.Hear(_township, new UnitChanged(Id(31), UnitKind.Section, TownGovernment, "城建办", true, 1), Id(134)));

        Assert.Equal([Group], (await registry.Groups(GroupKind.SupervisionGroup, default)).Select(g => g.Id));
        Assert.Equal(UnitKind.TownGovernment, (await registry.Unit(TownGovernment, default))?.Kind);
        Assert.Equal(UnitKind.Section, (await registry.Unit(Id(31), default))?.Kind);
    }

    private static GroupChanged Members(long version, Guid[] members) =>
        new(Id(40), GroupKind.Presidium, "主席团", members, true, version);
}
