using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;

namespace LiaisonStation.Intake.Tests;

public sealed class HandOverTests
{
    private static readonly Guid Id = Guid.Parse("019a0000-0000-7000-8000-000000000001");
    private static readonly Guid Leaving = Guid.Parse("019a0000-0000-7000-8000-000000000002");
    private static readonly Guid Coming = Guid.Parse("019a0000-0000-7000-8000-000000000003");
    private static readonly DateOnly Today = new(2026, 3, 2);

    private static readonly OrderHandOver Order = new(
        HandOverKind.Person, Leaving, Coming, HandOverGround.TermChange, "大人大〔2026〕3号", Today);

    private static readonly Holder Deputy = new(true, null, [Role.Deputy, Role.SupervisionGroup]);

    [Fact]
    public void on_its_day_it_takes_effect_with_the_same_act() => Assert.Equal(
        [
            new HandOverEntered(Id, HandOverKind.Person, Leaving, Coming, HandOverGround.TermChange, "大人大〔2026〕3号", Today),
            new HandOverTookEffect(Id, HandOverKind.Person, Leaving, Coming, HandOverGround.TermChange, "大人大〔2026〕3号", Today),
        ],
        OrderingHandOver.Decide(null, Id, Order, Deputy, Deputy, Today));

    [Fact]
    public void ahead_of_its_day_nothing_moves_and_on_it_it_does_once()
    {
        var entered = Assert.Single(OrderingHandOver.Decide(null, Id, Order with { EffectiveOn = Today.AddDays(5) }, Deputy, Deputy, Today));
        var handOver = HandOver.Evolve(null, entered);
        Assert.Null(Publish.ToOthers(Recorded(entered)));
        Assert.Empty(OrderingHandOver.WhenDue(handOver, Today.AddDays(4)));
        Assert.Equal(new DateTimeOffset(2026, 3, 6, 16, 0, 0, TimeSpan.Zero), HandOver.Due(handOver)!.At);
        var tookEffect = Assert.Single(OrderingHandOver.WhenDue(handOver, Today.AddDays(5)));
        Assert.Equal(
            new HandOverOrdered(Id, HandOverKind.Person, Leaving, Coming, HandOverGround.TermChange, "大人大〔2026〕3号", Today.AddDays(5)),
            Publish.ToOthers(Recorded(tookEffect)));
        var done = HandOver.Evolve(handOver, tookEffect);
        Assert.Empty(OrderingHandOver.WhenDue(done, Today.AddDays(6)));
        Assert.Null(HandOver.Due(done));
    }

    [Fact]
    public void a_repeat_changes_nothing_and_another_one_under_its_document_is_refused()
    {
        var handOver = new HandOver(Id, Order.Kind, Leaving, Coming, Order.Ground, Order.DocumentNumber, Today, true);
        Assert.Empty(OrderingHandOver.Decide(handOver, Id, Order, Deputy, Deputy, Today));
        Assert.Equal(
            Refuse.State("hand-over-entered-otherwise"),
            OrderingHandOver.Decide(handOver, Id, Order with { Ground = HandOverGround.Resignation }, Deputy, Deputy, Today).Refusal);
    }

    [Fact]
    public void only_one_of_the_same_kind_who_is_there_takes_over()
    {
        Refuses("hand-over-of-unknown", null, Deputy);
        Refuses("hand-over-of-unknown", Deputy, null);
        Refuses("successor-inactive", Deputy, Deputy with { Active = false });
        Refuses("successor-lacks-roles", Deputy, Deputy with { Offices = [Role.Deputy] });
        Refuses("hand-over-to-another-kind", Of(GroupKind.SupervisionGroup), Of(GroupKind.DeputyGroup));
        Assert.Equal(2, OrderingHandOver.Decide(null, Id, Order, Of(GroupKind.SupervisionGroup), Of(GroupKind.SupervisionGroup), Today).Events.Count);
    }

    [Fact]
    public void who_has_left_already_can_still_be_succeeded() =>
        Assert.Equal(2, OrderingHandOver.Decide(null, Id, Order, Deputy with { Active = false }, Deputy, Today).Events.Count);

    [Fact]
    public void nobody_who_may_own_something_goes_without_a_successor()
    {
        var end = new Deactivate("1号");
        Assert.Equal(Refuse.Rule("hand-over-needed"), Deactivating.Decide(Someone(Role.Deputy), end, handedOver: false).Refusal);
        Assert.Single(Deactivating.Decide(Someone(Role.Deputy), end, handedOver: true));
        Assert.Single(Deactivating.Decide(Someone(Role.Resident), end, handedOver: false));
        Assert.Equal(
            Refuse.Rule("hand-over-needed"),
            Deactivating.Decide(new Group(Id, GroupKind.SupervisionGroup, "督事小组", [], true), end, handedOver: false).Refusal);
        Assert.Equal(
            Refuse.Rule("hand-over-needed"), Deactivating.Decide(new Unit(Id, UnitKind.Section, null, "科", true), end, handedOver: false).Refusal);
        Assert.Single(Deactivating.Decide(new Unit(Id, UnitKind.ContactPoint, null, "点", true), end, handedOver: false));
    }

    private static Person Someone(Role role) => new(Id, [role], [], null, true);

    private static Holder? Of(GroupKind kind) => Holder.Of(new Group(Id, kind, "小组", [], true));

    private static void Refuses(string code, Holder? from, Holder? to) =>
        Assert.Equal(Refuse.Rule(code), OrderingHandOver.Decide(null, Id, Order, from, to, Today).Refusal);

    private static RecordedEvent Recorded(object data) => new(
        1, Id, Id, 1, "330225109", "any", data, DateTimeOffset.UnixEpoch, null, null, new EventHeaders(null, null, null, null));
}
