using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class JointTests
{
    private static readonly ReportedToPartyCommittee Informed = new(1, "镇人大〔2026〕6号", Today, "拟提请联合督");
    private static readonly JointSupervisionRequested Requested = new(1, Role.Presidium, Carried, [CompetentBody.DisciplineBody], "涉及干部作风");

    // Thirty working days from 12 March, with 6 April off.
    private static readonly ResultDue Expected = new(1, Id(7), new(Today, 30, new(2026, 4, 24), new(2026, 4, 24), "built-in"));

    private static readonly ClueTransferred Clue = new(
        1, Id(7), CompetentBody.DisciplineBody, Role.Presidium, Carried, "城建办主任", Id(77), "长期不作为", "移〔2026〕1号");

    private static readonly AccountabilityResultRecorded Result = new(
        1, Said.CaseNumber, Id(7), CompetentBody.DisciplineBody, "象纪〔2026〕3号", AccountabilityMeasure.CircularCriticism, Today, Id(77), Section);

    private static readonly Order Joint = InProgress.Then(Informed, Requested);

    [Fact]
    public void the_party_committee_is_informed_and_gives_instructions()
    {
        AssertHappensOnce(InProgress, o => InformingPartyCommittee.Decide(o, new("镇人大〔2026〕6号", Today, "拟提请联合督"), Today), Informed);
        AssertRefused(
            InformingPartyCommittee.Decide(InProgress.Then(Informed), new("镇人大〔2026〕6号", Today, "别的"), Today),
            RefusalKind.State, "document-already-recorded");
        AssertHappensOnce(
            InProgress.Then(Informed), o => RecordingPartyInstruction.Decide(o, new("批〔2026〕2号", Today, "依法依规"), Today),
            new PartyInstructionRecorded(1, "批〔2026〕2号", Today, "依法依规"));
        AssertRefused(
            RecordingPartyInstruction.Decide(InProgress, new("批〔2026〕2号", Today, "依法依规"), Today),
            RefusalKind.State, "party-committee-not-informed");
        AssertRefused(
            InformingPartyCommittee.Decide(InProgress, new("镇人大〔2026〕6号", Today.AddDays(1), "拟"), Today), RefusalKind.Rule, "date-in-future");
    }

    [Fact]
    public void the_presidium_requests_it_once_the_party_committee_knows()
    {
        AssertRefused(Request(InProgress), RefusalKind.Rule, "party-committee-not-informed");
        AssertHappensOnce(InProgress.Then(Informed), Request, Requested);
        Assert.Equal((OrderStage.InProgress, Intensity.Joint), (Joint.Stage, Joint.Intensity));
        AssertRefused(
            RequestingJointSupervision.Decide(
                Joint, new(Carried, [CompetentBody.OrganisationBody], "另因"), Recorder),
            RefusalKind.State, "joint-supervision-already-requested");
        AssertRefused(Request(Handled.Then(Informed)), RefusalKind.State, "order-handled");
    }

    [Fact]
    public void targeted_supervision_after_it_does_not_lower_it() => Assert.Equal(
        Intensity.Joint,
        Joint.Then(
            new TargetedSupervisionProposed(1, TargetedGround.Slow, "慢", Member),
            new TargetedSupervisionConvened(1, Role.Presidium, Carried, "快办", null)).Intensity);

    [Fact]
    public void a_clue_goes_to_a_body_asked_to_join()
    {
        AssertHappensOnce(Joint, o => Transfer(o, CompetentBody.DisciplineBody), Clue, Expected);
        AssertRefused(Transfer(Joint, CompetentBody.OrganisationBody), RefusalKind.Rule, "body-not-asked-to-join");
        AssertRefused(Transfer(InProgress, CompetentBody.DisciplineBody), RefusalKind.State, "joint-supervision-not-requested");
        AssertRefused(Transfer(Joint.Then(Clue), CompetentBody.OrganisationBody), RefusalKind.State, "clue-already-transferred");
    }

    [Fact]
    public void only_the_body_it_went_to_records_the_result_once()
    {
        var order = Joint.Then(Clue);
        AssertHappensOnce(order, o => Record(o, Role.DisciplineBody), Result);
        AssertRefused(Record(order, Role.OrganisationBody), RefusalKind.Forbidden, "clue-of-another-body");
        AssertRefused(Record(Joint, Role.DisciplineBody), RefusalKind.Unknown, "no-such-clue");
        AssertRefused(
            RecordingAccountability.Decide(
                order.Then(Result), new(Id(7), "象纪〔2026〕9号", AccountabilityMeasure.Warning, Today), Role.DisciplineBody, Today),
            RefusalKind.State, "accountability-already-recorded");
    }

    [Fact]
    public void the_result_is_looked_for_by_a_target_that_is_never_red()
    {
        var order = Joint.Then(Clue, Expected);
        var waiting = Assert.Single(Waits.Of(order), w => w.Act == "record-accountability");
        Assert.Equal((Expected.Target.DueAt(), true), (waiting.DueAt, waiting.IsTarget));
        Assert.DoesNotContain(WhenDue.Decide(order, Terms, Calendar, waiting.DueAt!.Value.AddDays(1)), e => e is ResultDue);
        Assert.Null(order.Then(Result).Joint.TargetOf(Id(7)));
    }

    [Fact]
    public void a_target_beyond_the_calendar_gets_its_date_when_the_calendar_comes()
    {
        var open = Expected with { Target = Calendar.Limit(new(2026, 12, 10), 30, Terms) };
        Assert.Null(open.Target.DueOn);
        var next = new WorkingCalendar([.. WorkingCalendar.National, new(2027, [new(2027, 1, 1)], [], "国办发明电〔2026〕1号", 1)]);
        var order = Joint.Then(Clue, open);
        Assert.Equal(2027, WhenDue.Next(order)!.CalendarYear);
        Assert.Equal(
            new DateOnly(2027, 1, 22),
            Assert.Single(WhenDue.Decide(order, Terms, next, BusinessTime.StartOf(new(2026, 12, 11))).OfType<ResultDue>()).Target.DueOn);
    }

    [Theory]
    [InlineData(OrderStage.Handled)]
    [InlineData(OrderStage.Ended)]
    public void it_runs_beside_the_handling_to_its_own_end(OrderStage stage)
    {
        var order = At(stage).Then(Informed, Requested, Clue);
        Assert.Equal("record-accountability", Assert.Single(Waits.Of(order)).Act);
        Assert.Single(Record(order, Role.DisciplineBody).Events);
    }

    private static Decision<IOrderEvent> Request(Order order) => RequestingJointSupervision.Decide(
        order, new(Carried, [CompetentBody.DisciplineBody], "涉及干部作风"), Recorder);

    private static Decision<IOrderEvent> Transfer(Order order, CompetentBody body) => TransferringClue.Decide(
        order, new(Carried, body, "城建办主任", "长期不作为", "移〔2026〕1号", Id(77)), Id(7), Recorder);

    private static Decision<IOrderEvent> Record(Order order, Role by) => RecordingAccountability.Decide(
        order, new(Id(7), "象纪〔2026〕3号", AccountabilityMeasure.CircularCriticism, Today), by, Today);
}
