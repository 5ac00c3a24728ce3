using LiaisonStation.EventStore;

namespace LiaisonStation.Evaluation.Tests;

/// <summary>A review by a group of five, one of whom handled the matter.</summary>
internal static class Sample
{
    public static readonly Guid CaseId = Id(1);
    public static readonly Guid OrderId = Id(3);
    public static readonly Guid ReviewId = Id(4);
    public static readonly Guid Resident = Id(10);
    public static readonly Guid Group = Id(20);
    public static readonly Guid Section = Id(31);
    public static readonly Guid Handler = Id(50);
    public static readonly Guid First = Id(61);
    public static readonly Guid Second = Id(62);
    public static readonly Guid Third = Id(63);
    public static readonly Guid Fourth = Id(64);
    public static readonly Guid Caller = Id(70);

    public static readonly GiveVerdict Satisfied = new(Verdict.Satisfied, null);
    public static readonly GiveVerdict Unsatisfied = new(Verdict.Unsatisfied, "仍有三盏不亮");
    public static readonly MakeCallBack Pleased = new(CallBackMethod.Phone, Verdict.Satisfied, "路亮了，谢谢", null);
    public static readonly MakeCallBack Displeased = new(CallBackMethod.HomeVisit, Verdict.Unsatisfied, "我家门口还是黑的", "门口一盏未修");

    public static readonly IReviewEvent Opened = OpenedFor(1, Handler);

    public static readonly IReviewEvent[] ConcludedRound =
    [
        Opened, Reviewed(First, Satisfied), Reviewed(Second, Unsatisfied), Reviewed(Third, Satisfied), new Concluded(1, OrderId),
    ];

    public static readonly IReviewEvent[] ReturnedRound =
    [
        Opened, Reviewed(First, Unsatisfied), Reviewed(Second, Satisfied), Reviewed(Third, new(Verdict.Unsatisfied, "线路裸露")),
        new ReturnedForRectification(1, OrderId, "仍有三盏不亮\n线路裸露"),
    ];

    public static readonly IReviewEvent[] ClosedRound =
    [
        .. ConcludedRound,
        new CallBackMade(1, Caller, CallBackMethod.Phone, Verdict.Satisfied, new(Resident, "路亮了，谢谢")),
        new ClosedConfirmed(1, OrderId),
    ];

    public static readonly IReviewEvent[] RestartedRound =
    [
        .. ConcludedRound,
        new CallBackMade(1, Caller, CallBackMethod.HomeVisit, Verdict.Unsatisfied, new(Resident, "我家门口还是黑的")),
        new SupervisionRestarted(1, OrderId, "门口一盏未修"),
    ];

    public static Contracts.HandlingReported Said(int round) => new(
        CaseId, "330225100-20260301-0001", OrderId, ReviewId, round, new(Resident, "村口的路灯坏了"), Section, Group, Handler,
        "已更换十二盏路灯");

    public static IReviewEvent OpenedFor(int round, Guid handler) => new ReviewOpened(
        round, CaseId, "330225100-20260301-0001", OrderId, new(Resident, "村口的路灯坏了"), Section, Group, handler, "已更换十二盏路灯");

    public static IReviewEvent Reviewed(Guid deputy, GiveVerdict verdict, int round = 1) =>
        new DeputyReviewed(round, deputy, verdict.Verdict, verdict.Comment);

    public static Review Fold(params IReviewEvent[] events) => events.Aggregate((Review?)null, Review.Evolve)!;

    public static Guid Id(int n) => new($"00000000-0000-7000-8000-{n:d12}");

    public static void AssertRefused(Decision<IReviewEvent> decision, RefusalKind kind, string code)
    {
        Assert.Equal(new Refusal(kind, code), decision.Refusal);
        Assert.Empty(decision.Events);
    }

    public static void AssertNothing(Decision<IReviewEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Events);
    }

    public static void AssertHappened(Decision<IReviewEvent> decision, params IReviewEvent[] expected)
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(expected, decision.Events);
    }
}
