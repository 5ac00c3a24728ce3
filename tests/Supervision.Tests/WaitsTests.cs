using LiaisonStation.Contracts;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class WaitsTests
{
    public static TheoryData<OrderStage> Stages => [.. Enum.GetValues<OrderStage>()];

    [Theory]
    [MemberData(nameof(Stages))]
    public void at_every_stage_somebody_owes_something_unless_it_is_handled_or_ended(OrderStage stage)
    {
        var waits = Waits.Of(At(stage)).ToArray();
        if (stage is OrderStage.Handled or OrderStage.Ended)
        {
            Assert.Empty(waits);
            return;
        }

        Assert.NotEmpty(waits);
        Assert.All(waits, w => Assert.NotEmpty(w.Roles));
        Assert.NotNull(waits[0].DueAt);
    }

    [Fact]
    public void whatever_happens_it_is_never_open_without_an_owner()
    {
        // Every order that some sequence of its facts can make, three deep from each stage.
        IOrderEvent[] facts =
        [
            Acknowledged, Passed, Named, Prepared, Reported, Reopened, new AssignmentSentBack(1, Section, "非本科室"),
            new ExtensionRequested(1, 1, Section, "雨", 5), new TargetedSupervisionProposed(1, TargetedGround.Slow, "慢", Member),
            new RecusalDeclared(Recused, Role.Deputy, "亲属", null), new HandedOver(Id(300), HandOverKind.Unit, Section, Id(38), "8号"),
            new OrderOverdue(1, Said.CaseNumber, Section, DueAt), new ReportNotSignedOff(1, Section, "不实"),
        ];
        var reached = Enum.GetValues<OrderStage>().Select(At).Append(Fold(Opened)).ToList();
        for (var depth = 0; depth < 3; depth++)
        {
            reached = [.. reached, .. from order in reached.TakeLast(400) from fact in facts select order.Then(fact)];
        }

        Assert.DoesNotContain(
            reached, o => o.Stage is not (OrderStage.Handled or OrderStage.Ended) && !Waits.Of(o).Any());
    }

    [Theory]
    [InlineData(OrderStage.Issued, "acknowledge-order", Role.TownGovernment)]
    [InlineData(OrderStage.Acknowledged, "pass-order-to-section", Role.TownGovernment)]
    [InlineData(OrderStage.InProgress, "report-handling", Role.HandlingUnit)]
    [InlineData(OrderStage.Escalated, "decide-escalation", Role.StandingCommittee)]
    [InlineData(OrderStage.AtCounty, "record-county-result", Role.StandingCommittee)]
    [InlineData(OrderStage.Returned, "refer-again", Role.Presidium)]
    [InlineData(OrderStage.AwaitingDecision, "decide-restarts", Role.Presidium)]
    public void what_comes_next_stands_first(OrderStage stage, string act, Role role)
    {
        var waiting = Waits.Of(At(stage)).First();
        Assert.Equal((act, CaseId), (waiting.Act, waiting.CaseId));
        Assert.Contains(role, waiting.Roles);
    }

    [Fact]
    public void a_report_waits_for_another_of_the_unit_than_who_wrote_it()
    {
        var waiting = Waits.Of(InProgress.Then(Prepared)).First();
        Assert.Equal(("sign-off-report", Section), (waiting.Act, waiting.Unit!.Value));
        Assert.Equal([Handler], waiting.Except!);
    }

    [Fact]
    public void several_wait_beside_one_another_each_with_its_own_time()
    {
        var order = Fold(Issued, Acknowledged, PassedToTwo, new ExtensionRequested(1, 1, Section, "雨", 5));
        Assert.Equal(
            ["name-handlers", "name-handlers", "reach-milestone", "check-extension", "visit-order"], Waits.Of(order).Select(w => w.Act));
        Assert.Equal(
            [DueAt, new(2026, 3, 20, 16, 0, 0, TimeSpan.Zero), new(2026, 3, 18, 16, 0, 0, TimeSpan.Zero)],
            Waits.Of(order).Take(3).Select(w => w.DueAt!.Value));
    }

    [Fact]
    public void an_extension_goes_from_the_office_to_whoever_decides_it_in_a_town_and_in_a_street()
    {
        var order = InProgress.Then(new ExtensionRequested(1, 1, Section, "雨", 5), new ExtensionChecked(1, 1, true, "属实"));
        Assert.Equal(
            [Role.TownChair, Role.Presidium, Role.StreetWorkCommittee], Waits.Of(order).Single(w => w.Act == "decide-extension").Roles);
        Assert.Contains(Chair.Person, Waits.Of(order with { Recused = [Chair.Person] }).Single(w => w.Act == "decide-extension").Except!);
    }

    [Fact]
    public void what_policy_may_leave_to_the_chair_stands_on_his_list() => Assert.All(
        new[] { At(OrderStage.Returned), InProgress.Then(new TargetedSupervisionProposed(1, TargetedGround.Slow, "慢", Member)) },
        order => Assert.Contains(
            Waits.Of(order), w => w.Act is "refer-again" or "convene-targeted-supervision" && w.Roles.Contains(Role.TownChair)));
}
