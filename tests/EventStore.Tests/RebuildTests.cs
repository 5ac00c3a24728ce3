using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class RebuildTests(Server server)
{
    private const string Described =
        """
        select concat_ws(E'\n', c.relrowsecurity, c.relforcerowsecurity, c.relacl, pg_get_userbyid(c.relowner),
            (select string_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || coalesce(attacl::text, ''), ',' order by attnum)
               from pg_attribute where attrelid = c.oid and attnum > 0),
            (select string_agg(pg_get_expr(adbin, adrelid), ',') from pg_attrdef where adrelid = c.oid),
            (select string_agg(indexdef, E'\n' order by indexdef) from pg_indexes where tablename = 'tally' and schemaname = 'public'),
            (select string_agg(conname || pg_get_constraintdef(oid), E'\n' order by conname) from pg_constraint where conrelid = c.oid),
            (select string_agg(p::text, E'\n' order by policyname) from pg_policies p where tablename = 'tally' and schemaname = 'public'))
          from pg_class c where c.oid = 'public.tally'::regclass
        """;

    [Fact]
    public async Task a_projection_is_rebuilt_while_the_old_rows_are_served_and_writes_go_on()
    {
        var met = 0;
        using var gate = new ManualResetEventSlim();
        await using var replica = await Replica.StartAsync(server, Tally(e =>
        {
            if (e.Sequence == 5 && Interlocked.Increment(ref met) == 2)
            {
                Assert.True(gate.Wait(TimeSpan.FromSeconds(20)));
            }
        }));
        var meters = await WrittenAsync(replica, streams: 6, readings: 30);
        await FollowedAsync(replica);
        var before = await TextAsync(replica, Described);
        await replica.RunAsync("update tally set sum = sum + 1000");
        var spoiled = await RowsAsync(replica);

        await RequestAsync(replica);
        await Eventually.Holds(() => Task.FromResult(Volatile.Read(ref met) == 2), "the rebuild is in the middle");
        Assert.Equal(spoiled, await RowsAsync(replica));
        Assert.Equal(RebuildStage.Running, (await ProgressAsync(replica)).Rebuild!.Stage);
        await replica.Store.Write(Meter, meters[0], Cause(), Read(7));
        await FollowedAsync(replica);
        Assert.NotEqual(await ExpectedAsync(replica), await RowsAsync(replica));

        using var writing = new CancellationTokenSource();
        var writers = meters[..3].Select(meter => Task.Run(async () =>
        {
            while (!writing.IsCancellationRequested)
            {
                await replica.Store.Write(Meter, meter, Cause(), Read(3));
            }
        })).ToList();
        gate.Set();
        await FinishedAsync(replica);
        await writing.CancelAsync();
        await Task.WhenAll(writers);

        await FollowedAsync(replica);
        Assert.Equal(await ExpectedAsync(replica), await RowsAsync(replica));
        Assert.Equal(before, await TextAsync(replica, Described));
        Assert.Equal(0, await replica.ScalarAsync<long>($"select count(*) from pg_tables where schemaname = 'ls_rebuild'"));
        Assert.Equal(6, (await replica.Store.Query(Township, $"select 1 from tally", r => r.GetInt32(0))).Count);
        Assert.Empty(await replica.Store.Query(Neighbour, $"select 1 from tally", r => r.GetInt32(0)));
    }

    [Fact]
    public async Task an_event_that_cannot_be_taken_stops_the_rebuild_and_is_named_in_health_and_the_old_rows_stay()
    {
        var poison = false;
        await using var replica = await Replica.StartAsync(server, Tally(e =>
        {
            if (Volatile.Read(ref poison) && e.Sequence == 17)
            {
                throw new InvalidOperationException("seventeen");
            }
        }));
        await WrittenAsync(replica, streams: 3, readings: 10);
        await FollowedAsync(replica);
        var rows = await RowsAsync(replica);
        Volatile.Write(ref poison, true);
        await RequestAsync(replica);
        await Eventually.Holds(
            async () => (await ProgressAsync(replica)).Rebuild!.Stage == RebuildStage.Stopped, "the rebuild stopped");
        var stopped = (await ProgressAsync(replica)).Rebuild!;
        var culprit = await replica.ScalarAsync<Guid>($"select id from mt_events where seq_id = 17");
        Assert.Equal((culprit, 17L, 16L), (stopped.StoppedAt, stopped.StoppedSequence, stopped.Position));
        var health = (await replica.Get<HealthCheckService>().CheckHealthAsync()).Entries["postgres"];
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains($"rebuild of projection tally stopped at event {culprit}", health.Description, StringComparison.Ordinal);
        Assert.Equal(rows, await RowsAsync(replica));

        Volatile.Write(ref poison, false);
        await RequestAsync(replica);
        await FinishedAsync(replica);
        Assert.Equal(HealthStatus.Healthy, (await replica.Get<HealthCheckService>().CheckHealthAsync()).Entries["postgres"].Status);
        Assert.Equal(await ExpectedAsync(replica), await RowsAsync(replica));
    }

    [Fact]
    public async Task a_rebuild_mends_a_projection_that_its_own_rows_had_stopped()
    {
        await using var replica = await Replica.StartAsync(server, Tally());
        var meters = await WrittenAsync(replica, streams: 2, readings: 5);
        await FollowedAsync(replica);
        await replica.RunAsync("update tally set sum = 2147483647");
        await replica.Store.Write(Meter, meters[0], Cause(), Read(9));
        await Eventually.Holds(
            () => Task.FromResult(replica.Get<ProjectionRunner>().Statuses[0].Stopped is not null), "the follower stopped");
        await RequestAsync(replica);
        await FinishedAsync(replica);
        await replica.Store.Write(Meter, meters[1], Cause(), Read(4));
        await FollowedAsync(replica);
        await Eventually.Holds(
            () => Task.FromResult(replica.Get<ProjectionRunner>().Statuses[0].Stopped is null), "the follower goes on");
        Assert.Equal(await ExpectedAsync(replica), await RowsAsync(replica));
    }

    [Fact]
    public async Task a_service_killed_in_the_middle_goes_on_from_what_was_committed()
    {
        var connection = server.SuperuserString($"m{Guid.NewGuid():N}");
        await using (var first = await Replica.StartAsync(connection, Module()))
        {
            await WrittenAsync(first, streams: 25, readings: 100);
        }

        using var killed = Process.Start(new ProcessStartInfo("dotnet", [typeof(RebuildTests).Assembly.Location, connection, "1500"])
        {
            RedirectStandardError = true,
        })!;
        var said = killed.StandardError.ReadToEndAsync();
        await killed.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Contains("in the middle of a rebuild", await said, StringComparison.Ordinal);

        await using var next = await Replica.StartAsync(connection, Module(Tally()));
        await FinishedAsync(next);
        await FollowedAsync(next);
        Assert.InRange(await next.ScalarAsync<long>($"select started_from from ls_rebuilds"), 1, 1499);
        Assert.Equal(await ExpectedAsync(next), await RowsAsync(next));
    }

    [Fact]
    public async Task what_other_code_had_begun_is_begun_anew()
    {
        await using var replica = await Replica.StartAsync(server, Tally());
        await WrittenAsync(replica, streams: 2, readings: 5);
        await FollowedAsync(replica);
        await RequestAsync(replica);
        await FinishedAsync(replica);
        await replica.RunAsync(
            """
            create table ls_rebuild.tally (like public.tally);
            insert into ls_rebuild.tally select tenant_id, gen_random_uuid(), 1, 1, 1 from public.tally;
            update ls_rebuilds set finished_at = null, position = 5, code = 'other';
            """);
        await RunnableAsync(replica);
        await FinishedAsync(replica);
        Assert.Equal(0, await replica.ScalarAsync<long>($"select started_from from ls_rebuilds"));
        Assert.Equal(await ExpectedAsync(replica), await RowsAsync(replica));
    }

    [Fact]
    public async Task a_table_that_is_no_projections_is_never_touched()
    {
        await using var replica = await Replica.StartAsync(
            server, Tally() with { Name = "events", Tables = ["mt_events"] }, Seen());
        await RequestAsync(replica, "events");
        await Eventually.Holds(
            async () => (await ProgressAsync(replica, "events")).Rebuild!.Stage == RebuildStage.Stopped, "the rebuild was refused");
        Assert.Contains("no projection's", (await ProgressAsync(replica, "events")).Rebuild!.Reason, StringComparison.Ordinal);
        Assert.Equal(RebuildAnswer.NotRebuildable, await replica.Get<ProjectionRebuilder>().RequestAsync("seen"));
        Assert.Equal(RebuildAnswer.Unknown, await replica.Get<ProjectionRebuilder>().RequestAsync("nothing"));

        await using var app = await replica.Database.App.OpenConnectionAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => app.Run("select ls_finish_rebuild('tally', array['tally'], 1)", default));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task a_follower_that_was_moved_meanwhile_writes_nothing()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var reader = await replica.Database.Reader.OpenConnectionAsync();
        await reader.Run("select ls_advance_projection('x', 0, 5)", default);
        await reader.Run("select ls_advance_projection('x', 5, 7)", default);
        foreach (var sql in new[] { "select ls_advance_projection('x', 5, 8)", "select ls_advance_projection('x', 0, 8)" })
        {
            Assert.Equal("LS002", (await Assert.ThrowsAsync<PostgresException>(() => reader.Run(sql, default))).SqlState);
        }
    }

    private static async Task<Guid[]> WrittenAsync(Replica replica, int streams, int readings)
    {
        var meters = new Guid[streams];
        for (var i = 0; i < streams; i++)
        {
            meters[i] = await replica.InstalledAsync();
            await replica.Store.Write(
                Meter, meters[i], Cause(), _ => [.. Enumerable.Range(i, readings).Select(n => (object)new MeterRead(n))]);
        }

        return meters;
    }

    private static async Task RequestAsync(Replica replica, string projection = "tally") =>
        Assert.Equal(RebuildAnswer.Accepted, await replica.Get<ProjectionRebuilder>().RequestAsync(projection));

    // The finished row is wanted again; nothing else is to be done for it.
    private static Task RunnableAsync(Replica replica) =>
        Eventually.Holds(async () => (await ProgressAsync(replica)).Rebuild!.Stage != RebuildStage.Waiting, "it runs again");

    private static async Task<ProjectionProgress> ProgressAsync(Replica replica, string projection = "tally") =>
        (await replica.Get<ProjectionRebuilder>().ListAsync()).Single(p => p.Name == projection);

    private static Task FinishedAsync(Replica replica) => Eventually.Holds(
        async () =>
        {
            var rebuild = (await ProgressAsync(replica)).Rebuild!;
            Assert.NotEqual(RebuildStage.Stopped, rebuild.Stage);
            return rebuild.Stage == RebuildStage.Finished;
        },
        "the rebuild finished");

    private static Task FollowedAsync(Replica replica) => Eventually.Holds(
        async () =>
        {
            var progress = await ProgressAsync(replica);
            return progress.Position == progress.End;
        },
        "the projection reached the log's end");

    private static Task<string> RowsAsync(Replica replica) => TextAsync(
        replica, "select coalesce(string_agg(t::text, E'\n' order by meter), '') from public.tally t");

    private static Task<string> ExpectedAsync(Replica replica) => TextAsync(
        replica,
        """
        select string_agg(t::text, E'\n' order by meter) from (
            select tenant_id, stream_id as meter, sum(coalesce((data ->> 'value')::int, 0)) as sum, count(*), max(seq_id)
              from mt_events group by 1, 2) t
        """);

    private static async Task<string> TextAsync(Replica replica, string sql)
    {
        await using var connection = await replica.SuperuserAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
