using System.Text.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision.Tests;

/// <summary>An order of ten working days at every stage of its first round, and at the start of its second.</summary>
internal static class Sample
{
    // 01:30 of 11 March in Asia/Shanghai, still the 10th in UTC. The tenth working day after the 11th is the 25th.
    public static readonly DateTimeOffset ReferredAt = new(2026, 3, 10, 17, 30, 0, TimeSpan.Zero);
    public static readonly DateOnly ReferredOn = new(2026, 3, 11);
    public static readonly DateOnly DueOn = new(2026, 3, 25);
    public static readonly DateTimeOffset DueAt = new(2026, 3, 25, 16, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly Today = new(2026, 3, 12);
    public static readonly DateTimeOffset Now = new(2026, 3, 12, 2, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Past = DueAt.AddTicks(10);

    // Wednesday; the tenth working day after it, with the holiday of 清明 between (Monday the 6th), is Thursday the 16th.
    public static readonly DateTimeOffset Later = new(2026, 4, 1, 8, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly LaterDueOn = new(2026, 4, 16);

    public static readonly Guid CaseId = Id(1);
    public static readonly Guid TopicId = Id(2);
    public static readonly Guid OrderId = Id(3);
    public static readonly Guid ReviewId = Id(4);
    public static readonly Guid Verdict = Id(5);
    public static readonly Guid Group = Id(20);
    public static readonly Guid TownGovernment = Id(30);
    public static readonly Guid Section = Id(31);
    public static readonly Guid Assisting = Id(32);
    public static readonly Guid Handler = Id(50);
    public static readonly Guid StandIn = Id(51);
    public static readonly Guid Leader = Id(52);
    public static readonly Guid Member = Id(53);
    public static readonly Guid Recused = Id(54);

    public static readonly Policy Terms = Policy.BuiltIn;
    public static readonly WorkingCalendar Calendar = new(WorkingCalendar.National);
    public static readonly Limit TenDays = new(ReferredOn, 10, DueOn, DueOn, "built-in");

    public static readonly Guid[] Presidium = [Id(60), Id(61), Id(62)];
    /// <summary>Who records the Presidium's meetings.</summary>
    public static readonly Presiding Recorder = new(Role.Presidium, Id(69), Presidium, Terms, Calendar, Now);

    /// <summary>A street's work committee, where there is no Presidium.</summary>
    public static readonly Presiding Street = Recorder with { By = Role.StreetWorkCommittee, Person = Id(68), Members = null };

    public static readonly Presiding Chair = Recorder with { By = Role.TownChair, Person = Id(60) };

    public static readonly Resolution Carried = new(new Meeting(new(2026, 3, 12), [Id(60), Id(61)], 2, 0, 0));
    public static readonly Resolution Commissioned = new(Commission: new Commission("象人大〔2026〕5号"));

    public static readonly OrderReferred Said = new(
        CaseId, "330225100-20260301-0001", TopicId, OrderId, new(Id(10), "村口的路灯坏了"), TownGovernment, Group, "修复全村路灯", TenDays,
        [new("更换灯具", new(2026, 3, 18)), new("恢复照明", new(2026, 3, 24))], [], ReferredAt);

    public static readonly CountyCoordinationReferred Coordinated = new(
        CaseId, Said.CaseNumber, TopicId, OrderId, Said.Title, Section, "县供电公司", Group, Said.Content, TenDays, 15, "built-in", [], ReferredAt);

    public static readonly EscalationReferred Escalated = new(
        CaseId, Said.CaseNumber, TopicId, OrderId, Said.Title, Group, Said.Content, "电力设施归县里管", [], ReferredAt);

    public static readonly OrderIssued Issued = new(
        1, "督〔2026〕1号", CaseId, Said.CaseNumber, TopicId, Said.Title, TownGovernment, Group, Said.Content, ReferredAt, TenDays,
        Said.Milestones, []);

    public static readonly CoordinationOpened Opened = new(
        1, CaseId, Said.CaseNumber, TopicId, Said.Title, Section, "县供电公司", Group, Said.Content, TenDays, 15,
        new(ReferredOn, 15, new(2026, 4, 1), new(2026, 4, 1), "built-in"), [], ReferredAt);

    public static readonly EscalationOpened Risen = new(
        1, CaseId, Said.CaseNumber, TopicId, Said.Title, Group, Said.Content, Escalated.Reason, [], ReferredAt,
        new(ReferredOn, 15, new(2026, 4, 1), new(2026, 4, 1), "built-in"));

    public static readonly IOrderEvent Acknowledged = new OrderAcknowledged(1);

    public static readonly OrderPassedToSection Passed = new(1, Section, [], Today);

    public static readonly OrderPassedToSection PassedToTwo = Passed with
    {
        Assisting = [new(Assisting, new(Today, null, new(2026, 3, 20), new(2026, 3, 20), "built-in"))],
    };

    public static readonly HandlersNamed Named = new(1, Section, Handler, StandIn);

    public static readonly ReportPrepared Prepared = new(1, Section, Handler, "已更换十二盏路灯", Today, []);

    public static readonly HandlingReported Reported = new(
        1, Said.CaseNumber, ReviewId, Branch.TownOrder, Said.Title, Section, [Section], Group, [Handler, StandIn, Leader], [], Handler,
        Leader, "已更换十二盏路灯", Today, TenDays, []);

    public static readonly RoundOpened Reopened = new(
        2, RoundCause.ReturnedForRectification, Verdict, Later, new(new(2026, 4, 1), 10, LaterDueOn, LaterDueOn, "built-in"));

    public static readonly IOrderEvent[] FirstRound = [Issued, Acknowledged, Passed, Named, Prepared, Reported];

    public static Order InProgress => Fold([Issued, Acknowledged, Passed, Named]);

    public static Order Handled => Fold(FirstRound);

    public static Order SecondRound => Fold([.. FirstRound, Reopened]);

    /// <summary>An order at each stage it can be at.</summary>
    public static Order At(OrderStage stage) => stage switch
    {
        OrderStage.Issued => Fold(Issued),
        OrderStage.Acknowledged => Fold(Issued, Acknowledged),
        OrderStage.InProgress => InProgress,
        OrderStage.Handled => Handled,
        OrderStage.Escalated => Fold(Risen),
        OrderStage.AtCounty => Fold(Risen, ToCounty(EscalationOutcome.HandedToCounty)),
        OrderStage.Returned => Fold(Risen, ToCounty(EscalationOutcome.ReturnedWithOpinion)),
        OrderStage.AwaitingDecision => RestartedTwice,
        OrderStage.Ended => Fold([.. FirstRound, new ItemEnded(1, ItemEnding.ByPresidium, "无法再办")]),
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };

    /// <summary>Restarted once, handled again, and restarted again.</summary>
    public static Order RestartedTwice => Fold([
        .. FirstRound, Reopened with { Cause = RoundCause.SupervisionRestarted }, Reported with { Round = 2 },
        new RestartsReached(2, Id(6), new(new(2026, 4, 1), 15, new(2026, 4, 23), new(2026, 4, 23), "built-in"))]);

    public static EscalationDecided ToCounty(EscalationOutcome outcome) => new(
        1, outcome, Role.StandingCommittee, Carried, "交县政府", "县供电公司",
        // What is returned is referred again in fifteen working days.
        outcome == EscalationOutcome.ReturnedWithOpinion ? new(Today, 15, new(2026, 4, 2), new(2026, 4, 2), "built-in") : new(Today, null, new(2026, 5, 8), new(2026, 5, 8), "built-in"));

    public static Order Fold(params IOrderEvent[] events) => events.Aggregate((Order?)null, Order.Evolve)!;

    public static Order Then(this Order order, params IOrderEvent[] events) => events.Aggregate(order, Order.Evolve);

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

    /// <summary>By what is stored: lists of two records are never the same one.</summary>
    public static void AssertHappened(Decision<IOrderEvent> decision, params IOrderEvent[] expected)
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(expected.Select(Written), decision.Events.Select(Written));
    }

    /// <summary>It happens once: told again, it changes nothing.</summary>
    public static void AssertHappensOnce(Order order, Func<Order, Decision<IOrderEvent>> decide, params IOrderEvent[] expected)
    {
        var decision = decide(order);
        AssertHappened(decision, expected);
        AssertNothing(decide(order.Then([.. decision.Events])));
    }

    private static string Written(IOrderEvent happened) => $"{happened.GetType().Name} {JsonSerializer.Serialize(happened, happened.GetType(), Envelope.Json)}";
}
