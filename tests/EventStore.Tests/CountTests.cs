using LiaisonStation.Bench;

namespace LiaisonStation.EventStore.Tests;

/// <summary>What a write costs on any machine; the bounds are about twice what was counted when they were set.</summary>
[Collection(nameof(Server))]
public sealed class CountTests(Server server)
{
    [Fact]
    public async Task a_write_costs_one_commit_and_no_more_round_trips_than_it_needs()
    {
        var counts = await Counts.TakeAsync(server.SuperuserString($"m{Guid.NewGuid():N}"));
        Assert.Equal(
            [("first event", 1, 1), ("first event, inbox, worklist", 1, 1), ("next event", 2, 1), ("load and fold", 1, 0)],
            counts.SkipLast(1).Select(c => (c.What, c.RoundTrips, c.Commits)));
        Assert.InRange(counts[^1].RoundTrips, 0, 0.8);
        Assert.InRange(counts[^1].Commits, 0, 0.8);
        Assert.Collection(
            counts,
            c => Within(c, wal: 6_000, allocated: 32_000),
            c => Within(c, wal: 8_000, allocated: 40_000),
            c => Within(c, wal: 5_000, allocated: 40_000),
            c => Within(c, wal: 200, allocated: 16_000),
            c => Within(c, wal: 6_000, allocated: 32_000));
    }

    [Fact]
    public async Task founding_unseen_what_is_there_already_is_stale_and_a_repeat_is_a_repeat()
    {
        await using var replica = await Replica.StartAsync(server);
        var key = Meters.Key("a");
        var meter = Guid.CreateVersion7();
        Task<Outcome<Reading>> Found(Guid stream, InboxKey inbox) =>
            replica.Store.Write(Meters.Meter, stream, Meters.Cause(inbox: inbox), _ => [new MeterInstalled("石浦镇", Phase.OnePhase)], ifVersion: 0);

        Assert.Equal((OutcomeKind.Appended, 1L), Kind(await Found(meter, key)));
        Assert.Equal((OutcomeKind.Stale, 1L), Kind(await Found(meter, Meters.Key("a"))));
        var again = await Found(Guid.CreateVersion7(), key);
        Assert.Equal((OutcomeKind.Repeated, meter, 1L), (again.Kind, again.Stream, again.Version));
        Assert.Equal(OutcomeKind.KeyReused, (await Found(Guid.CreateVersion7(), key with { Fingerprint = "b" })).Kind);
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from ls_inbox"));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from mt_streams"));

        static (OutcomeKind, long) Kind(Outcome<Reading> outcome) => (outcome.Kind, outcome.Version);
    }

    [Fact]
    public async Task of_many_who_found_one_stream_unseen_one_does()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = Guid.CreateVersion7();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() =>
            replica.Store.Write(Meters.Meter, meter, Meters.Cause(), Meters.Install, ifVersion: 0))));
        Assert.Single(outcomes, o => o.Kind == OutcomeKind.Appended);
        Assert.All(outcomes.Where(o => o.Kind != OutcomeKind.Appended), o => Assert.Equal(OutcomeKind.Stale, o.Kind));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
    }

    private static void Within(Count count, double wal, double allocated)
    {
        Assert.InRange(count.Wal, 0, wal);
        Assert.InRange(count.Allocated, 0, allocated);
    }
}
