using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class WritingTests(Server server)
{
    [Fact]
    public async Task what_is_written_is_loaded_read_and_projected()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var written = await replica.Store.Write(Meter, meter, Cause(), Read(7));
        Assert.Equal((OutcomeKind.Appended, 2L, new Reading("石浦镇", 7, 1)), (written.Kind, written.Version, written.State));

        var loaded = await replica.Store.Load(Meter, meter, Township);
        Assert.Equal(new Loaded<Reading>(new("石浦镇", 7, 1), 2), loaded);

        var events = await replica.Store.Read(meter, Township);
        Assert.Equal([1L, 2L], events.Select(e => e.Version));
        Assert.Equal(["meter_installed", "meter_read"], events.Select(e => e.Type));
        Assert.All(events, e => Assert.Equal((meter.ToString(), "cause-1", "person-1"), (e.Correlation, e.Causation, e.Headers.Actor)));

        var latest = await replica.Store.Query(Township, $"select sum, version from latest where meter = {meter}",
            r => (r.GetInt32(0), r.GetInt64(1)));
        Assert.Equal([(7, 2L)], latest);
    }

    [Fact]
    public async Task a_stream_keeps_its_founding_correlation()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = Guid.CreateVersion7();
        await replica.Store.Write(Meter, meter, Cause(correlation: "case-1"), Install);
        await replica.Store.Write(Meter, meter, Cause(correlation: "case-2"), Read(1));
        Assert.All(await replica.Store.Read(meter, Township), e => Assert.Equal("case-1", e.Correlation));
    }

    [Fact]
    public async Task of_two_writers_racing_on_one_version_one_wins_and_nothing_of_the_other_stays()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        using var both = new Barrier(2);
        Task<Outcome<Reading>> Race(int value) => Task.Run(() => replica.Store.Write(
            Meter, meter, Cause(inbox: Key()), state =>
            {
                both.SignalAndWait();
                return Read(value)(state);
            },
            ifVersion: 1, alongside: b => b.Add($"insert into shared_note (name) values ({"note " + value})")));

        var outcomes = await Task.WhenAll(Race(1), Race(2));
        Assert.Equal([OutcomeKind.Appended, OutcomeKind.Stale], outcomes.Select(o => o.Kind).Order());
        Assert.Equal(2, (await replica.Store.Load(Meter, meter, Township))!.Version);
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from ls_inbox"));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from shared_note"));
    }

    [Fact]
    public async Task many_writers_without_an_expected_version_all_get_their_turn_and_versions_have_no_gap()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var kinds = new List<OutcomeKind>();
            for (var i = 0; i < 10; i++)
            {
                kinds.Add((await replica.Store.Write(Meter, meter, Cause(), Read(1))).Kind);
            }

            return kinds;
        })));
        var appended = outcomes.SelectMany(o => o).Count(k => k == OutcomeKind.Appended);
        Assert.All(outcomes.SelectMany(o => o), k => Assert.True(k is OutcomeKind.Appended or OutcomeKind.Stale));
        var events = await replica.Store.Read(meter, Township);
        Assert.Equal(Enumerable.Range(1, appended + 1).Select(v => (long)v), events.Select(e => e.Version));
        Assert.Equal(events.Select(e => e.Sequence).Order(), events.Select(e => e.Sequence));
        Assert.Equal(appended, (await replica.Store.Load(Meter, meter, Township))!.State.Sum);
    }

    [Fact]
    public async Task a_repeated_message_changes_nothing_and_answers_with_what_was_done_then()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var key = Key();
        await replica.Store.Write(Meter, meter, Cause(inbox: key), Read(1));
        await replica.Store.Write(Meter, meter, Cause(), Read(1));

        var again = await replica.Store.Write(Meter, Guid.CreateVersion7(), Cause(inbox: key), Install);
        Assert.Equal((OutcomeKind.Repeated, meter, 2L), (again.Kind, again.Stream, again.Version));
        Assert.Equal(3, (await replica.Store.Load(Meter, meter, Township))!.Version);
    }

    [Fact]
    public async Task the_same_key_with_another_fingerprint_is_refused()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var key = Key("a");
        await replica.Store.Write(Meter, meter, Cause(inbox: key), Read(1));
        var other = await replica.Store.Write(Meter, meter, Cause(inbox: key with { Fingerprint = "b" }), Read(2));
        Assert.Equal(OutcomeKind.KeyReused, other.Kind);
        Assert.Equal(2, (await replica.Store.Load(Meter, meter, Township))!.Version);
    }

    [Fact]
    public async Task twenty_copies_of_one_request_at_once_found_one_stream()
    {
        await using var replica = await Replica.StartAsync(server);
        var key = Key("a");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() =>
            replica.Store.Write(Meter, Guid.CreateVersion7(), Cause(inbox: key), Install))));
        Assert.Equal(1, outcomes.Count(o => o.Kind == OutcomeKind.Appended));
        Assert.All(outcomes.Where(o => o.Kind != OutcomeKind.Appended), o => Assert.Equal(OutcomeKind.Repeated, o.Kind));
        Assert.Single(outcomes.Select(o => o.Stream).Distinct());
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from mt_streams"));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from latest"));
    }

    [Fact]
    public async Task a_decision_without_events_is_remembered_and_a_refusal_is_not()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var nothing = Key();
        Assert.Equal(OutcomeKind.Unchanged, (await replica.Store.Write(Meter, meter, Cause(inbox: nothing), Install)).Kind);
        Assert.Equal(OutcomeKind.Repeated, (await replica.Store.Write(Meter, meter, Cause(inbox: nothing), Read(1))).Kind);

        var refused = Key();
        var absent = Guid.CreateVersion7();
        var outcome = await replica.Store.Write(Meter, absent, Cause(inbox: refused), Read(1));
        Assert.Equal((OutcomeKind.Refused, "no-such-meter"), (outcome.Kind, outcome.Refusal!.Code));
        Assert.Equal(OutcomeKind.Appended, (await replica.Store.Write(Meter, absent, Cause(inbox: refused), Install)).Kind);
    }

    [Fact]
    public async Task a_stale_version_is_told_before_anything_is_decided()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var outcome = await replica.Store.Write(
            Meter, meter, Cause(), _ => throw new InvalidOperationException("was asked"), ifVersion: 7);
        Assert.Equal((OutcomeKind.Stale, 1L, "石浦镇"), (outcome.Kind, outcome.Version, outcome.State!.Place));
    }

    [Fact]
    public async Task once_writes_once_per_key()
    {
        await using var replica = await Replica.StartAsync(server);
        var cause = Cause(inbox: Key());
        void Note(NpgsqlBatch b) => b.Add($"insert into shared_note (name) values ({Guid.NewGuid().ToString()})");
        var done = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => replica.Store.Once(cause, Note)));
        Assert.Equal(1, done.Count(d => d));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from shared_note"));
    }

    [Fact]
    public async Task a_unique_key_of_the_services_own_comes_out_as_it_is_and_writes_nothing()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        Task<Outcome<Reading>> Write() => replica.Store.Write(
            Meter, meter, Cause(inbox: Key()), Read(1), alongside: b => b.Add($"insert into shared_note (name) values ({"a"})"));
        await Write();
        var refused = await Assert.ThrowsAsync<PostgresException>(Write);
        Assert.Equal(("23505", "shared_note_pkey"), (refused.SqlState, refused.ConstraintName));
        Assert.Equal(2, (await replica.Store.Load(Meter, meter, Township))!.Version);
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from ls_inbox"));
    }

    [Fact]
    public async Task a_session_killed_in_the_middle_leaves_nothing_and_the_write_can_be_repeated()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var key = Key();
        await using var superuser = await replica.SuperuserAsync();
        var write = replica.Store.Write(
            Meter, meter, Cause(inbox: key), Read(1), alongside: b => b.Add($"select 'stuck here', pg_sleep(20)"));
        await Eventually.Holds(
            () => superuser.Scalar<bool>(
                $"select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity where query like '%stuck here%' and pid <> pg_backend_pid() and state = 'active'",
                default),
            "the write was under way");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => write);

        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
        Assert.Equal(0, await replica.ScalarAsync<long>($"select count(*) from ls_inbox"));
        var again = await replica.Store.Write(Meter, meter, Cause(inbox: key), Read(1));
        Assert.Equal((OutcomeKind.Appended, 2L), (again.Kind, again.Version));
    }

    [Fact]
    public async Task a_cancelled_write_stops_waiting_and_leaves_nothing()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var write = () => replica.Store.Write(
            Meter, meter, Cause(), Read(1), alongside: b => b.Add($"select pg_sleep(20)"), cancellation: patience.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(write).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(1, (await replica.Store.Load(Meter, meter, Township))!.Version);
    }
}
