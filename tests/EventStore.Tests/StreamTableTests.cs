using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class StreamTableTests(Server server) : IDisposable
{
    public void Dispose() => Faults.At = null;

    [Fact]
    public async Task what_is_rebuilt_while_many_write_is_what_the_writes_had_made_byte_for_byte()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var neighbour = await replica.AnotherAsync();
        var meters = await InstalledAsync(replica, 12);
        using var writing = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 6).Select(n => Task.Run(async () =>
        {
            var random = new Random(n);
            var store = (n % 2 == 0 ? replica : neighbour).Store;
            while (!writing.IsCancellationRequested)
            {
                var meter = random.Next(10) == 0 ? await replica.InstalledAsync() : meters[random.Next(meters.Length)];
                var values = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => (object)new MeterRead(random.Next(5))).ToArray();
                await store.Write(Meter, meter, Cause(), _ => [.. values]);
            }
        })).ToList();
        for (var i = 0; i < 4; i++)
        {
            await RebuiltAsync(replica, "latest");
            await RebuiltAsync(replica, i % 2 == 0 ? "digits" : "odd");
        }

        await writing.CancelAsync();
        await Task.WhenAll(writers);
        var (latest, odd, digits) = (await RowsAsync(replica, "latest"), await RowsAsync(replica, "odd"), await RowsAsync(replica, "digits"));
        Assert.Equal(await ExpectedAsync(replica), latest);
        Assert.NotEmpty(odd);
        Assert.Contains(",t,2,", digits, StringComparison.Ordinal);

        await replica.RunAsync("update latest set sum = sum + 1; update odd set since = now(); delete from odd where digit > 5");
        await replica.RunAsync("update digits set since = now() where odd; delete from digits where digit > 5");
        await RebuiltAsync(replica, "latest");
        await RebuiltAsync(replica, "odd");
        Assert.Equal(latest, await RowsAsync(replica, "latest"));
        Assert.Equal(odd, await RowsAsync(replica, "odd"));
        await RebuiltAsync(replica, "digits");
        Assert.Equal(digits, await RowsAsync(replica, "digits"));
        Assert.Equal(meters.Length, (await replica.Store.Query(Township, $"select 1 from latest where meter = any({meters})", r => 1)).Count);
        Assert.Empty(await replica.Store.Query(Neighbour, $"select 1 from latest", r => 1));
        Assert.Equal(0, await replica.ScalarAsync<long>($"select count(*) from pg_tables where schemaname = 'ls_rebuild'"));
    }

    [Fact]
    public async Task the_time_since_when_begins_anew_with_every_change_even_inside_one_append()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var times = new List<DateTime?>();
        foreach (var values in new int[][] { [1], [10], [1, 9], [2], [1], [4, 6] })
        {
            await replica.Store.Write(Meter, meter, Cause(), _ => [.. values.Select(v => (object)new MeterRead(v))]);
            var since = await replica.Store.Query(Township, $"select since from odd where meter = {meter}", r => r.GetDateTime(0));
            times.Add(since.Count == 0 ? null : since[0]);
        }

        // 1, 11, 12 then 21, 23, 24: none, 28 then 34: none.
        Assert.Equal(times[0], times[1]);
        Assert.True(times[2] > times[1]);
        Assert.True(times[3] > times[2]);
        Assert.Equal([null, null], times[4..]);
        var rows = await RowsAsync(replica, "odd");
        await RebuiltAsync(replica, "odd");
        Assert.Equal(rows, await RowsAsync(replica, "odd"));
    }

    [Fact]
    public async Task each_of_a_streams_rows_keeps_its_time_as_long_as_it_stays_as_it_is()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var last = new Dictionary<int, DateTime>();
        foreach (var (values, digits, fresh) in new (int[] Read, int[] Digits, int[] Fresh)[]
        {
            ([12], [1, 2], [1, 2]),          // 12
            ([1], [1, 3], [3]),              // 13
            ([110], [1, 2, 3], [2]),         // 123
            ([1, 10, 1], [1, 3, 5], [3, 5]), // 124, 134, 135: the 3 was away on the way
            ([9, 8], [1, 2, 5], [2, 5]),     // 144, 152: so was the 5
            ([18], [], []),                  // 170
            ([30], [0, 2], [0, 2]),          // 200: there are two of them
        })
        {
            await replica.Store.Write(Meter, meter, Cause(), _ => [.. values.Select(v => (object)new MeterRead(v))]);
            var now = (await replica.Store.Query(
                Township, $"select digit, since from digits where meter = {meter} order by digit", r => (Digit: r.GetInt32(0), Since: r.GetDateTime(1))))
                .ToDictionary(r => r.Digit, r => r.Since);
            Assert.Equal(digits, now.Keys);
            Assert.Equal(fresh, now.Where(r => !last.TryGetValue(r.Key, out var before) || before != r.Value).Select(r => r.Key));
            last = now;
            var rows = await RowsAsync(replica, "digits");
            await RebuiltAsync(replica, "digits");
            Assert.Equal(rows, await RowsAsync(replica, "digits"));
        }
    }

    [Fact]
    public async Task a_row_that_an_earlier_program_left_goes_with_the_streams_next_event()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        await replica.RunAsync(
            $"insert into digits values ('{Township}', '{meter}', 9, false, 1, '{{}}', null, now()), ('{Township}', '{Guid.NewGuid()}', 9, false, 1, '{{}}', null, now())");
        await replica.Store.Write(Meter, meter, Cause(), Read(95));
        Assert.Equal(["5True", "9True"], await replica.Store.Query(Township, $"select digit, odd from digits where meter = {meter} order by digit", r => $"{r.GetInt32(0)}{r.GetBoolean(1)}"));
        Assert.Equal(3, await replica.ScalarAsync<long>($"select count(*) from digits"));
    }

    [Fact]
    public async Task a_stream_with_any_number_of_rows_is_written_in_one_statement()
    {
        foreach (var (before, after) in new (int?, int)[] { (null, 12), (12, 34), (12, 13), (12, 77), (77, 12) })
        {
            await using var batch = new NpgsqlBatch();
            Digits.Project(
                new(Township, Guid.NewGuid(), "meter", new Reading("石浦镇", after, 2), 2, [new MeterRead(after)], "", DateTimeOffset.UtcNow)
                {
                    Before = before is { } sum ? new Reading("石浦镇", sum, 1) : null,
                },
                batch);
            Assert.Single(batch.BatchCommands);
        }
    }

    [Fact]
    public async Task a_writer_between_its_events_and_its_row_finds_the_new_table_under_the_old_name()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        await using var writer = await replica.Database.App.OpenConnectionAsync();
        NpgsqlTransaction? open = null;
        Faults.At = at =>
        {
            if (at == FaultPoint.Refilled && open is null)
            {
                Task.Run(async () =>
                {
                    open = await writer.BeginTransactionAsync();
                    await ReadAsync(writer, meter);
                }).Wait(TimeSpan.FromSeconds(20));
            }
        };
        await RebuiltAsync(replica, "latest");
        await ShowAsync(writer, meter);
        await open!.CommitAsync();
        Assert.Equal((7, 2L), await replica.RowAsync($"select sum, version from latest", r => (r.GetInt32(0), r.GetInt64(1))));
        Assert.Equal(await ExpectedAsync(replica), await RowsAsync(replica, "latest"));
    }

    [Fact]
    public async Task a_writer_that_dawdles_over_its_row_holds_up_the_rebuild_and_nobody_else()
    {
        await using var replica = await Replica.StartAsync(server);
        var meters = await InstalledAsync(replica, 2);
        await using var writer = await replica.Database.App.OpenConnectionAsync();
        NpgsqlTransaction? open = null;
        var attempts = 0;
        Faults.At = at =>
        {
            if (at == FaultPoint.Refilled && Interlocked.Increment(ref attempts) == 1)
            {
                Task.Run(async () =>
                {
                    open = await writer.BeginTransactionAsync();
                    await ReadAsync(writer, meters[0]);
                    await ShowAsync(writer, meters[0]);
                }).Wait(TimeSpan.FromSeconds(20));
            }
        };
        await RequestAsync(replica, "latest");
        await Eventually.Holds(() => Task.FromResult(Volatile.Read(ref attempts) == 2), "the swap was tried again");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 5; i++)
        {
            await replica.Store.Write(Meter, meters[1], Cause(), Read(3));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"Five writes took {watch.Elapsed}.");
        Assert.Equal(RebuildStage.Running, (await ProgressAsync(replica, "latest")).Rebuild!.Stage);
        await open!.CommitAsync();
        await FinishedAsync(replica, "latest");
        Assert.Equal(await ExpectedAsync(replica), await RowsAsync(replica, "latest"));
    }

    [Fact]
    public async Task an_event_that_cannot_be_folded_stops_the_rebuild_and_is_named_in_health_and_the_old_rows_stay()
    {
        var poisoned = false;
        var module = Module() with
        {
            Inline =
            [
                new StreamTable("latest", "meter").Of(
                    Meter,
                    (r, version) => Volatile.Read(ref poisoned) && r.Sum == 13
                        ? throw new InvalidOperationException("thirteen")
                        : [("sum", r.Sum), ("version", version)]),
            ],
        };
        await using var replica = await Replica.StartAsync(server.SuperuserString($"m{Guid.NewGuid():N}"), module);
        var meter = (await InstalledAsync(replica, 3))[1];
        foreach (var value in new[] { 6, 7, 8 })
        {
            await replica.Store.Write(Meter, meter, Cause(), Read(value));
        }

        var rows = await RowsAsync(replica, "latest");
        Volatile.Write(ref poisoned, true);
        await RequestAsync(replica, "latest");
        await StoppedAsync(replica, "latest");
        var culprit = (await replica.Store.Read(meter, Township))[2];
        var stopped = (await ProgressAsync(replica, "latest")).Rebuild!;
        Assert.Equal((culprit.Id, culprit.Sequence, "InvalidOperationException"), (stopped.StoppedAt, stopped.StoppedSequence, stopped.Reason));
        var health = (await replica.Get<HealthCheckService>().CheckHealthAsync()).Entries["postgres"];
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains($"rebuild of projection latest stopped at event {culprit.Id}", health.Description, StringComparison.Ordinal);
        Assert.Equal(rows, await RowsAsync(replica, "latest"));

        Volatile.Write(ref poisoned, false);
        await RebuiltAsync(replica, "latest");
        Assert.Equal(rows, await RowsAsync(replica, "latest"));
        Assert.Equal(HealthStatus.Healthy, (await replica.Get<HealthCheckService>().CheckHealthAsync()).Entries["postgres"].Status);
    }

    [Fact]
    public async Task a_row_that_the_table_refuses_stops_the_rebuild_at_its_streams_last_event()
    {
        await using var replica = await Replica.StartAsync(server);
        var meters = await InstalledAsync(replica, 5);
        await replica.Store.Write(Meter, meters[3], Cause(), _ => [new MeterRead(60), new MeterRead(6)]);
        await replica.RunAsync("alter table latest add constraint small check (sum < 50) not valid");
        await RequestAsync(replica, "latest");
        await StoppedAsync(replica, "latest");
        var stopped = (await ProgressAsync(replica, "latest")).Rebuild!;
        Assert.Equal(
            ((await replica.Store.Read(meters[3], Township))[2].Id, "SQLSTATE 23514 (small)"), (stopped.StoppedAt!.Value, stopped.Reason));
    }

    [Fact]
    public async Task an_event_of_an_unknown_type_stops_the_rebuild_and_is_named()
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync();
        await using (var session = await replica.SuperuserAsync())
        {
            await SlowWriter.AppendAsync(session, Guid.CreateVersion7(), "meter_exploded");
        }

        await RequestAsync(replica, "latest");
        await StoppedAsync(replica, "latest");
        Assert.Equal(2, (await ProgressAsync(replica, "latest")).Rebuild!.StoppedSequence);
    }

    [Fact]
    public async Task an_archived_stream_takes_no_more_events_is_rebuilt_like_any_other_and_read_where_asked()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = (await InstalledAsync(replica, 2))[0];
        await replica.Store.Write(Meter, meter, Cause(), Read(5));
        await replica.RunAsync($"select mt_archive_stream('{meter}', '{Township}')");
        var rows = await RowsAsync(replica, "latest");
        await RebuiltAsync(replica, "latest");
        Assert.Equal(rows, await RowsAsync(replica, "latest"));
        Assert.Equal(3, (await replica.Log.ReadAsync(0, 10)).Events.Count);
        foreach (var tenant in new[] { Township, County })
        {
            Assert.Null(await replica.Store.Load(Meter, meter, tenant));
            Assert.Empty(await replica.Store.Read(meter, tenant));
            Assert.Equal(5, (await replica.Store.Load(Meter, meter, tenant, archived: true))!.State.Sum);
            Assert.Equal(2, (await replica.Store.Read(meter, tenant, archived: true)).Count);
        }

        var closed = await Assert.ThrowsAsync<PostgresException>(() => replica.Store.Write(Meter, meter, Cause(), Read(1)));
        Assert.Equal("MT001", closed.SqlState);
    }

    [Fact]
    public async Task a_rebuild_that_was_cut_off_begins_anew_and_ends_right()
    {
        await using var replica = await Replica.StartAsync(server);
        await InstalledAsync(replica, 4);
        var cut = 0;
        Faults.At = at =>
        {
            if (at == FaultPoint.Refilled && Interlocked.Increment(ref cut) == 1)
            {
                replica.RunAsync(
                    "select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and a.datname = current_database()").Wait();
            }
        };
        var rows = await RowsAsync(replica, "latest");
        await RebuiltAsync(replica, "latest");
        Assert.Equal(2, cut);
        Assert.Equal(rows, await RowsAsync(replica, "latest"));
    }

    private static async Task<Guid[]> InstalledAsync(Replica replica, int count)
    {
        var meters = new Guid[count];
        for (var i = 0; i < count; i++)
        {
            meters[i] = await replica.InstalledAsync();
        }

        return meters;
    }

    // A writer's two steps one by one: the event, and the row.
    private static async Task ReadAsync(NpgsqlConnection writer, Guid meter)
    {
        await using var batch = new NpgsqlBatch(writer);
        batch.Township(Township);
        batch.Add(
            $$"""
            select mt_quick_append_events(
                {{meter}}, 'meter', {{Township}}, array[gen_random_uuid()], array['meter_read']::varchar[], array['']::varchar[],
                array['{"value": 7}']::jsonb[], array[null]::bytea[], array[null]::varchar[], array[null]::varchar[],
                array['null']::jsonb[], array[now()], 1)
            """);
        await batch.ExecuteNonQueryAsync();
    }

    private static async Task ShowAsync(NpgsqlConnection writer, Guid meter)
    {
        await using var batch = new NpgsqlBatch(writer);
        Latest.Project(new(Township, meter, "meter", new Reading("石浦镇", 7, 1), 2, [new MeterRead(7)], "", DateTimeOffset.UtcNow), batch);
        await batch.ExecuteNonQueryAsync();
    }

    private static async Task RequestAsync(Replica replica, string table) =>
        Assert.Equal(RebuildAnswer.Accepted, await replica.Get<ProjectionRebuilder>().RequestAsync(table));

    private static async Task RebuiltAsync(Replica replica, string table)
    {
        await RequestAsync(replica, table);
        await FinishedAsync(replica, table);
    }

    private static Task FinishedAsync(Replica replica, string table) => Eventually.Holds(
        async () =>
        {
            var rebuild = (await ProgressAsync(replica, table)).Rebuild!;
            Assert.True(rebuild.Stage != RebuildStage.Stopped, $"It stopped: {rebuild}");
            return rebuild.Stage == RebuildStage.Finished;
        },
        $"{table} was rebuilt");

    private static Task StoppedAsync(Replica replica, string table) => Eventually.Holds(
        async () => (await ProgressAsync(replica, table)).Rebuild!.Stage == RebuildStage.Stopped, $"the rebuild of {table} stopped");

    private static async Task<ProjectionProgress> ProgressAsync(Replica replica, string table) =>
        (await replica.Get<ProjectionRebuilder>().ListAsync()).Single(p => p.Name == table);

    private static Task<string> RowsAsync(Replica replica, string table) =>
        TextAsync(replica, $"select coalesce(string_agg(t::text, E'\\n' order by t::text), '') from public.{table} t");

    private static Task<string> ExpectedAsync(Replica replica) => TextAsync(
        replica,
        """
        select string_agg(t::text, E'\n' order by meter) from (
            select tenant_id, stream_id as meter, sum(coalesce((data ->> 'value')::int, 0)) as sum, max(version) as version
              from mt_events group by 1, 2) t
        """);

    private static async Task<string> TextAsync(Replica replica, string sql)
    {
        await using var connection = await replica.SuperuserAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
