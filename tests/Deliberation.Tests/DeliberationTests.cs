using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.MajorMatters;
using LiaisonStation.EventStore;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class DeliberationTests
{
    private static readonly HoldMeeting Held = new(Today, [Supervisor, Id(62)], "听取城建办汇报", [new(GuestKind.Unit, "城建办")]);

    private static readonly DeclareMajorMatter Declared = new("涉及全镇供水安全", [new(GuestKind.DisciplineBody, "镇纪委")], Carried);

    private static readonly Topic Reported = Topic.Evolve(At(TopicStage.Confirmed), new ReportedToPartyCommittee(Today, "请示〔2026〕7号"));

    private static readonly Topic Major = Topic.Evolve(Reported, new MajorMatterDeclared(Declared.Reason, Declared.Invited!, Resolved));

    private static readonly DeliberateTopic ByPresidium = new(Today, Carried.Attended, "先修后管", "本月内修复全部路灯", For: 3);

    [Fact]
    public void the_group_assigned_meets_and_advises() => AssertHappened(Deliberate(At(TopicStage.Confirmed), Deliberated), Sat, Advised);

    [Fact]
    public void it_may_meet_several_times_before_it_advises()
    {
        var sitting = new Sitting(Role.SupervisionGroup, Group, Today, Held.Attended, Held.Guests!, Held.Summary, null);
        AssertHappened(Hold(At(TopicStage.Confirmed), Held), new MeetingHeld(sitting));
        var met = Topic.Evolve(At(TopicStage.Confirmed), new MeetingHeld(sitting));
        AssertNothing(Hold(met, Held with { Attended = [Supervisor, Id(62)] }));
        AssertHappened(Deliberate(met, Deliberated), Sat, Advised);
        AssertHappened(
            Deliberate(met, Deliberated with { Summary = Held.Summary, Guests = Held.Guests }), Advised);
    }

    [Theory]
    [InlineData(TopicStage.Proposed, "topic-not-confirmed")]
    [InlineData(TopicStage.Returned, "topic-not-confirmed")]
    [InlineData(TopicStage.Screened, "topic-not-confirmed")]
    [InlineData(TopicStage.NotTaken, "topic-not-taken")]
    public void what_is_not_taken_up_is_not_deliberated(TopicStage stage, string code)
    {
        AssertRefused(Deliberate(At(stage), Deliberated), RefusalKind.State, code);
        AssertRefused(Hold(At(stage), Held), RefusalKind.State, code);
        AssertRefused(DeclaringMajorMatter.Decide(At(stage), Declared, Recorder), RefusalKind.State, code);
    }

    [Fact]
    public void another_group_does_not_deliberate()
    {
        AssertRefused(
            Deliberate(At(TopicStage.Confirmed), Deliberated, Member with { Person = Id(71) }), RefusalKind.Forbidden, "not-of-the-group-assigned");
        AssertRefused(Deliberate(At(TopicStage.Confirmed), Deliberated, Recorder), RefusalKind.Forbidden, "group-deliberates-this");
    }

    [Fact]
    public void a_meeting_of_tomorrow_was_not_held() => AssertRefused(
        Deliberate(At(TopicStage.Confirmed), Deliberated with { HeldOn = Today.AddDays(1) }), RefusalKind.Rule, "meeting-not-held-yet");

    [Fact]
    public void only_members_who_are_not_recused_attend_and_none_recused_advises()
    {
        var recused = At(TopicStage.Confirmed) with { Recused = [Id(62)] };
        AssertRefused(
            Deliberate(At(TopicStage.Confirmed), Deliberated with { Attended = [Supervisor, Id(71)] }), RefusalKind.Rule, "attended-not-a-member");
        AssertRefused(Deliberate(recused, Deliberated), RefusalKind.Rule, "attended-recused");
        AssertRefused(Hold(recused, Held), RefusalKind.Rule, "attended-recused");
        AssertRefused(Deliberate(recused, Deliberated, Member with { Person = Id(62) }), RefusalKind.Forbidden, "recused-takes-no-part");
    }

    [Fact]
    public void a_planned_meeting_that_is_none_is_not_referred_to()
    {
        AssertRefused(Deliberate(At(TopicStage.Confirmed), Deliberated with { Planned = Id(80) }), RefusalKind.Rule, "no-such-planned-meeting");
        AssertRefused(Hold(At(TopicStage.Confirmed), Held with { Planned = Id(80) }), RefusalKind.Rule, "no-such-planned-meeting");
    }

    [Theory]
    [InlineData(TopicStage.Deliberated)]
    [InlineData(TopicStage.Referred)]
    public void the_same_advice_twice_changes_nothing(TopicStage stage) => AssertNothing(Deliberate(At(stage), Deliberated));

    [Theory]
    [InlineData(TopicStage.Deliberated)]
    [InlineData(TopicStage.Referred)]
    public void other_advice_or_another_meeting_on_a_deliberated_topic_is_refused(TopicStage stage)
    {
        AssertRefused(Deliberate(At(stage), Deliberated with { Advice = "先管后修" }), RefusalKind.State, "topic-already-deliberated");
        AssertRefused(Hold(At(stage), Held), RefusalKind.State, "topic-already-deliberated");
        AssertRefused(DeclaringMajorMatter.Decide(At(stage), Declared, Recorder), RefusalKind.State, "topic-already-deliberated");
    }

    [Fact]
    public void the_party_committee_is_informed_before_a_matter_is_a_major_one()
    {
        AssertRefused(
            DeclaringMajorMatter.Decide(At(TopicStage.Confirmed), Declared, Recorder), RefusalKind.State, "not-reported-to-party-committee");
        AssertHappened(
            ReportingToPartyCommittee.Decide(At(TopicStage.Confirmed), new(Today, "请示〔2026〕7号"), Today),
            new ReportedToPartyCommittee(Today, "请示〔2026〕7号"));
        AssertHappened(
            DeclaringMajorMatter.Decide(Reported, Declared, Recorder), new MajorMatterDeclared(Declared.Reason, Declared.Invited!, Resolved));
        AssertNothing(DeclaringMajorMatter.Decide(Major, Declared with { Invited = [new(GuestKind.DisciplineBody, "镇纪委")] }, Recorder));
        AssertRefused(
            DeclaringMajorMatter.Decide(Major, Declared with { Reason = "另有理由" }, Recorder), RefusalKind.State, "already-a-major-matter");
    }

    [Fact]
    public void it_is_reported_once_while_the_topic_is_open_and_not_in_the_future()
    {
        AssertNothing(ReportingToPartyCommittee.Decide(Reported, new(Today, "请示〔2026〕7号"), Today));
        AssertRefused(
            ReportingToPartyCommittee.Decide(Reported, new(Today, "请示〔2026〕8号"), Today), RefusalKind.State, "already-reported-to-party-committee");
        AssertRefused(
            ReportingToPartyCommittee.Decide(At(TopicStage.Confirmed), new(Today.AddDays(1), "请示〔2026〕7号"), Today),
            RefusalKind.Rule, "reported-in-future");
        foreach (var stage in new[] { TopicStage.Referred, TopicStage.NotTaken })
        {
            AssertRefused(ReportingToPartyCommittee.Decide(At(stage), new(Today, "请示〔2026〕7号"), Today), RefusalKind.State, "topic-closed");
        }
    }

    [Fact]
    public void the_party_committee_instructs_on_what_was_reported_to_it()
    {
        var instruction = new RecordPartyInstruction(Today, "批示〔2026〕2号", "请主席团牵头研究");
        var recorded = new PartyInstructionRecorded(Today, "批示〔2026〕2号", "请主席团牵头研究");
        AssertRefused(
            RecordingPartyInstruction.Decide(At(TopicStage.Confirmed), instruction, Today), RefusalKind.State, "not-reported-to-party-committee");
        AssertRefused(
            RecordingPartyInstruction.Decide(Reported, instruction with { ReceivedOn = Today.AddDays(1) }, Today), RefusalKind.Rule, "reported-in-future");
        AssertHappened(RecordingPartyInstruction.Decide(Reported, instruction, Today), recorded);
        AssertNothing(RecordingPartyInstruction.Decide(Topic.Evolve(Reported, recorded), instruction, Today));
    }

    [Fact]
    public void on_a_major_matter_the_presidium_meets_and_its_majority_adopts_the_advice()
    {
        AssertHappened(
            Deliberate(Major, ByPresidium, Recorder),
            new MeetingHeld(new(Role.Presidium, null, Today, Carried.Attended, [], null, null)),
            new AdviceAdopted(new(Today, "先修后管", "本月内修复全部路灯"), Resolved, NextMonth));
        AssertRefused(Deliberate(Major, ByPresidium with { For = 2 }, Recorder), RefusalKind.Rule, "majority-missing");
        AssertRefused(Deliberate(Major, ByPresidium with { Attended = [Id(41), Id(42)], For = 2 }, Recorder), RefusalKind.Rule, "quorum-missing");
        AssertRefused(Deliberate(Major, Deliberated, Member), RefusalKind.Forbidden, "presidium-deliberates-this");
        Assert.Equal("deliberate-major-matter", Waits.For(Major)!.Act);
    }

    [Fact]
    public void a_street_deliberates_a_major_matter_by_commission()
    {
        AssertHappened(
            Deliberate(Major, ByPresidium with { Attended = [Id(52)], Commission = new("常委会〔2026〕3号") }, Committee),
            new MeetingHeld(new(Role.StreetWorkCommittee, null, Today, [Id(52)], [], null, null)),
            new AdviceAdopted(new(Today, "先修后管", "本月内修复全部路灯"), new(Commission: new("常委会〔2026〕3号")), NextMonth));
        AssertRefused(Deliberate(Major, ByPresidium with { Attended = [Id(52)] }, Committee), RefusalKind.Rule, "commission-missing");
    }

    [Fact]
    public void a_presidiums_meeting_that_adopts_nothing_has_a_quorum_too_and_half_is_none()
    {
        var four = Recorder with { Presidium = [Id(41), Id(42), Id(43), Id(44)] };
        var meeting = Held with { Attended = [Id(41), Id(42), Id(43)] };
        Assert.IsType<MeetingHeld>(Assert.Single(Hold(Major, meeting, four).Events));
        AssertRefused(Hold(Major, meeting with { Attended = [Id(41), Id(42)] }, four), RefusalKind.Rule, "quorum-missing");
    }

    private static Decision<ITopicEvent> Deliberate(Topic topic, DeliberateTopic command, Presiding? who = null) =>
        DeliberatingTopic.Decide(topic, command, Groups, who ?? Member, plannedKnown: command.Planned != Id(80));

    private static Decision<ITopicEvent> Hold(Topic topic, HoldMeeting command, Presiding? who = null) =>
        HoldingMeeting.Decide(topic, command, Groups, who ?? Member, plannedKnown: command.Planned != Id(80));
}
