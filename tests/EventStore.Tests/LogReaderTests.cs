using LiaisonStation.AppHost.Hosting;
using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class LogReaderTests(Server server)
{
    /// <summary>A way to read on: the numbers handed out after a position.</summary>
    private delegate Task<IReadOnlyList<long>> ReadOn(long after);

    [Fact]
    public async Task nothing_is_skipped_beside_a_slow_transaction_even_when_an_unrelated_one_ends_in_between()
    {
        await using var replica = await Replica.StartAsync(server);
        Assert.Equal([1L, 2, 3, 4], await FollowBesideASlowTransaction(replica, GapSafe(replica)));
    }

    [Fact]
    public async Task a_reader_that_trusts_what_it_sees_fails_that_test()
    {
        await using var replica = await Replica.StartAsync(server);
        Assert.Equal([1L, 3, 4], await FollowBesideASlowTransaction(replica, Naive(replica, _ => Task.FromResult(true))));
    }

    [Fact]
    public async Task a_reader_that_passes_a_gap_when_any_older_transaction_has_ended_fails_that_test()
    {
        await using var replica = await Replica.StartAsync(server);
        string? first = null;
        var naive = Naive(replica, async connection =>
        {
            var oldest = await connection.Scalar<string>($"select pg_snapshot_xmin(pg_current_snapshot())::text", default);
            first ??= oldest;
            return oldest != first;
        });
        Assert.Equal([1L, 3, 4], await FollowBesideASlowTransaction(replica, naive));
    }

    [Fact]
    public async Task the_gap_of_an_aborted_transaction_is_passed()
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync();
        await using (var aborted = await SlowWriter.StartAsync(replica))
        {
            await aborted.AbortAsync();
        }

        await replica.InstalledAsync();
        var page = new LogPage([], 0);
        await Eventually.Holds(
            async () => (page = await replica.Log.ReadAsync(page.Position, 10)).Position == 3, "the reader passed the gap");
    }

    [Fact]
    public async Task an_aborted_gap_below_a_slow_one_waits_for_it_and_then_both_are_settled()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var slow = await SlowWriter.StartAsync(replica);
        await using (var aborted = await SlowWriter.StartAsync(replica))
        {
            await aborted.AbortAsync();
        }

        await replica.InstalledAsync();
        Assert.Empty((await replica.Log.ReadAsync(0, 10)).Events);
        await slow.CommitAsync();
        Assert.Equal([1L, 3], await AllAsync(GapSafe(replica), 3));
    }

    /// <summary>Its own number, too, is one that a server which is stopped at once may never have kept.</summary>
    [Fact]
    public async Task a_gap_that_the_reader_waits_at_is_passed_after_the_server_has_forgotten_what_it_waits_for()
    {
        await using var postgres = await PostgresServer.StartTemporaryAsync(
            new Dictionary<string, string> { ["wal_writer_delay"] = "10s", ["autovacuum"] = "off" });
        await using var replica = await Replica.StartAsync(postgres.ConnectionStringFor("forgetful"), Module());
        var slow = await SlowWriter.StartAsync(replica);
        await replica.InstalledAsync();
        Assert.Empty((await replica.Log.ReadAsync(0, 10)).Events);

        await postgres.StopImmediateAsync();
        await postgres.StartAsync();

        await Assert.ThrowsAnyAsync<NpgsqlException>(slow.CommitAsync);
        await Eventually.Holds(
            async () =>
            {
                try
                {
                    return (await replica.Log.ReadAsync(0, 10)).Position == 2;
                }
                catch (NpgsqlException)
                {
                    return false; // A session of before.
                }
            },
            "the reader passed the gap");
        await postgres.StopImmediateAsync();
    }

    [Fact]
    public async Task followers_beside_writers_that_dawdle_and_abort_miss_nothing()
    {
        await using var replica = await Replica.StartAsync(server);
        using var writing = new CancellationTokenSource();
        var followers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var seen = new List<long>();
            while (true)
            {
                var done = writing.IsCancellationRequested;
                var page = await replica.Log.ReadAsync(seen.LastOrDefault(), 7);
                seen.AddRange(page.Events.Select(e => e.Sequence));
                if (page.Events.Count == 0)
                {
                    if (done)
                    {
                        return seen;
                    }

                    await Task.Delay(1);
                }
            }
        })).ToList();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var i = 0; i < 25; i++)
            {
                await using var slow = await SlowWriter.StartAsync(replica);
                await Task.Delay(random.Next(8));
                await (random.Next(4) == 0 ? slow.AbortAsync() : slow.CommitAsync());
            }
        })));
        await replica.InstalledAsync();
        var stored = await SequencesAsync(replica);
        await writing.CancelAsync();
        foreach (var follower in followers)
        {
            Assert.Equal(stored, await follower);
        }
    }

    [Fact]
    public async Task the_reader_sees_every_township()
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync(Township);
        await replica.InstalledAsync(Elsewhere);
        var page = await replica.Log.ReadAsync(0, 10);
        Assert.Equal([Township, Elsewhere], page.Events.Select(e => e.Tenant));
        Assert.Equal(2, page.Position);
    }

    [Fact]
    public async Task a_page_ends_before_an_event_that_cannot_be_read_and_the_next_read_names_it()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        await using (var session = await replica.SuperuserAsync())
        {
            await SlowWriter.AppendAsync(session, meter, "meter_exploded");
        }

        var page = await replica.Log.ReadAsync(0, 10);
        Assert.Single(page.Events);
        var unreadable = await Assert.ThrowsAsync<UnreadableEventException>(() => replica.Log.ReadAsync(page.Position, 10));
        Assert.Equal(await replica.ScalarAsync<Guid>($"select id from mt_events where seq_id = 2"), unreadable.Id);
    }

    [Fact]
    public async Task a_page_is_bounded_by_what_it_holds_and_nothing_is_left_out()
    {
        await using var replica = await Replica.StartAsync(server, Seen());
        await replica.InstalledAsync();
        await replica.RunAsync(
            """
            select set_config('app.tenant', '330225100', false);
            select mt_quick_append_events(
                gen_random_uuid(), 'meter', '330225100', array[gen_random_uuid()], array['meter_installed']::varchar[], array['']::varchar[],
                array[jsonb_build_object('place', repeat('石', 333333), 'phase', 'OnePhase')], array[null]::bytea[], array[null]::varchar[],
                array[null]::varchar[], array['null']::jsonb[], array[now()])
              from generate_series(1, 40)
            """);
        var sizes = new List<int>();
        for (var position = 0L; sizes.Sum() < 41;)
        {
            var page = await replica.Log.ReadAsync(position, 1000);
            sizes.Add(page.Events.Count);
            Assert.True(page.More || sizes.Sum() == 41);
            Assert.Equal(position + page.Events.Count, position = page.Position);
        }

        Assert.All(sizes, size => Assert.InRange(size, 1, 10));
        await Eventually.Holds(
            async () => await replica.ScalarAsync<long>($"select count(*) from seen") == 41, "the projection has taken all of them");
    }

    [Fact]
    public async Task a_commit_is_announced_to_other_replicas()
    {
        await using var writer = await Replica.StartAsync(server);
        await using var reader = await writer.AnotherAsync();
        var before = await reader.Log.ReadAsync(0, 10);
        await Eventually.Holds(
            async () =>
            {
                await writer.InstalledAsync();
                return (await reader.Log.ReadAsync(0, 1)).Announcements > before.Announcements;
            },
            "the other replica heard of a commit");
        await reader.Log.WaitForNewEvents(before);
        Assert.NotEmpty((await reader.Log.ReadAsync(0, 10)).Events);
    }

    [Fact]
    public async Task lag_counts_what_is_not_yet_reached_and_its_age()
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync();
        await replica.InstalledAsync();
        Assert.Equal(new LogLag(0, TimeSpan.Zero), await replica.Log.LagAsync(2));
        var lag = await replica.Log.LagAsync(1);
        Assert.Equal(1, lag.Events);
        Assert.True(lag.Oldest > TimeSpan.Zero);
    }

    /// <summary>
    /// Number 1 is committed, 2 is on its way in a slow transaction, 3 is committed beside it; an unrelated transaction older than
    /// all of them ends; 2 is committed; 4 follows. What the reader has handed out in the end.
    /// </summary>
    private static async Task<List<long>> FollowBesideASlowTransaction(Replica replica, ReadOn read)
    {
        await replica.InstalledAsync();
        await using var unrelated = await replica.SuperuserAsync();
        await unrelated.Run("begin; select pg_current_xact_id()", default);
        await using var slow = await SlowWriter.StartAsync(replica);
        await replica.InstalledAsync();

        var seen = new List<long>();
        async Task Poll()
        {
            for (var i = 0; i < 3; i++)
            {
                seen.AddRange(await read(seen.LastOrDefault()));
            }
        }

        await Poll();
        await unrelated.Run("commit", default);
        await Poll();
        await slow.CommitAsync();
        await replica.InstalledAsync();
        await Poll();
        return seen;
    }

    private static ReadOn GapSafe(Replica replica) =>
        async after => [.. (await replica.Log.ReadAsync(after, 10)).Events.Select(e => e.Sequence)];

    private static ReadOn Naive(Replica replica, Func<NpgsqlConnection, Task<bool>> passesGap) => async after =>
    {
        await using var connection = await replica.Database.Reader.OpenConnectionAsync();
        var visible = new List<long>();
        foreach (var sequence in await SequencesAsync(replica, after))
        {
            if (sequence > (visible.Count > 0 ? visible[^1] : after) + 1 && !await passesGap(connection))
            {
                break;
            }

            visible.Add(sequence);
        }

        return visible;
    };

    private static async Task<List<long>> AllAsync(ReadOn read, long last)
    {
        var seen = new List<long>();
        await Eventually.Holds(
            async () =>
            {
                seen.AddRange(await read(seen.LastOrDefault()));
                return seen.LastOrDefault() == last;
            },
            $"the reader reached {last}");
        return seen;
    }

    private static async Task<List<long>> SequencesAsync(Replica replica, long after = 0)
    {
        await using var connection = await replica.SuperuserAsync();
        return [.. await connection.Scalar<long[]>(
            $"select coalesce(array_agg(seq_id order by seq_id), array[]::bigint[]) from mt_events where seq_id > {after}", default)];
    }
}
