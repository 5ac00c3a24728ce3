using System.Text.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Evaluation.Tests;

/// <summary>A review by a group of five, one of whom handled the matter.</summary>
internal static class Sample
{
    public const string Number = "330225100-20260301-0001";

    public static readonly Guid CaseId = Id(1);
    public static readonly Guid OrderId = Id(3);
    public static readonly Guid ReviewId = Uuid.Derive(OrderId, "review");
    public static readonly Guid Resident = Id(10);
    public static readonly Guid Joiner = Id(11);
    public static readonly Guid Group = Id(20);
    public static readonly Guid OtherGroup = Id(21);
    public static readonly Guid Section = Id(31);
    public static readonly Guid Assisting = Id(32);
    public static readonly Guid Handler = Id(50);
    public static readonly Guid First = Id(61);
    public static readonly Guid Second = Id(62);
    public static readonly Guid Third = Id(63);
    public static readonly Guid Fourth = Id(64);
    public static readonly Guid Caller = Id(70);

    public static readonly WorkingCalendar Calendar = new(WorkingCalendar.National);
    public static readonly Policy BuiltIn = Policy.BuiltIn;

    // The Thursday before Mid-Autumn (25 to 27 September) and National Day (1 to 7 October) of 2026, 17:30 in Shanghai.
    public static readonly DateTimeOffset Now = At(2026, 9, 24, 17, 30);
    public static readonly DateOnly Today = new(2026, 9, 24);

    // 28, 29, 30 September, 8, 9, 10 (a Saturday made a working day), 12, 13, 14, 15 October: ten working days.
    public static readonly Limit CallBackLimit = new(Today, 10, new(2026, 10, 15), new(2026, 10, 15), "built-in");

    public static readonly GiveVerdict Satisfied = new(Verdict.Satisfied, null);
    public static readonly GiveVerdict Unsatisfied = new(Verdict.Unsatisfied, "仍有三盏不亮");
    public static readonly MakeCallBack Pleased = new(CallBackMethod.Phone, Verdict.Satisfied, "路亮了，谢谢", null);
    public static readonly MakeCallBack Displeased = new(CallBackMethod.HomeVisit, Verdict.Unsatisfied, "我家门口还是黑的", "门口一盏未修");

    public static readonly IReviewEvent Opened = OpenedFor(1, Handler);

    public static readonly Concluded ConcludedFirst = new(1, OrderId, "built-in", CallBackLimit);

    public static readonly IReviewEvent[] ConcludedRound =
    [
        Opened, Reviewed(First, Satisfied), Reviewed(Second, Unsatisfied), Reviewed(Third, Satisfied), ConcludedFirst,
    ];

    public static readonly IReviewEvent[] ReturnedRound =
    [
        Opened, Reviewed(First, Unsatisfied), Reviewed(Second, Satisfied), Reviewed(Third, new(Verdict.Unsatisfied, "线路裸露")),
        new ReturnedForRectification(1, OrderId, "仍有三盏不亮\n线路裸露", "built-in"),
    ];

    public static readonly IReviewEvent[] ClosedRound =
    [
        .. ConcludedRound,
        new CallBackMade(1, Caller, CallBackMethod.Phone, Verdict.Satisfied, new(Resident, "路亮了，谢谢"), null, Today),
        new ClosedConfirmed(1, OrderId),
    ];

    public static readonly IReviewEvent[] RestartedRound =
    [
        .. ConcludedRound,
        new CallBackMade(1, Caller, CallBackMethod.HomeVisit, Verdict.Unsatisfied, new(Resident, "我家门口还是黑的"), null, Today),
        new SupervisionRestarted(1, OrderId, "门口一盏未修"),
    ];

    public static readonly IReviewEvent[] UnreachedRound =
    [
        .. ConcludedRound, Attempted(1, new(2026, 9, 24)), Attempted(2, new(2026, 9, 28)), Attempted(3, new(2026, 9, 29)),
        new ClosedUnreached(1, OrderId, "built-in"),
    ];

    public static readonly IReviewEvent[] EndedRound =
        [.. RestartedRound, new ReviewEnded(2, ItemEnding.ByPresidium, "已无法继续办理")];

    /// <summary>A review at every stage, with the code of what is refused because of it.</summary>
    public static readonly Dictionary<string, IReviewEvent[]> Stages = new()
    {
        ["review-not-concluded"] = [Opened],
        ["handling-returned"] = ReturnedRound,
        ["review-concluded"] = ConcludedRound,
        ["supervision-restarted"] = RestartedRound,
        ["case-closed"] = ClosedRound,
        ["case-closed-unreached"] = UnreachedRound,
        ["item-ended"] = EndedRound,
    };

    public static Contracts.HandlingReported Said(int round) => new(
        CaseId, Number, OrderId, ReviewId, round, Branch.TownOrder, new(Resident, "村口的路灯坏了"), Section, [Section, Assisting], Group,
        [Handler], [], "已更换十二盏路灯", new(2026, 9, 21), new(new(2026, 9, 1), 15, new(2026, 9, 21), new(2026, 9, 21), "built-in"),
        At(2026, 9, 24, 9, 0));

    public static ReviewOpened OpenedFor(int round, Guid handler, params Guid[] able) => new(
        round, CaseId, Number, OrderId, Branch.TownOrder, new(Resident, "村口的路灯坏了"), Section, [Section, Assisting], Group, [handler], [],
        "已更换十二盏路灯", new(2026, 9, 21), new(new(2026, 9, 1), 15, new(2026, 9, 21), new(2026, 9, 21), "built-in"), At(2026, 9, 24, 9, 0),
        able is [] ? [First, Second, Third, Fourth] : able, 3, "built-in");

    /// <summary>Five working days from 24 September: 28 to 30, then after the holidays 8 and 9 October.</summary>
    public static ReviewDue DueFor(int round) => new(round, new(new(2026, 9, 24), 5, new(2026, 10, 9), new(2026, 10, 9), "built-in"));

    public static DeputyReviewed Reviewed(Guid deputy, GiveVerdict verdict, int round = 1) =>
        new(round, deputy, verdict.Verdict, verdict.Comment);

    public static CallBackAttempted Attempted(int number, DateOnly on) => new(1, number, Caller, CallBackMethod.Phone, on);

    public static Review Fold(params IReviewEvent[] events) => events.Aggregate((Review?)null, Review.Evolve)!;

    public static Guid Id(int n) => new($"00000000-0000-7000-8000-{n:d12}");

    /// <summary>In Shanghai.</summary>
    public static DateTimeOffset At(int year, int month, int day, int hour, int minute) =>
        new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.FromHours(8)).ToUniversalTime();

    public static void AssertRefused<T>(Decision<T> decision, RefusalKind kind, string code)
        where T : class
    {
        Assert.Equal(new Refusal(kind, code), decision.Refusal);
        Assert.Empty(decision.Events);
    }

    public static void AssertNothing<T>(Decision<T> decision)
        where T : class
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Events);
    }

    /// <summary>By what would be stored: lists are compared by what they hold.</summary>
    public static void AssertHappened<T>(Decision<T> decision, params T[] expected)
        where T : class
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(expected.Select(Written), decision.Events.Select(Written));
    }

    private static string Written(object happened) => $"{happened.GetType().Name} {JsonSerializer.Serialize(happened, happened.GetType())}";
}
