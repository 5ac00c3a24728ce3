using System.Collections.Concurrent;
using System.Diagnostics;
using LiaisonStation.AppHost.Hosting;
using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

/// <summary>Writers that share transactions get what each would get alone.</summary>
[Collection(nameof(Server))]
public sealed class SharedCommitTests(Server server)
{
    [Fact]
    public async Task what_waits_is_committed_at_once_and_each_township_gets_its_own()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var busy = await BusySessions.StartAsync(replica);
        string[] townships = [Township, Neighbour, Elsewhere, County];
        var meters = Enumerable.Range(0, 20).Select(i => (Id: Guid.CreateVersion7(), Tenant: townships[i % 4])).ToArray();
        var writes = meters.Select(m => replica.Store.Write(Meter, m.Id, Cause(m.Tenant, Key()), Install, ifVersion: 0)).ToArray();
        await Queued(replica, 20);
        await busy.EndAsync();

        Assert.All(await Task.WhenAll(writes), o => Assert.Equal((OutcomeKind.Appended, 1L), (o.Kind, o.Version)));
        Assert.Equal(1, await TransactionsAsync(replica, meters.Select(m => m.Id)));
        foreach (var (id, tenant) in meters)
        {
            Assert.Equal(tenant, Assert.Single(await replica.Store.Read(id, tenant)).Tenant);
        }

        Assert.Equal(20, await replica.ScalarAsync<long>(
            $"select count(*) from mt_events e join latest l on (l.tenant_id, l.meter) = (e.tenant_id, e.stream_id) join ls_inbox i on (i.tenant_id, i.stream_id) = (e.tenant_id, e.stream_id)"));
    }

    [Fact]
    public async Task a_stale_a_repeated_and_a_failing_write_leave_their_neighbours_alone()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var other = await replica.AnotherAsync();
        var (stale, good) = (await replica.InstalledAsync(), Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToArray());
        var key = Key();
        await replica.RunAsync("insert into shared_note values ('taken')");

        await using var busy = await BusySessions.StartAsync(replica);
        var seen = replica.Store.Write(Meter, stale, Cause(inbox: Key()), Read(1), ifVersion: 1);
        var twin = replica.Store.Write(Meter, Guid.CreateVersion7(), Cause(inbox: key), Install, ifVersion: 0);
        var failing = replica.Store.Write(
            Meter, Guid.CreateVersion7(), Cause(inbox: Key()), Install, ifVersion: 0,
            alongside: b => b.Add($"insert into shared_note values ('taken')"));
        var writes = good.Select(id => replica.Store.Write(Meter, id, Cause(), Install, ifVersion: 0)).ToArray();
        await Queued(replica, 13);
        await other.Store.Write(Meter, stale, Cause(), Read(5));
        await other.Store.Write(Meter, Guid.CreateVersion7(), Cause(inbox: key), Install);
        await busy.EndAsync();

        Assert.All(await Task.WhenAll(writes), o => Assert.Equal(OutcomeKind.Appended, o.Kind));
        Assert.Equal((OutcomeKind.Stale, 2L), ((await seen).Kind, (await seen).Version));
        Assert.Equal(OutcomeKind.Repeated, (await twin).Kind);
        Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(() => failing)).SqlState);
        Assert.Equal(good.Length + 3 + BusySessions.Count, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from ls_inbox"));
    }

    [Fact]
    public async Task writers_of_one_stream_wait_for_each_other_without_an_error_and_all_get_their_turn()
    {
        await using var replica = await Replica.StartAsync(server);
        var meters = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => replica.InstalledAsync()));
        var appended = new ConcurrentBag<Guid>();
        await Task.WhenAll(Enumerable.Range(0, 24).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 8; i++)
            {
                var meter = meters[(writer + i) % (i % 2 == 0 ? 4 : 1)];
                if ((await replica.Store.Write(Meter, meter, Cause(), Read(1))).Kind == OutcomeKind.Appended)
                {
                    appended.Add(meter);
                }
            }
        })));
        Assert.True(appended.Count > 96, $"only {appended.Count} of 192");
        foreach (var meter in meters)
        {
            var versions = (await replica.Store.Read(meter, Township)).Select(e => e.Version);
            Assert.Equal(Enumerable.Range(1, 1 + appended.Count(m => m == meter)).Select(v => (long)v), versions);
        }
    }

    [Fact]
    public async Task whom_somebody_keeps_waiting_does_not_keep_the_others_waiting()
    {
        await using var replica = await Replica.StartAsync(server);
        var held = await replica.InstalledAsync();
        await using var superuser = await replica.SuperuserAsync();
        await using var transaction = await superuser.BeginTransactionAsync();
        await superuser.Run($"select from mt_streams where id = '{held}' for update", default);

        await using var busy = await BusySessions.StartAsync(replica);
        var waiting = replica.Store.Write(Meter, held, Cause(), Read(1));
        var others = Enumerable.Range(0, 5).Select(_ => replica.Store.Write(Meter, Guid.CreateVersion7(), Cause(), Install, ifVersion: 0)).ToArray();
        await Queued(replica, 6);
        await busy.EndAsync();
        await Task.WhenAll(others).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(waiting.IsCompleted);

        await transaction.RollbackAsync();
        Assert.Equal(OutcomeKind.Appended, (await waiting).Kind);
    }

    [Fact]
    public async Task a_write_cancelled_while_it_waits_is_not_written_and_the_next_one_is()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var busy = await BusySessions.StartAsync(replica);
        using var cancelled = new CancellationTokenSource();
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var given = replica.Store.Write(Meter, one, Cause(), Install, ifVersion: 0, cancellation: cancelled.Token);
        var kept = replica.Store.Write(Meter, two, Cause(), Install, ifVersion: 0);
        await Queued(replica, 2);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(1, replica.Store.Waiting);
        await busy.EndAsync();
        Assert.Equal(OutcomeKind.Appended, (await kept).Kind);
        Assert.Empty(await replica.Store.Read(one, Township));
    }

    [Fact]
    public async Task a_full_queue_is_refused_as_something_that_passes_and_all_who_wait_are_written()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var busy = await BusySessions.StartAsync(replica);
        Task<Outcome<Reading>> Write() => replica.Store.Write(Meter, Guid.CreateVersion7(), Cause(), Install, ifVersion: 0);
        var waiting = Enumerable.Range(0, GroupCommit.MostWaiting).Select(_ => Write()).ToArray();
        Assert.Equal(GroupCommit.MostWaiting, replica.Store.Waiting);
        Assert.True((await Assert.ThrowsAsync<StoreBusyException>(Write)).IsTransient);
        await busy.EndAsync();
        Assert.All(await Task.WhenAll(waiting), o => Assert.Equal(OutcomeKind.Appended, o.Kind));
        Assert.Equal(waiting.Length + BusySessions.Count, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
    }

    [Fact]
    public async Task a_database_that_hangs_is_given_up_in_time_and_goes_on_when_it_wakes()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var busy = await BusySessions.StartAsync(replica);
        var stuck = await replica.ScalarAsync<int[]>($"select array_agg(pid) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'");
        var ended = Array.Empty<Exception?>();
        var watch = Stopwatch.StartNew();
        try
        {
            await SignalAsync("-STOP", stuck);
            var queued = Enumerable.Range(0, 4).Select(_ => Record.ExceptionAsync(
                () => replica.Store.Write(Meter, Guid.CreateVersion7(), Cause(), Install, ifVersion: 0))).ToArray();
            ended = await Task.WhenAll(queued).WaitAsync(TimeSpan.FromSeconds(60));
            await busy.FailAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            await SignalAsync("-CONT", stuck);
        }

        Assert.All(ended, e => Assert.True(e is null or NpgsqlException { IsTransient: true }, $"{e}"));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(45));
        Assert.Equal(OutcomeKind.Appended, (await replica.Store.Write(Meter, Guid.CreateVersion7(), Cause(), Install)).Kind);
    }

    [Fact]
    public async Task replicas_that_write_the_same_streams_and_project_in_opposite_orders_never_deadlock()
    {
        var superuser = server.SuperuserString($"m{Guid.NewGuid():N}");
        var module = Module();
        IInlineProjection[] both = [new Noted("one"), new Noted("two")];
        var migrations = module.Migrations.Append(new("metering/noted",
            """
            create table one (tenant_id varchar not null, meter uuid primary key, sum int not null);
            create table two (tenant_id varchar not null, meter uuid primary key, sum int not null);
            select ls_township_table('one'), ls_township_table('two');
            """)).ToArray();
        await using var first = await Replica.StartAsync(superuser, module with { Inline = both, Migrations = migrations });
        await first.RunAsync("do $$ begin execute format('alter database %I set deadlock_timeout = ''20ms''', current_database()); end $$");
        NpgsqlConnection.ClearAllPools();
        var meters = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => first.InstalledAsync(i % 2 == 0 ? Township : Neighbour)));
        await using (var second = await Replica.StartAsync(superuser, module with { Inline = [.. both.Reverse()], Migrations = migrations }))
        {
            var appended = 0;
            await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
            {
                var random = new Random(writer);
                for (var i = 0; i < 25; i++)
                {
                    var at = random.Next(meters.Length);
                    var outcome = await (writer % 2 == 0 ? first : second).Store.Write(
                        Meter, meters[at], Cause(at % 2 == 0 ? Township : Neighbour, Key()), Read(1));
                    Assert.True(outcome.Kind is OutcomeKind.Appended or OutcomeKind.Stale);
                    Interlocked.Add(ref appended, outcome.Kind == OutcomeKind.Appended ? 1 : 0);
                }
            })));
            Assert.Equal(appended + meters.Length, await first.ScalarAsync<long>($"select count(*) from mt_events"));
            Assert.Equal(appended, await first.ScalarAsync<long>($"select sum(sum) from one"));
            Assert.Equal(appended, await first.ScalarAsync<long>($"select sum(sum) from two"));
        }

        NpgsqlConnection.ClearAllPools();
        await Eventually.Holds(
            () => first.RowAsync(
                $"select xact_commit > 100, deadlocks from pg_stat_database where datname = current_database()",
                r => r.GetBoolean(0) && (r.GetInt64(1) == 0 ? true : throw new InvalidOperationException($"{r.GetInt64(1)} deadlocks"))),
            "the sessions told what they did");
    }

    [Fact]
    public async Task what_was_acknowledged_is_there_once_whatever_became_of_the_sessions_and_the_server()
    {
        await using var postgres = await PostgresServer.StartTemporaryAsync();
        var (acknowledged, unknown) = (new ConcurrentBag<InboxKey>(), new ConcurrentBag<InboxKey>());
        var kills = 0;
        await using (var replica = await Replica.StartAsync(postgres.ConnectionStringFor("storm"), Module()))
        {
            var meters = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => replica.InstalledAsync()));
            using var ended = new CancellationTokenSource();
            var writers = Enumerable.Range(0, 24).Select(writer => Task.Run(async () =>
            {
                var random = new Random(writer);
                while (!ended.IsCancellationRequested)
                {
                    var key = Key();
                    try
                    {
                        var outcome = await replica.Store.Write(
                            Meter, meters[random.Next(meters.Length)], Cause(inbox: key) with { Causation = $"{key.Message}" }, Read(1));
                        if (outcome.Kind == OutcomeKind.Appended)
                        {
                            acknowledged.Add(key);
                        }
                    }
                    catch (Exception e) when (e is NpgsqlException or TimeoutException)
                    {
                        unknown.Add(key);
                    }
                }
            })).ToArray();

            await using (var superuser = await replica.SuperuserAsync())
            {
                for (var until = DateTime.UtcNow.AddSeconds(30); (kills < 15 || acknowledged.Count < 300) && DateTime.UtcNow < until;)
                {
                    kills += await superuser.Scalar<bool>(
                        $"select coalesce(bool_or(pg_terminate_backend(pid)), false) from (select pid from pg_stat_activity where usename = 'storm_app' and state = 'active' order by random() limit 1) a",
                        default) ? 1 : 0;
                    await Task.Delay(30);
                }
            }

            await postgres.StopImmediateAsync();
            await ended.CancelAsync();
            await Task.WhenAll(writers);
        }

        Assert.True(kills > 0 && acknowledged.Count >= 300 && !unknown.IsEmpty, $"{kills} kills, {acknowledged.Count} acknowledged, {unknown.Count} unknown");
        await postgres.StartAsync();
        await using var after = await Replica.StartAsync(postgres.ConnectionStringFor("storm"), Module());
        var events = await after.ScalarAsync<string[]>($"select array_agg(causation_id) from mt_events where type = 'meter_read'");
        var times = events.GroupBy(e => e).ToDictionary(g => g.Key, g => g.Count());
        Assert.All(acknowledged, key => Assert.Equal(1, times.GetValueOrDefault($"{key.Message}")));
        Assert.All(unknown, key => Assert.InRange(times.GetValueOrDefault($"{key.Message}"), 0, 1));
        Assert.Equal(events.Length, await after.ScalarAsync<long>($"select count(*) from ls_inbox"));
        Assert.Equal(events.Length, await after.ScalarAsync<long>($"select sum(sum) from latest"));
        Assert.False(await after.ScalarAsync<bool>(
            $"select exists (select from mt_streams s where s.version <> (select count(*) from mt_events e where e.stream_id = s.id) or s.version <> (select max(version) from mt_events e where e.stream_id = s.id))"));
    }

    private static Task Queued(Replica replica, int count) =>
        Eventually.Holds(() => Task.FromResult(replica.Store.Waiting == count), $"{count} writes wait");

    private static Task<long> TransactionsAsync(Replica replica, IEnumerable<Guid> streams) => replica.ScalarAsync<long>(
        $"select count(distinct xmin::text) from mt_events where stream_id = any({streams.ToArray()})");

    private static async Task SignalAsync(string signal, int[] processes)
    {
        using var kill = Process.Start("kill", [signal, .. processes.Select(p => $"{p}")]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Writes that keep every session of a replica waiting, until they are let go.</summary>
    private sealed class BusySessions : IAsyncDisposable
    {
        public const int Count = 2;
        private readonly NpgsqlConnection _superuser;
        private readonly Task<Outcome<Reading>>[] _writes;

        private BusySessions(NpgsqlConnection superuser, Task<Outcome<Reading>>[] writes) => (_superuser, _writes) = (superuser, writes);

        public static async Task<BusySessions> StartAsync(Replica replica)
        {
            var superuser = await replica.SuperuserAsync();
            await superuser.Run("select pg_advisory_lock(4711)", default);
            var writes = Enumerable.Range(0, Count).Select(_ => replica.Store.Write(
                Meter, Guid.CreateVersion7(), Cause(), Install, ifVersion: 0,
                alongside: b => b.Add($"select pg_advisory_xact_lock_shared(4711)"))).ToArray();
            await Eventually.Holds(
                () => superuser.Scalar<bool>(
                    $"select count(*) = {Count} from pg_stat_activity where datname = current_database() and wait_event = 'advisory'", default),
                "all sessions are busy");
            return new(superuser, writes);
        }

        public async Task EndAsync()
        {
            await _superuser.Run("select pg_advisory_unlock_all()", default);
            Assert.All(await Task.WhenAll(_writes), o => Assert.Equal(OutcomeKind.Appended, o.Kind));
        }

        public async Task FailAsync()
        {
            foreach (var write in _writes)
            {
                await Assert.ThrowsAnyAsync<NpgsqlException>(() => write);
            }

            await _superuser.Run("select pg_advisory_unlock_all()", default);
        }

        public ValueTask DisposeAsync() => _superuser.DisposeAsync();
    }

    private sealed class Noted(string table) : IInlineProjection
    {
        public void Project(Appended appended, NpgsqlBatch batch)
        {
            var sum = ((Reading)appended.State).Sum;
            batch.Add(table == "one"
                ? (FormattableString)$"insert into one values ({appended.Tenant}, {appended.Stream}, {sum}) on conflict (meter) do update set sum = excluded.sum"
                : $"insert into two values ({appended.Tenant}, {appended.Stream}, {sum}) on conflict (meter) do update set sum = excluded.sum");
        }
    }
}
