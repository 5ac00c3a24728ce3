using LiaisonStation.Contracts;
using LiaisonStation.Intake.Receptions;
using LiaisonStation.Rules;

namespace LiaisonStation.Intake.Tests;

public sealed class ReceptionWaitsTests
{
    private static readonly Guid Wang = Guid.Parse("019a0000-0000-7000-8000-000000000003");
    private static readonly Guid Li = Guid.Parse("019a0000-0000-7000-8000-000000000004");
    private static readonly DateOnly Day = new(2026, 3, 10);

    private static readonly ReceptionPlan Plan = new(
        Guid.Empty, Guid.Empty, ReceptionKind.Reception, "联络站", "上午", null, "FREQ=WEEKLY;BYDAY=TU",
        [new(Day, [Wang, Li]), new(Day.AddDays(7), [Wang])], []);

    [Fact]
    public void what_is_not_announced_waits_for_nobody() => Assert.Empty(ReceptionWaits.For(Plan));

    [Fact]
    public void an_announced_one_waits_for_its_deputies_and_for_the_station()
    {
        var waiting = ReceptionWaits.For(ReceptionPlan.Evolve(Plan, new ReceptionAnnounced(Day, [Wang, Li]))).ToArray();
        Assert.Equal(["check-in", "check-in", "record-reception"], waiting.Select(w => w.Act));
        Assert.Equal([Wang, Li, null], waiting.Select(w => w.Person));
        Assert.Equal(BusinessTime.EndOf(Day), waiting[0].DueAt);
        Assert.Equal(BusinessTime.EndOf(new(2026, 3, 17)), waiting[2].DueAt);
        Assert.Equal(3, waiting.Select(w => (w.Act, w.Part)).Distinct().Count());
    }

    [Fact]
    public void who_has_checked_in_waits_no_more_and_what_is_held_waits_for_nobody()
    {
        var plan = ReceptionPlan.Evolve(ReceptionPlan.Evolve(Plan, new ReceptionAnnounced(Day, [Wang, Li])), new DeputyCheckedIn(Day, Wang));
        Assert.Equal([Li], ReceptionWaits.For(plan).Where(w => w.Act == "check-in").Select(w => w.Person!.Value));
        Assert.Empty(ReceptionWaits.For(ReceptionPlan.Evolve(plan, new ReceptionHeld(Day, 1, []))));
    }

    [Fact]
    public void a_swap_waits_for_the_other()
    {
        var asked = new DutySwapAsked(Day, Li, Day.AddDays(7), Wang);
        var waiting = Assert.Single(ReceptionWaits.For(ReceptionPlan.Evolve(Plan, asked)));
        Assert.Equal(("answer-swap", Wang), (waiting.Act, waiting.Person!.Value));
        Assert.Equal([Role.Deputy], waiting.Roles);
        Assert.Empty(ReceptionWaits.For(ReceptionPlan.Evolve(
            ReceptionPlan.Evolve(Plan, asked), new DutySwapDeclined(Day, Li, Day.AddDays(7), Wang))));
    }
}
