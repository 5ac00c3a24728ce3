using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Supervision.Tests;

/// <summary>An order of ten days at every stage of its first round, and at the start of its second.</summary>
internal static class Sample
{
    // 01:30 of 11 March in Asia/Shanghai, still the 10th in UTC.
    public static readonly DateTimeOffset ReferredAt = new(2026, 3, 10, 17, 30, 0, TimeSpan.Zero);
    public static readonly DateOnly DueOn = new(2026, 3, 21);
    public static readonly DateTimeOffset DueAt = new(2026, 3, 21, 16, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Later = new(2026, 4, 1, 8, 0, 0, TimeSpan.Zero);
    public static readonly Guid CaseId = Id(1);
    public static readonly Guid TopicId = Id(2);
    public static readonly Guid OrderId = Id(3);
    public static readonly Guid ReviewId = Id(4);
    public static readonly Guid Verdict = Id(5);
    public static readonly Guid Group = Id(20);
    public static readonly Guid TownGovernment = Id(30);
    public static readonly Guid Section = Id(31);
    public static readonly Guid Handler = Id(50);

    public static readonly OrderReferred Said = new(
        CaseId, "330225100-20260301-0001", TopicId, OrderId, new(Id(10), "村口的路灯坏了"), TownGovernment, Group, "修复全村路灯", DueOn,
        ReferredAt);

    public static readonly IOrderEvent Issued = new OrderIssued(
        1, "DB-330225100-20260301-0001", CaseId, Said.CaseNumber, TopicId, Said.Title, TownGovernment, Group, Said.Content, ReferredAt,
        DueOn, DueAt);

    public static readonly IOrderEvent Acknowledged = new OrderAcknowledged(1);

    public static readonly IOrderEvent Passed = new OrderPassedToSection(1, Section);

    public static readonly IOrderEvent Reported = new HandlingReported(
        1, Said.CaseNumber, ReviewId, Said.Title, Section, Group, Handler, "已更换十二盏路灯");

    // Opened on 1 April in Asia/Shanghai, with ten days again.
    public static readonly IOrderEvent Reopened = new RoundOpened(
        2, RoundCause.ReturnedForRectification, Verdict, Later, new(2026, 4, 11, 16, 0, 0, TimeSpan.Zero));

    public static readonly IOrderEvent[] FirstRound = [Issued, Acknowledged, Passed, Reported];

    public static Order At(OrderStage stage) => Fold(FirstRound[..((int)stage + 1)]);

    public static Order SecondRound => Fold([.. FirstRound, Reopened]);

    public static Order Fold(params IOrderEvent[] events) => events.Aggregate((Order?)null, Order.Evolve)!;

    public static Guid Id(int n) => new($"00000000-0000-7000-8000-{n:d12}");

    public static void AssertRefused(Decision<IOrderEvent> decision, RefusalKind kind, string code)
    {
        Assert.Equal(new Refusal(kind, code), decision.Refusal);
        Assert.Empty(decision.Events);
    }

    public static void AssertNothing(Decision<IOrderEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Events);
    }

    public static void AssertHappened(IOrderEvent expected, Decision<IOrderEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(expected, Assert.Single(decision.Events));
    }
}
