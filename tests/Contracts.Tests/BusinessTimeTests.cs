namespace LiaisonStation.Contracts.Tests;

public sealed class BusinessTimeTests
{
    [Fact]
    public void a_day_is_shanghais()
    {
        Assert.Equal(new DateOnly(2026, 3, 3), BusinessTime.DateOf(new(2026, 3, 2, 16, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateOnly(2026, 3, 2), BusinessTime.DateOf(new(2026, 3, 2, 15, 59, 59, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 16, 0, 0, TimeSpan.Zero), BusinessTime.StartOf(new(2026, 3, 2)));
        Assert.Equal(BusinessTime.StartOf(new(2026, 3, 3)), BusinessTime.EndOf(new(2026, 3, 2)));
    }

    [Fact]
    public void an_input_without_a_zone_is_shanghais()
    {
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8)), BusinessTime.From(new DateTime(2026, 3, 2, 9, 0, 0)));
        Assert.Equal(
            new DateTimeOffset(2026, 3, 2, 17, 0, 0, TimeSpan.FromHours(8)), BusinessTime.From(new DateTime(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc)));
    }
}
