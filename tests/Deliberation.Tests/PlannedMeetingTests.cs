using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Meetings;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class PlannedMeetingTests
{
    private static readonly MeetingPlan Plan = new(Today, new(9, 0), "镇人大会议室", [new("审议路灯事项", TopicId), new("其他", null)]);

    private static readonly PlannedMeeting OfPresidium = Fold(new MeetingPlanned(MeetingKind.Presidium, null, Plan));

    private static readonly PlannedMeeting OfGroup = Fold(new MeetingPlanned(MeetingKind.SupervisionGroup, Group, Plan));

    private static readonly RecordAttendance Came = new([Id(41), Id(42), Id(43)], [new(GuestKind.DisciplineBody, "镇纪委")]);

    private static readonly PlannedMeeting Held = PlannedMeeting.Evolve(OfPresidium, new AttendanceRecorded(Came.Attended, Came.Guests!));

    private static readonly PlannedMeeting Minuted = PlannedMeeting.Evolve(Held, new MinutesRecorded("一、会议听取了汇报。"));

    private static readonly PlannedMeeting Approved = PlannedMeeting.Evolve(Minuted, new MinutesApproved());

    private static readonly PlannedMeeting Cancelled = PlannedMeeting.Evolve(OfPresidium, new MeetingCancelled("台风"));

    [Theory]
    [InlineData(MeetingKind.Presidium, false)]
    [InlineData(MeetingKind.SupervisionGroup, true)]
    [InlineData(MeetingKind.DeputyGroup, true)]
    [InlineData(MeetingKind.Thematic, false)]
    public void a_meeting_is_planned_of_each_kind(MeetingKind kind, bool ofGroup)
    {
        Guid? group = ofGroup ? Group : null;
        Happened(PlanIt(new(kind, Plan, group)), new MeetingPlanned(kind, group, Plan));
    }

    [Fact]
    public void a_presidium_meets_where_there_is_one_and_a_work_committee_where_there_is_none()
    {
        Refused(PlanIt(new(MeetingKind.Presidium, Plan), hasPresidium: false), RefusalKind.Rule, "no-presidium-here");
        Refused(PlanIt(new(MeetingKind.WorkCommittee, Plan)), RefusalKind.Rule, "presidium-decides-here");
        Happened(PlanIt(new(MeetingKind.WorkCommittee, Plan), hasPresidium: false), new MeetingPlanned(MeetingKind.WorkCommittee, null, Plan));
    }

    [Fact]
    public void group_date_and_agenda_must_be_possible()
    {
        Refused(PlanIt(new(MeetingKind.SupervisionGroup, Plan)), RefusalKind.Rule, "not-a-supervision-group");
        Refused(PlanIt(new(MeetingKind.DeputyGroup, Plan, Id(99))), RefusalKind.Rule, "not-a-deputy-group");
        Refused(PlanIt(new(MeetingKind.Thematic, Plan, Group)), RefusalKind.Rule, "not-a-groups-meeting");
        Refused(PlanIt(new(MeetingKind.Thematic, Plan with { HeldOn = Today.AddDays(-1) })), RefusalKind.Rule, "meeting-in-the-past");
        Refused(PlanIt(new(MeetingKind.Thematic, Plan), topicsKnown: false), RefusalKind.Rule, "topic-unknown");
    }

    [Fact]
    public void it_waits_for_who_came_then_for_its_minutes_then_for_whoever_approves_them()
    {
        var (day, week) = (BusinessTime.EndOf(Today), BusinessTime.EndOf(Today.AddDays(7)));
        Assert.Equal([("record-attendance", "CongressOffice", day)], Waiting(OfPresidium));
        Assert.Equal([("record-minutes", "CongressOffice", week)], Waiting(Held));
        Assert.Equal([("approve-minutes", "TownChair,StreetWorkCommittee", week)], Waiting(Minuted));
        Assert.Empty(Waiting(Approved));
        Assert.Empty(Waiting(Cancelled));
        var ofGroup = OfGroup with { Stage = MeetingStage.Minuted };
        Assert.Equal((Group, Role.SupervisionGroup), (MeetingWaits.For(ofGroup).Single().Group, MeetingWaits.For(ofGroup).Single().Roles.Single()));

        static IEnumerable<(string, string, DateTimeOffset)> Waiting(PlannedMeeting meeting) =>
            MeetingWaits.For(meeting).Select(w => (w.Act, string.Join(',', w.Roles), w.DueAt!.Value));
    }

    [Fact]
    public void a_plan_is_changed_or_called_off_until_the_meeting_is_held()
    {
        var moved = Plan with { HeldOn = Today.AddDays(3) };
        Happened(ChangingMeeting.Decide(OfPresidium, new(moved, "台风"), true, Today), new MeetingPlanChanged(moved, "台风"));
        Nothing(ChangingMeeting.Decide(OfPresidium, new(Plan with { Agenda = [.. Plan.Agenda] }, "台风"), true, Today));
        Refused(ChangingMeeting.Decide(OfPresidium, new(moved, "台风"), false, Today), RefusalKind.Rule, "topic-unknown");
        Refused(ChangingMeeting.Decide(OfPresidium, new(Plan with { HeldOn = Today.AddDays(-1) }, "误"), true, Today), RefusalKind.Rule, "meeting-in-the-past");
        Refused(ChangingMeeting.Decide(Held, new(moved, "台风"), true, Today), RefusalKind.State, "meeting-already-held");
        Refused(ChangingMeeting.Decide(Cancelled, new(moved, "台风"), true, Today), RefusalKind.State, "meeting-cancelled");

        Happened(ChangingMeeting.Decide(OfPresidium, new CancelMeeting("台风")), new MeetingCancelled("台风"));
        Nothing(ChangingMeeting.Decide(Cancelled, new CancelMeeting("台风")));
        Refused(ChangingMeeting.Decide(Cancelled, new CancelMeeting("另有理由")), RefusalKind.State, "meeting-cancelled");
        Refused(ChangingMeeting.Decide(Held, new CancelMeeting("台风")), RefusalKind.State, "meeting-already-held");
    }

    [Fact]
    public void who_came_is_entered_from_the_sign_in_list_and_anew_until_the_minutes_are_approved()
    {
        Happened(Attend(OfPresidium, Came), new AttendanceRecorded(Came.Attended, Came.Guests!));
        Nothing(Attend(Held, Came));
        Happened(Attend(Minuted, Came with { Guests = [] }), new AttendanceRecorded(Came.Attended, []));
        Refused(Attend(Approved, Came with { Guests = [] }), RefusalKind.State, "minutes-already-approved");
        Refused(Attend(Cancelled, Came), RefusalKind.State, "meeting-cancelled");
        Refused(Attend(OfPresidium, new([Id(99)])), RefusalKind.Rule, "attended-not-a-member");
        Refused(Attend(OfGroup, Came), RefusalKind.Rule, "attended-not-a-member");
        Happened(Attend(OfGroup, new([Supervisor])), new AttendanceRecorded([Supervisor], []));
        Refused(
            Attend(Fold(new MeetingPlanned(MeetingKind.Presidium, null, Plan with { HeldOn = Today.AddDays(1) })), Came),
            RefusalKind.Rule, "meeting-not-held-yet");
    }

    [Fact]
    public void minutes_are_entered_once_it_was_held_and_anew_until_they_are_approved()
    {
        Happened(RecordingMinutes.Decide(Held, new("一、会议听取了汇报。")), new MinutesRecorded("一、会议听取了汇报。"));
        Nothing(RecordingMinutes.Decide(Minuted, new("一、会议听取了汇报。")));
        Happened(RecordingMinutes.Decide(Minuted, new("改后")), new MinutesRecorded("改后"));
        Refused(RecordingMinutes.Decide(OfPresidium, new("一")), RefusalKind.State, "attendance-not-recorded");
        Refused(RecordingMinutes.Decide(Approved, new("改后")), RefusalKind.State, "minutes-already-approved");
        Refused(RecordingMinutes.Decide(Cancelled, new("一")), RefusalKind.State, "meeting-cancelled");
    }

    [Fact]
    public void the_chair_approves_minutes_and_a_groups_its_members()
    {
        Happened(ApprovingMinutes.Decide(Minuted, Role.TownChair, []), new MinutesApproved());
        Happened(ApprovingMinutes.Decide(Minuted, Role.StreetWorkCommittee, []), new MinutesApproved());
        Nothing(ApprovingMinutes.Decide(Approved, Role.TownChair, []));
        Refused(ApprovingMinutes.Decide(Minuted, Role.SupervisionGroup, [Group]), RefusalKind.Forbidden, "chair-approves-these");
        Refused(ApprovingMinutes.Decide(Held, Role.TownChair, []), RefusalKind.State, "minutes-not-recorded");
        Refused(ApprovingMinutes.Decide(Cancelled, Role.TownChair, []), RefusalKind.State, "meeting-cancelled");
        var minuted = new IMeetingEvent[] { new AttendanceRecorded([Supervisor], []), new MinutesRecorded("一") }.Aggregate(OfGroup, PlannedMeeting.Evolve);
        Happened(ApprovingMinutes.Decide(minuted, Role.SupervisionGroup, [Group]), new MinutesApproved());
        Refused(ApprovingMinutes.Decide(minuted, Role.SupervisionGroup, [OtherGroup]), RefusalKind.Forbidden, "not-of-the-group-assigned");
        Refused(ApprovingMinutes.Decide(minuted, Role.TownChair, [Group]), RefusalKind.Forbidden, "not-of-the-group-assigned");
        Refused(ApprovingMinutes.Decide(minuted, Role.DeputyGroup, [Group]), RefusalKind.Forbidden, "not-of-the-group-assigned");

        var discussed = minuted with { Kind = MeetingKind.DeputyGroup };
        Happened(ApprovingMinutes.Decide(discussed, Role.DeputyGroup, [Group]), new MinutesApproved());
        Refused(ApprovingMinutes.Decide(discussed, Role.DeputyGroup, [OtherGroup]), RefusalKind.Forbidden, "not-of-the-group-assigned");
        Refused(ApprovingMinutes.Decide(discussed, Role.SupervisionGroup, [Group]), RefusalKind.Forbidden, "not-of-the-group-assigned");
        Refused(ApprovingMinutes.Decide(Minuted, Role.DeputyGroup, [Group]), RefusalKind.Forbidden, "chair-approves-these");
        Assert.Equal("DeputyGroup", string.Join(',', Assert.Single(MeetingWaits.For(discussed)).Roles));
    }

    private static PlannedMeeting Fold(IMeetingEvent first) => PlannedMeeting.Evolve(null, first);

    private static Decision<IMeetingEvent> PlanIt(PlanMeeting command, bool hasPresidium = true, bool topicsKnown = true) =>
        PlanningMeeting.Decide(command, Groups, hasPresidium, topicsKnown, Today);

    private static Decision<IMeetingEvent> Attend(PlannedMeeting meeting, RecordAttendance command) =>
        RecordingAttendance.Decide(meeting, command, Presidium, Groups, Today);

    private static void Happened(Decision<IMeetingEvent> decision, IMeetingEvent expected)
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(Stored(expected), Stored(Assert.Single(decision.Events)));
    }

    private static void Nothing(Decision<IMeetingEvent> decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Events);
    }

    private static void Refused(Decision<IMeetingEvent> decision, RefusalKind kind, string code)
    {
        Assert.Equal(new Refusal(kind, code), decision.Refusal);
        Assert.Empty(decision.Events);
    }
}
