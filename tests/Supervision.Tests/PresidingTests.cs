using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

/// <summary>Whoever declared an interest or handled the matter takes no part in any decision about it (domain.md 0.1).</summary>
public sealed class PresidingTests
{
    public static TheoryData<string> Acts => ["convene", "joint", "clue", "refer-again", "restarts", "escalation"];

    [Theory]
    [MemberData(nameof(Acts))]
    public void a_recused_committee_decides_nothing_by_its_commission(string act)
    {
        Assert.Null(Decide(act, Street, Commissioned).Refusal);
        AssertRefused(Decide(act, Street, Commissioned, recused: Street.Person), RefusalKind.Forbidden, "recused");
        AssertRefused(Decide(act, Street, Commissioned, handler: Street.Person), RefusalKind.Forbidden, "handled-it");
    }

    [Theory]
    [InlineData("convene")]
    [InlineData("joint")]
    [InlineData("clue")]
    [InlineData("refer-again")]
    public void nor_does_a_recused_chair_whom_policy_lets_act_alone(string act)
    {
        var alone = Chair with
        {
            Policy = Policy.Of(
                [new("330225109", 1, new(2026, 1, 1), AdoptingBody.Presidium, "石人大〔2026〕1号", new() { ChairActsAlone = Enum.GetValues<ChairAct>() })],
                "330225109", Today),
        };
        Assert.Null(Decide(act, alone, new()).Refusal);
        AssertRefused(Decide(act, alone, new(), recused: Chair.Person), RefusalKind.Forbidden, "recused");
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void no_meeting_counts_a_member_who_is_recused_or_handled_it(string act)
    {
        var by = act == "escalation" ? Recorder with { By = Role.StandingCommittee } : Recorder;
        Assert.Null(Decide(act, by, Carried).Refusal);
        AssertRefused(Decide(act, by, Carried, recused: Id(61)), RefusalKind.Rule, "attended-recused");
        AssertRefused(Decide(act, by, Carried, handler: Id(61)), RefusalKind.Rule, "attended-recused");
    }

    [Fact]
    public void who_records_a_meeting_does_not_decide_it() =>
        Assert.Null(Decide("convene", Recorder, Carried, recused: Recorder.Person).Refusal);

    private static Decision<IOrderEvent> Decide(string act, Presiding by, Resolution resolution, Guid? recused = null, Guid? handler = null)
    {
        var proposed = InProgress.Then(new TargetedSupervisionProposed(1, TargetedGround.Slow, "慢", Member));
        var informed = InProgress.Then(new ReportedToPartyCommittee(1, "镇人大〔2026〕6号", Today, "拟提请联合督"));
        var joint = informed.Then(new JointSupervisionRequested(1, Role.Presidium, Carried, [CompetentBody.DisciplineBody], "涉及干部作风"));
        return act switch
        {
            "convene" => ConveningTargetedSupervision.Decide(Now(proposed), new(resolution, true, "五日内恢复照明"), by),
            "joint" => RequestingJointSupervision.Decide(Now(informed), new(resolution, [CompetentBody.DisciplineBody], "涉及干部作风"), by),
            "clue" => TransferringClue.Decide(
                Now(joint), new(resolution, CompetentBody.DisciplineBody, "城建办主任", "长期不作为", "移〔2026〕1号"), Id(7), by),
            "refer-again" => ReferringAgain.Decide(
                Now(At(OrderStage.Returned)), new(resolution, Branch.TownOrder, TownGovernment, "镇里先办"), "督〔2026〕7号", UnitKind.TownGovernment, by),
            "restarts" => DecidingRestarts.Decide(Now(RestartedTwice), new(resolution, AfterRestarts.GoOn, "再办一轮"), by),
            "escalation" => DecidingEscalation.Decide(Now(Fold(Risen)), new(resolution, EscalationOutcome.ReturnedWithOpinion, "镇里先办"), by),
            _ => throw new ArgumentOutOfRangeException(nameof(act)),
        };

        Order Now(Order order) => order with
        {
            Recused = [.. new[] { recused }.OfType<Guid>()],
            Handlers = [.. order.Handlers, .. new[] { handler }.OfType<Guid>()],
        };
    }
}
