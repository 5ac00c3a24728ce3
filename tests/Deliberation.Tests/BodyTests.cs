using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.MajorMatters;
using LiaisonStation.Deliberation.Referrals;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Tests;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class OpenDeliberation() : OpenService(Deliberation.Module, app => app.MapDeliberation());

public sealed class BodyTests(OpenDeliberation service) : IClassFixture<OpenDeliberation>
{
    [Fact]
    public async Task whole_bodies_have_nothing_wrong()
    {
        Assert.Empty(await Screen(Screening));
        Assert.Empty(await Confirm(new(Group, Carried)));
        Assert.Empty(await Deliberate(Deliberated));
        Assert.Empty(await Refer(Referred with { Milestones = [new("完成勘查", Today)] }));
        Assert.Empty(await Post(Role.Presidium, "county-coordination", new ReferToCounty(Id(31), "县水利局", "协调", Meeting: Carried)));
        Assert.Empty(await Post(Role.StreetWorkCommittee, "escalation", new EscalateTopic("涉及两镇", "统筹", Commission: new("常委会〔2026〕3号"))));
        Assert.Empty(await Post(Role.TownChair, "declining", new DeclineTopic("已列入明年计划")));
        Assert.Empty(await Post(Role.CongressOffice, "return", new ReturnTopic("请补充")));
        Assert.Empty(await Post(Role.Deputy, "completion", new CompleteTopic("影响六十户")));
        Assert.Empty(await Post(Role.SupervisionGroup, "meetings", new HoldMeeting(Today, [Supervisor], "听取汇报")));
        Assert.Empty(await Post(Role.CongressOffice, "party-report", new ReportToPartyCommittee(Today, "请示〔2026〕7号")));
        Assert.Empty(await Post(Role.CongressOffice, "party-instructions", new RecordPartyInstruction(Today, "批示〔2026〕2号", "请研究")));
        Assert.Empty(await Post(
            Role.Presidium, "major-matter", new DeclareMajorMatter("供水安全", [new(GuestKind.Expert, "水利学会")], Carried)));
    }

    [Fact]
    public async Task empty_bodies_are_told_field_by_field()
    {
        Assert.Equal(["complex: required", "livelihood: required", "longSpan: required"], await Screen(new(null!, null!, null!)));
        Assert.Equal(["group: required"], await Confirm(new(default)));
        Assert.Equal(
            ["advice: required", "attended: required", "content: required", "heldOn: required"],
            await Deliberate(new(default, [], null!, " ")));
        Assert.Equal(["addressee: required", "content: required"], await Refer(new(default, null!)));
        Assert.Equal(
            ["content: required", "counterpart: required", "section: required"],
            await Post(Role.Presidium, "county-coordination", new ReferToCounty(default, "", " ")));
    }

    [Fact]
    public async Task a_limit_is_of_days_or_a_date_and_never_both() => Assert.Equal(
        ["dueOn: one-limit-only", "workingDays: one-limit-only"], await Refer(Referred with { DueOn = Today }));

    [Fact]
    public async Task a_milestone_without_content_or_date_is_malformed() => Assert.Equal(
        ["milestones[0].content: required", "milestones[0].dueOn: required"], await Refer(Referred with { Milestones = [new("", default)] }));

    [Fact]
    public async Task a_criterion_without_its_reason_is_malformed() =>
        Assert.Equal(["complex.reason: required"], await Screen(Screening with { Complex = new(true, "") }));

    [Fact]
    public async Task a_text_too_long_or_that_cannot_be_stored_is_malformed()
    {
        Assert.Empty(await Deliberate(Deliberated with { Advice = string.Concat(Enumerable.Repeat("𠮷", 4000)) }));
        Assert.Equal(["advice: too-long"], await Deliberate(Deliberated with { Advice = new string('字', 4001) }));
        Assert.Equal(["advice: not-text"], await Deliberate(Deliberated with { Advice = "字\0" }));
        Assert.Equal("not-text", new TextAttribute().GetValidationResult("\uD842", new ValidationContext(this))?.ErrorMessage);
    }

    [Fact]
    public async Task a_due_day_no_calendar_reaches_is_malformed() =>
        Assert.Equal(["dueOn: out-of-range"], await Refer(Referred with { WorkingDays = null, DueOn = new(9001, 1, 1) }));

    [Fact]
    public async Task votes_below_zero_and_a_member_named_twice_are_malformed()
    {
        Assert.Equal(
            ["meeting.abstained: negative", "meeting.against: negative", "meeting.attended: required"],
            await Confirm(new(Group, new(default, null!, 3, -1, -2))));
        Assert.Equal(["meeting.heldOn: required"], await Confirm(new(Group, Carried with { HeldOn = default })));
        Assert.Equal(["meeting.attended: named-twice"], await Refer(Referred with { Meeting = Carried with { Attended = [Id(41), Id(41)] } }));
        Assert.Equal(
            ["meeting.attended: too-long"],
            await Refer(Referred with { Meeting = Carried with { Attended = [.. Enumerable.Range(1, 1001).Select(Id)] } }));
    }

    [Fact]
    public async Task the_api_document_says_how_long_a_text_may_be() =>
        Assert.Equal(4000, (int)(await service.Described(nameof(DeliberateTopic)))["advice"]!["maxLength"]!);

    private Task<IEnumerable<string>> Screen(ScreenTopic body) => Post(Role.CongressOffice, "screening", body);

    private Task<IEnumerable<string>> Confirm(ConfirmTopic body) => Post(Role.Presidium, "confirmation", body);

    private Task<IEnumerable<string>> Deliberate(DeliberateTopic body) => Post(Role.SupervisionGroup, "deliberation", body);

    private Task<IEnumerable<string>> Refer(ReferTopic body) => Post(Role.Presidium, "referral", body);

    private Task<IEnumerable<string>> Post(Role role, string act, object body) => service.Wrong(role, $"topics/{TopicId}/{act}", body);
}
