using LiaisonStation.EventStore;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class MeetingTests
{
    [Theory]
    [InlineData(3, 3, 0, 0, null)]
    [InlineData(5, 3, 2, 0, null)]
    [InlineData(5, 3, 1, 1, null)]
    [InlineData(4, 3, 0, 0, null)]
    [InlineData(2, 2, 0, 0, "quorum-missing")]
    [InlineData(0, 0, 0, 0, "quorum-missing")]
    [InlineData(3, 2, 1, 0, "majority-missing")]
    [InlineData(5, 2, 1, 2, "majority-missing")]
    [InlineData(3, 3, 1, 0, "votes-exceed-attendance")]
    [InlineData(3, int.MaxValue, int.MaxValue, 2, "votes-exceed-attendance")]
    public void five_members_decide_by_more_than_half_of_all(int attended, int @for, int against, int abstained, string? code) =>
        Assert.Equal(code, new Meeting(Today, Presidium[..attended], @for, against, abstained).Objection(Presidium, Today)?.Code);

    [Theory]
    [InlineData(2, 2, "quorum-missing")]
    [InlineData(3, 2, "majority-missing")]
    [InlineData(3, 3, null)]
    public void half_of_four_members_is_not_more_than_half(int attended, int @for, string? code) =>
        Assert.Equal(code, new Meeting(Today, Presidium[..attended], @for, 0, 0).Objection(Presidium[..4], Today)?.Code);

    [Fact]
    public void a_guest_does_not_count() => Assert.Equal(
        Refuse.Rule("attended-not-a-member"),
        (Carried with { Attended = [Id(41), Id(42), Id(43), Id(99)] }).Objection(Presidium, Today));

    [Fact]
    public void a_member_named_twice_attends_once() => Assert.Equal(
        Refuse.Rule("quorum-missing"), (Carried with { Attended = [Id(41), Id(42), Id(42)] }).Objection(Presidium, Today));

    [Fact]
    public void a_meeting_of_tomorrow_decides_nothing_today() => Assert.Equal(
        Refuse.Rule("meeting-not-held-yet"), (Carried with { HeldOn = Today.AddDays(1) }).Objection(Presidium, Today));

    [Fact]
    public void a_presidium_nobody_sits_on_is_none() =>
        Assert.Equal(Refuse.Rule("no-presidium-here"), Carried.Objection([], Today));
}
