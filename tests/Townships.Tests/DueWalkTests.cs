using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonStation.Townships.Tests;

[Collection(nameof(Server))]
public sealed class DueWalkTests(Server server)
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly WorkingCalendar Calendar = new(WorkingCalendar.National);

    // Due at the end of Monday 9 March.
    private static readonly Limit FiveDays = Calendar.Limit(Today, 5, Policy.BuiltIn);

    private readonly FakeTimeProvider _time = new(BusinessTime.StartOf(Today));

    [Fact]
    public async Task what_is_late_is_said_just_after_its_end_and_once()
    {
        await using var walker = await Walker.StartAsync(server.NewDatabase(), _time);
        var errand = await walker.Give(FiveDays);
        At(FiveDays.DueAt()!.Value);
        Assert.Equal(0, await walker.Walk());
        At(FiveDays.DueAt()!.Value.AddMilliseconds(1));
        Assert.Equal(1, await walker.Walk());
        Assert.True((await walker.Look(errand)).Late);
        Assert.Equal(0, await walker.Walk());
        Assert.Equal(0, await walker.Count("select count(*) from due"));
    }

    [Fact]
    public async Task however_many_walk_at_once_it_is_said_once()
    {
        const int errands = 40;
        var database = server.NewDatabase();
        await using var first = await Walker.StartAsync(database, _time);
        await using var second = await Walker.StartAsync(database, _time);
        await using var third = await Walker.StartAsync(database, _time);
        for (var i = 0; i < errands; i++)
        {
            await first.Give(FiveDays);
        }

        At(FiveDays.DueAt()!.Value.AddSeconds(1));
        var said = await Task.WhenAll(
            new[] { first, second, third, first, second, third }.Select(w => Task.Run(w.Walk)));
        Assert.Equal(errands, said.Sum());
        Assert.Equal(errands, await first.Count("select count(*) from mt_events where type = 'errand_late'"));
        Assert.Equal(errands, await first.Count("select count(distinct stream_id) from mt_events where type = 'errand_late'"));
    }

    [Fact]
    public async Task an_errand_that_cannot_be_decided_holds_up_no_other()
    {
        await using var walker = await Walker.StartAsync(server.NewDatabase(), _time);
        var (broken, well) = (await walker.Give(FiveDays, decidable: false), await walker.Give(FiveDays));
        var later = await walker.Give(Calendar.Limit(Today, 6, Policy.BuiltIn));
        At(FiveDays.DueAt()!.Value.AddDays(3));
        Assert.Equal(2, await walker.Walk());
        Assert.Equal((false, true, true), ((await walker.Look(broken)).Late, (await walker.Look(well)).Late, (await walker.Look(later)).Late));
        var health = await walker.Health("deadlines");
        Assert.Equal((HealthStatus.Unhealthy, $"deadlines: errand {broken} cannot be decided."), (health.Status, health.Description));
    }

    [Fact]
    public async Task more_than_a_page_is_walked_to_its_end()
    {
        const int errands = 450;
        await using var walker = await Walker.StartAsync(server.NewDatabase(), _time);

        // Many with one and the same end, so that a page ends among them.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, errands), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) => await walker.Give(i % 3 == 0 ? Calendar.Limit(Today, 4, Policy.BuiltIn) : FiveDays));
        At(FiveDays.DueAt()!.Value.AddSeconds(1));
        Assert.Equal(errands, await walker.Walk());
        Assert.Equal(0, await walker.Walk());
    }

    [Fact]
    public async Task a_limit_beyond_the_calendar_is_fixed_when_that_comes_and_is_left_alone_till_then()
    {
        await using var walker = await Walker.StartAsync(server.NewDatabase(), _time);
        var from = new DateOnly(2026, 12, 30);
        var errand = await walker.Give(Calendar.Limit(from, 3, Policy.BuiltIn));
        At(BusinessTime.StartOf(new(2026, 12, 31)));
        Assert.Equal(0, await walker.Walk());

        // Another year's calendar says nothing about this one.
        await walker.Publish(new(2028, [new(2028, 1, 1)], [], "7号", 1));
        Assert.Equal(0, await walker.Walk());
        Assert.Equal(0, await walker.Walk());
        Assert.Equal(1, Errand.Asked[errand]);
        Assert.Null((await walker.Look(errand)).Limit.DueOn);

        await walker.Publish(new(2027, [new(2027, 1, 1)], [new(2027, 1, 3)], "8号", 1));
        Assert.Equal(1, await walker.Walk());
        Assert.Equal(new DateOnly(2027, 1, 4), (await walker.Look(errand)).Limit.DueOn);
        At(BusinessTime.EndOf(new(2027, 1, 4)).AddSeconds(1));
        Assert.Equal(1, await walker.Walk());
        Assert.True((await walker.Look(errand)).Late);
    }

    [Fact]
    public async Task a_township_sees_its_own_due_rows_and_the_walk_comes_to_all()
    {
        await using var walker = await Walker.StartAsync(server.NewDatabase(), _time);
        var (here, there) = (await walker.Give(FiveDays), await walker.Give(FiveDays, Walker.Next));
        Assert.Equal([here], await Seen(Walker.Town));
        Assert.Equal([there], await Seen(Walker.Next));
        Assert.Equal(2, (await Seen(Walker.County)).Count);
        At(FiveDays.DueAt()!.Value.AddSeconds(1));
        Assert.Equal(2, await walker.Walk());
        Assert.True((await walker.Look(there, Walker.Next)).Late);
        Assert.Equal(1, await walker.Count($"select count(*) from mt_events where type = 'errand_late' and tenant_id = '{Walker.Next}'"));

        Task<IReadOnlyList<Guid>> Seen(string township) =>
            walker.Store.Query(township, $"select stream_id from due order by stream_id", row => row.GetGuid(0));
    }

    [Fact]
    public async Task the_worker_walks_by_the_clock()
    {
        await using var walker = await Walker.StartAsync(server.NewDatabase(), _time, worker: true);
        var errand = await walker.Give(FiveDays);
        At(FiveDays.DueAt()!.Value.AddSeconds(1));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!(await walker.Look(errand)).Late)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, patience.Token);
        }

        Assert.Equal(HealthStatus.Healthy, (await walker.Health("deadlines")).Status);
    }

    [Theory]
    [InlineData("2026-10-31", HealthStatus.Healthy)]
    [InlineData("2026-11-01", HealthStatus.Degraded)]
    [InlineData("2027-02-01", HealthStatus.Degraded)]
    public async Task it_is_told_sixty_days_before_the_last_calendar_ends(string today, HealthStatus status)
    {
        At(BusinessTime.StartOf(DateOnly.Parse(today, null)));
        await using var walker = await Walker.StartAsync(server.NewDatabase(), _time);
        Assert.Equal(status, (await walker.Health("calendar")).Status);
        await walker.Publish(new(2027, [new(2027, 1, 1)], [], "8号", 1));
        Assert.Equal(HealthStatus.Healthy, (await walker.Health("calendar")).Status);
    }

    private void At(DateTimeOffset now) => _time.SetUtcNow(now);
}
