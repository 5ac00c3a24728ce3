using LiaisonStation.Contracts;

namespace LiaisonStation.Townships.Tests;

public sealed class NextDueTests
{
    private static readonly Limit Near = new(new(2026, 3, 2), 5, new(2026, 3, 9), new(2026, 3, 9), "built-in");
    private static readonly Limit Far = Near with { WorkingDays = 10, DueOn = new(2026, 3, 16) };
    private static readonly Limit Open = new(new(2026, 12, 20), 15, null, null, "built-in");

    [Fact]
    public void the_nearest_of_several_counts() =>
        Assert.Equal(new NextDue(new DateTimeOffset(2026, 3, 9, 16, 0, 0, TimeSpan.Zero)), NextDue.Of(Far, null, Near));

    [Fact]
    public void where_nothing_is_open_nothing_is_due()
    {
        Assert.Null(NextDue.Of());
        Assert.Null(NextDue.Of(null, null));
    }

    [Fact]
    public void one_without_a_date_waits_for_the_earliest_calendar_that_may_give_it_one()
    {
        Assert.Equal(new NextDue(null, 2027), NextDue.Of(Open));
        Assert.Equal(new NextDue(new DateTimeOffset(2026, 3, 9, 16, 0, 0, TimeSpan.Zero), 2027), NextDue.Of(Open, Near));
    }
}
