using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
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
        Assert.Empty(await Screen(new(Met.Livelihood, Met.Complex, Met.LongSpan)));
        Assert.Empty(await Confirm(new(Carried, Group)));
        Assert.Empty(await Deliberate(Deliberated));
        Assert.Empty(await Refer(Referred));
    }

    [Fact]
    public async Task empty_bodies_are_told_field_by_field()
    {
        Assert.Equal(["complex: required", "livelihood: required", "longSpan: required"], await Screen(new(null!, null!, null!)));
        Assert.Equal(["group: required", "meeting: required"], await Confirm(new(null!, default)));
        Assert.Equal(
            ["advice: required", "content: required", "heldOn: required"], await Deliberate(new(default, null!, " ")));
        Assert.Equal(
            ["addressee: required", "content: required", "dueOn: required", "meeting: required"],
            await Refer(new(null!, default, default, null!)));
    }

    [Fact]
    public async Task a_criterion_without_its_reason_is_malformed() =>
        Assert.Equal(["complex.reason: required"], await Screen(new(Met.Livelihood, new(true, ""), Met.LongSpan)));

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
        Assert.Equal(["dueOn: out-of-range"], await Refer(Referred with { DueOn = new(9001, 1, 1) }));

    [Fact]
    public async Task votes_below_zero_and_a_member_named_twice_are_malformed()
    {
        Assert.Equal(
            ["meeting.abstained: negative", "meeting.against: negative", "meeting.attended: required", "meeting.heldOn: required"],
            await Confirm(new(new(default, null!, 3, -1, -2), Group)));
        Assert.Equal(["meeting.attended: named-twice"], await Refer(Referred with { Meeting = Carried with { Attended = [Id(41), Id(41)] } }));
        Assert.Equal(
            ["meeting.attended: too-long"],
            await Refer(Referred with { Meeting = Carried with { Attended = [.. Enumerable.Range(1, 1001).Select(Id)] } }));
    }

    [Fact]
    public async Task the_api_document_says_how_long_a_text_may_be() =>
        Assert.Equal(4000, (int)(await service.Described(nameof(DeliberateTopic)))["advice"]!["maxLength"]!);

    private Task<IEnumerable<string>> Screen(ScreenTopic body) => service.Wrong(Role.CongressOffice, $"topics/{TopicId}/screening", body);

    private Task<IEnumerable<string>> Confirm(ConfirmTopic body) => service.Wrong(Role.Presidium, $"topics/{TopicId}/confirmation", body);

    private Task<IEnumerable<string>> Deliberate(DeliberateTopic body) =>
        service.Wrong(Role.SupervisionGroup, $"topics/{TopicId}/deliberation", body);

    private Task<IEnumerable<string>> Refer(ReferTopic body) => service.Wrong(Role.Presidium, $"topics/{TopicId}/referral", body);
}
