using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class ProjectionTests(Server server)
{
    [Fact]
    public async Task an_async_projection_beside_a_slow_transaction_misses_nothing()
    {
        await using var replica = await Replica.StartAsync(server, Seen());
        await replica.InstalledAsync();
        await using var unrelated = await replica.SuperuserAsync();
        await unrelated.Run("begin; select pg_current_xact_id()", default);
        await using var slow = await SlowWriter.StartAsync(replica);
        await replica.InstalledAsync(Neighbour);
        await ReachesAsync(replica, 1);
        await unrelated.Run("commit", default);
        await replica.Log.WaitForNewEvents(await replica.Log.ReadAsync(1, 1));
        Assert.Equal([1L], await SeenAsync(replica));

        await slow.CommitAsync();
        await ReachesAsync(replica, 3);
        Assert.Equal([1L, 2, 3], await SeenAsync(replica));
        Assert.Equal(3, await replica.ScalarAsync<long>($"select last_seq_id from mt_event_progression where name = 'seen'"));
    }

    [Fact]
    public async Task an_event_that_cannot_be_projected_stops_its_projection_and_no_other_and_is_named_and_never_skipped()
    {
        var choking = Seen("choking") with
        {
            Project = (events, batch) =>
            {
                if (events.Any(e => e.Data is MeterRead { Value: 13 }))
                {
                    throw new InvalidOperationException("thirteen");
                }

                Negative(events, batch);
            },
        };
        await using var replica = await Replica.StartAsync(server, choking, Seen());
        var meter = await replica.InstalledAsync();
        foreach (var value in new[] { 1, 13, 2 })
        {
            await replica.Store.Write(Meter, meter, Cause(), Read(value));
        }

        await ReachesAsync(replica, 4);
        var stop = await StopAsync(replica, "choking");
        var culprit = (await replica.Store.Read(meter, Township))[2];
        Assert.Equal((culprit.Id, culprit.Sequence), (stop.EventId, stop.Sequence));
        Assert.Equal([-2L, -1, 1, 2, 3, 4], await SeenAsync(replica));

        var health = await replica.Get<StoreHealth>().CheckAsync();
        Assert.True(health.Ready);
        var report = await replica.Get<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, report.Entries["postgres"].Status);
        Assert.Contains(culprit.Id.ToString(), report.Entries["postgres"].Description, StringComparison.Ordinal);

        await using var mended = await replica.AnotherAsync(Seen("choking") with { Project = Negative });
        await ReachesAsync(mended, 4, "choking");
        Assert.Equal([-4L, -3, -2, -1, 1, 2, 3, 4], await SeenAsync(replica));

        static void Negative(IReadOnlyList<RecordedEvent> events, NpgsqlBatch batch) => batch.Add(
            $"insert into seen (sequence, tenant_id) select -s, {events[0].Tenant} from unnest({events.Select(e => e.Sequence).ToArray()}) s");
    }

    [Fact]
    public async Task a_statement_that_the_database_refuses_stops_the_projection_at_its_event()
    {
        await using var replica = await Replica.StartAsync(server, Seen());
        await replica.RunAsync("insert into seen (sequence, tenant_id) values (3, '330225100')");
        var meter = await replica.InstalledAsync();
        await replica.Store.Write(Meter, meter, Cause(), _ => [new MeterRead(1), new MeterRead(2), new MeterRead(3)]);
        var stop = await StopAsync(replica, "seen");
        Assert.Equal(3, stop.Sequence);
        Assert.Equal("SQLSTATE 23505 (seen_pkey)", stop.Reason);
        Assert.Equal([1L, 2, 3], await SeenAsync(replica));
        Assert.Equal(2, await replica.ScalarAsync<long>($"select last_seq_id from mt_event_progression where name = 'seen'"));
    }

    [Fact]
    public async Task an_event_of_an_unknown_type_stops_the_projection_and_is_named()
    {
        await using var replica = await Replica.StartAsync(server, Seen());
        await replica.InstalledAsync();
        await using (var session = await replica.SuperuserAsync())
        {
            await SlowWriter.AppendAsync(session, Guid.CreateVersion7(), "meter_exploded");
        }

        var stop = await StopAsync(replica, "seen");
        Assert.Equal(2, stop.Sequence);
        Assert.Equal([1L], await SeenAsync(replica));
    }

    [Fact]
    public async Task a_projection_cannot_write_into_another_township_than_its_events()
    {
        await using var replica = await Replica.StartAsync(server, Seen() with
        {
            Project = (events, batch) => batch.Add($"insert into seen (sequence, tenant_id) values ({events[0].Sequence}, {Neighbour})"),
        });
        await replica.InstalledAsync(Neighbour);
        await replica.InstalledAsync(Township);
        var stop = await StopAsync(replica, "seen");
        Assert.Equal(2, stop.Sequence);
        Assert.StartsWith("SQLSTATE 42501", stop.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task one_replica_projects_and_another_takes_over_when_it_is_cut_off()
    {
        await using var one = await Replica.StartAsync(server, Seen());
        await using var two = await one.AnotherAsync(Seen());
        await one.InstalledAsync();
        await ReachesAsync(one, 1);
        await Eventually.Holds(
            async () =>
            {
                await one.InstalledAsync();
                await one.RunAsync(
                    "select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and l.granted and a.datname = current_database()");
                return Position(one) > 1 && Position(two) > 0;
            },
            "both have led in turn");
        await one.InstalledAsync();
        var last = await one.ScalarAsync<long>($"select max(seq_id) from mt_events");
        await Eventually.Holds(() => Task.FromResult(Math.Max(Position(one), Position(two)) == last), "all was projected");
        Assert.Equal(
            [.. await one.ScalarAsync<long[]>($"select array_agg(seq_id order by seq_id) from mt_events")], await SeenAsync(one));
        Assert.All([one, two], r => Assert.All(r.Get<ProjectionRunner>().Statuses, s => Assert.Null(s.Stopped)));
    }

    [Fact]
    public async Task a_leader_whose_session_has_ended_knows_it_and_writes_nothing()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var leader = await Leadership.AcquireAsync(replica.Database, "test", default);
        await leader.ExecuteAsync(b => Leadership.StorePosition(b, "test", 1), default);
        await replica.RunAsync(
            "select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and a.datname = current_database()");
        await using var next = await Leadership.AcquireAsync(replica.Database, "test", default);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(
                () => leader.ExecuteAsync(b => Leadership.StorePosition(b, "test", 2), default));
        }

        Assert.True(leader.Lost.IsCancellationRequested);
        Assert.Equal(1, await next.PositionAsync("test", default));
    }

    [Fact]
    public async Task the_server_ends_a_leader_that_falls_silent()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var leader = await Leadership.AcquireAsync(replica.Database, "test", default);
        await leader.ExecuteAsync(
            b => b.Add($"insert into shared_note (name) values (current_setting('idle_session_timeout'))"), default);
        var limit = await replica.ScalarAsync<string>($"select name from shared_note");
        Assert.Equal("15s", limit);
    }

    private static long Position(Replica replica, string projection = "seen") =>
        replica.Get<ProjectionRunner>().Statuses.Single(s => s.Name == projection).Position;

    private static Task ReachesAsync(Replica replica, long position, string projection = "seen") => Eventually.Holds(
        () => Task.FromResult(Position(replica, projection) == position), $"{projection} reached {position}");

    private static async Task<ProjectionStop> StopAsync(Replica replica, string projection)
    {
        ProjectionStop? stop = null;
        await Eventually.Holds(
            () => Task.FromResult(
                (stop = replica.Get<ProjectionRunner>().Statuses.Single(s => s.Name == projection).Stopped) is not null),
            $"{projection} stopped");
        return stop!;
    }

    private static async Task<List<long>> SeenAsync(Replica replica) =>
        [.. await replica.ScalarAsync<long[]>($"select coalesce(array_agg(sequence order by sequence), array[]::bigint[]) from seen")];
}
