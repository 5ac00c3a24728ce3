using LiaisonStation.Rules;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class MeetingTests
{
    [Theory]
    [InlineData(3, 3, 0, 0, null)]
    [InlineData(5, 3, 2, 0, null)]
    [InlineData(5, 3, 1, 1, null)]
    [InlineData(4, 3, 0, 0, null)]
    [InlineData(2, 2, 0, 0, Objection.QuorumMissing)]
    [InlineData(0, 0, 0, 0, Objection.QuorumMissing)]
    [InlineData(3, 2, 1, 0, Objection.MajorityMissing)]
    [InlineData(5, 2, 1, 2, Objection.MajorityMissing)]
    [InlineData(3, 3, 1, 0, Objection.VotesExceedAttendance)]
    [InlineData(3, int.MaxValue, int.MaxValue, 2, Objection.VotesExceedAttendance)]
    public void five_members_decide_by_more_than_half_of_all(int attended, int @for, int against, int abstained, Objection? why) =>
        Assert.Equal(why, new Meeting(Today, Presidium[..attended], @for, against, abstained).Objection(Presidium, [], Today));

    [Theory]
    [InlineData(2, 2, Objection.QuorumMissing)]
    [InlineData(3, 2, Objection.MajorityMissing)]
    [InlineData(3, 3, null)]
    public void half_of_four_members_is_not_more_than_half(int attended, int @for, Objection? why) =>
        Assert.Equal(why, new Meeting(Today, Presidium[..attended], @for, 0, 0).Objection(Presidium[..4], [], Today));

    [Fact]
    public void a_guest_does_not_count() => Assert.Equal(
        Objection.AttendedNotAMember, (Carried with { Attended = [Id(41), Id(42), Id(43), Id(99)] }).Objection(Presidium, [], Today));

    [Fact]
    public void whoever_is_recused_does_not_sit_in_it() =>
        Assert.Equal(Objection.AttendedRecused, Carried.Objection(Presidium, [Id(43)], Today));

    [Fact]
    public void a_member_named_twice_attends_once() => Assert.Equal(
        Objection.QuorumMissing, (Carried with { Attended = [Id(41), Id(42), Id(42)] }).Objection(Presidium, [], Today));

    [Fact]
    public void a_meeting_of_tomorrow_decides_nothing_today() => Assert.Equal(
        Objection.NotHeldYet, (Carried with { HeldOn = Today.AddDays(1) }).Objection(Presidium, [], Today));

    [Fact]
    public void a_presidium_nobody_sits_on_is_none() =>
        Assert.Equal(Objection.NoSuchBody, Carried.Objection([], [], Today));
}
