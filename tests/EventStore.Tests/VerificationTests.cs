using System.Security.Cryptography;
using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

/// <summary>
/// What a hostile administrator of the database may try. Meter A has the sequence numbers 1 to 3, 4 was never used, meter B has
/// 5 to 7; all of them are sealed and signed.
/// </summary>
[Collection(nameof(Server))]
public sealed class VerificationTests(Server server)
{
    private static readonly Guid A = Guid.Parse("01980000-0000-7000-8000-00000000000a");
    private static readonly Guid B = Guid.Parse("01980000-0000-7000-8000-00000000000b");

    [Fact]
    public async Task what_nobody_touched_is_intact()
    {
        await using var replica = await SignedAsync();
        await replica.Store.Write(Meter, A, Cause(), Read(8));
        await SealingTests.SealedAsync(replica, 7);
        var report = await replica.VerifyAsync(replica.Get<Checkpoints>().Folder!.Latest()!);
        Assert.Empty(report.Breaks);
        Assert.Equal((7, 7, 3, true), (report.Events, report.Sealed, report.Checkpoints, report.Intact));
    }

    [Theory]
    [InlineData("update mt_events set data = '{\"value\": 99}' where seq_id = 2", BreakKind.Altered, 2)]
    [InlineData("update mt_events set headers = headers || '{\"actor\": \"person-2\"}' where seq_id = 2", BreakKind.Altered, 2)]
    [InlineData("update mt_events set headers = headers || '{\"hash\": \"\"}' where seq_id = 3", BreakKind.Altered, 3)]
    [InlineData("update mt_events set headers = headers - 'hash' where seq_id = 3", BreakKind.Unchained, 3)]
    [InlineData("update mt_events set type = 'meter_installed' where seq_id = 6", BreakKind.Altered, 6)]
    [InlineData("update mt_events set id = gen_random_uuid() where seq_id = 1", BreakKind.Altered, 1)]
    [InlineData("update mt_events set mt_dotnet_type = null where seq_id = 1", BreakKind.Altered, 1)]
    [InlineData("update mt_events set correlation_id = 'case-9' where seq_id = 7", BreakKind.Altered, 7)]
    [InlineData("update mt_events set causation_id = null where seq_id = 7", BreakKind.Altered, 7)]
    [InlineData("update mt_events set is_archived = true where seq_id = 7", BreakKind.Altered, 7)]
    [InlineData("update mt_events set bdata = 'x' where seq_id = 7", BreakKind.Altered, 7)]
    [InlineData("update mt_events set data = '{\"value\": 7, \"more\": 9007199254740993}' where seq_id = 3", BreakKind.Altered, 3)]
    [InlineData("update ls_hash_leaf set nodes = set_byte(nodes, 40, 255 - get_byte(nodes, 40)) where leaf = 3", BreakKind.TreeAltered, 3 + 2)]
    [InlineData("update ls_hash_leaf set nodes = set_byte(nodes, 4, 255 - get_byte(nodes, 4)) where leaf = 1", BreakKind.Altered, 2)]
    public async Task an_altered_event_is_named(string change, BreakKind kind, long sequence) =>
        await FirstBreakAsync(kind, sequence, change);

    [Theory]
    [InlineData("update mt_events set timestamp = timestamp - interval '1 day' where seq_id = 3")]
    [InlineData("update mt_events set timestamp = timestamp - interval '1 microsecond' where seq_id = 3")]
    [InlineData("update mt_events set timestamp = '-infinity' where seq_id = 3")]
    public async Task a_back_dated_event_is_named(string change) => await FirstBreakAsync(BreakKind.Altered, 3, change);

    [Theory]
    [InlineData("delete from mt_events where seq_id = 2", 2)]
    [InlineData("delete from mt_events where seq_id = 1", 1)]
    [InlineData("delete from mt_events where seq_id = 3; update mt_streams set version = 2 where id = '{0}'", 3)]
    [InlineData("delete from mt_events where seq_id = 7; update mt_streams set version = 2 where id = '{1}'", 7)]
    [InlineData("delete from mt_events where stream_id = '{0}'; delete from mt_streams where id = '{0}'", 1)]
    public async Task a_removed_event_is_named(string change, long sequence) =>
        await FirstBreakAsync(BreakKind.Removed, sequence, change);

    [Fact]
    public async Task a_removed_event_is_named_when_its_leaf_is_removed_too()
    {
        await using var replica = await SignedAsync();
        await TamperAsync(replica, "delete from mt_events where seq_id = 2; delete from ls_hash_leaf where seq_id = 2");
        Assert.Equal((BreakKind.Removed, 3), await FirstAsync(replica));
    }

    [Fact]
    public async Task a_removed_event_is_named_when_the_rest_of_its_stream_is_numbered_and_hashed_anew()
    {
        await using var replica = await SignedAsync();
        await TamperAsync(
            replica,
            "delete from mt_events where seq_id = 2; update mt_events set version = 2 where seq_id = 3;"
            + "update mt_streams set version = 2 where version = 3 and id = '{0}'");
        await RehashAsync(replica, A);
        Assert.Equal((BreakKind.Removed, 2), await FirstAsync(replica));
    }

    [Theory]
    [InlineData(8, "null", BreakKind.Unchained)]
    [InlineData(8, "{\"actor\": \"person-1\"}", BreakKind.Unchained)]
    [InlineData(8, "{\"hash\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", BreakKind.Altered)]
    [InlineData(4, "{\"hash\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", BreakKind.Altered)]
    public async Task an_inserted_event_without_a_plausible_hash_is_named(long sequence, string headers, BreakKind kind)
    {
        await using var replica = await SignedAsync();
        await InsertAsync(replica, sequence, headers);
        Assert.Equal((kind, sequence), await FirstAsync(replica));
    }

    [Fact]
    public async Task an_event_inserted_with_a_plausible_hash_behind_what_is_sealed_is_named()
    {
        await using var replica = await SignedAsync();
        await InsertAsync(replica, 4, "{}");
        await RehashAsync(replica, A);
        Assert.Equal((BreakKind.Inserted, 4), await FirstAsync(replica));
    }

    [Fact]
    public async Task an_event_inserted_with_a_plausible_hash_and_a_leaf_does_not_extend_the_checkpoint()
    {
        await using var replica = await SignedAsync();
        await InsertAsync(replica, 4, "{}");
        await RehashAsync(replica, A);
        await ResealAsync(replica);
        Assert.Equal(BreakKind.CheckpointNotExtended, (await FirstAsync(replica)).Kind);
    }

    [Theory]
    [InlineData("update mt_events set version = 9 where seq_id = 2; update mt_events set version = 2 where seq_id = 3;"
        + "update mt_events set version = 3 where seq_id = 2", 2)]
    [InlineData("update mt_events set seq_id = 99 where seq_id = 2; update mt_events set seq_id = 2 where seq_id = 3;"
        + "update mt_events set seq_id = 3 where seq_id = 99", 2)]
    public async Task reordered_events_are_named_even_when_hashed_anew(string change, long sequence)
    {
        foreach (var anew in new[] { false, true })
        {
            await using var replica = await SignedAsync();
            await TamperAsync(replica, change);
            if (anew)
            {
                await RehashAsync(replica, A);
            }

            var first = await FirstAsync(replica);
            Assert.Contains(first.Kind, new[] { BreakKind.Reordered, BreakKind.Altered });
            Assert.Equal(sequence, first.Sequence);
        }
    }

    [Theory]
    [InlineData("update mt_events set stream_id = '{1}', version = 4 where seq_id = 3; update mt_streams set version = 2 where id = '{0}';"
        + "update mt_streams set version = 4 where id = '{1}'", 3)]
    [InlineData("update mt_streams set tenant_id = '330225101' where id = '{0}'; update mt_events set tenant_id = '330225101' where stream_id = '{0}'", 1)]
    [InlineData("update mt_events set seq_id = 8 where seq_id = 3", 3)]
    public async Task a_moved_event_is_named(string change, long sequence)
    {
        await using var replica = await SignedAsync();
        await TamperAsync(replica, "set session_replication_role = replica;" + change);
        Assert.Equal(sequence, (await FirstAsync(replica)).Sequence);
    }

    [Fact]
    public async Task a_history_rewritten_with_hashes_and_tree_does_not_extend_what_was_signed()
    {
        await using var replica = await SignedAsync();
        await TamperAsync(replica, "update mt_events set data = '{\"value\": 99}' where seq_id = 2");
        await RehashAsync(replica, A);
        await ResealAsync(replica);
        var report = await replica.VerifyAsync();
        var first = Assert.Single(report.Breaks);
        Assert.Equal(BreakKind.CheckpointNotExtended, first.Kind);
        Assert.Contains("events 1 to 3", first.What, StringComparison.Ordinal);
        Assert.Equal(
            CheckpointFault.NotExtended,
            (await Assert.ThrowsAsync<CheckpointException>(() => replica.Get<Checkpoints>().SignNowAsync())).Fault);
    }

    [Fact]
    public async Task a_tail_cut_off_is_found_by_a_checkpoint_held_elsewhere_and_by_nothing_else()
    {
        await using var replica = await SignedAsync();
        var held = replica.Get<Checkpoints>().Folder!.Latest()!;
        await TamperAsync(
            replica,
            "delete from mt_events where seq_id in (6, 7); delete from ls_hash_leaf where seq_id in (6, 7);"
            + "update mt_streams set version = 1 where id = '{1}'");
        Assert.Equal(BreakKind.CheckpointNotExtended, (await FirstAsync(replica)).Kind);

        Directory.Delete(replica.CheckpointFolder, recursive: true);
        Assert.True((await replica.VerifyAsync()).Intact);
        Assert.Contains(
            (await replica.VerifyAsync(held)).Breaks, b => b.Kind == BreakKind.CheckpointNotExtended);
    }

    [Fact]
    public async Task checkpoints_with_their_signatures_swapped_are_named()
    {
        await using var replica = await SignedAsync();
        var files = Directory.GetFiles(replica.CheckpointFolder).Order().ToArray();
        Assert.Equal(2, files.Length);
        var (one, other) = (await File.ReadAllTextAsync(files[0]), await File.ReadAllTextAsync(files[1]));
        static string With(string note, string signature) => note[..note.IndexOf('\u2014')] + signature[signature.IndexOf('\u2014')..];
        Overwrite(files[0], With(one, other));
        Overwrite(files[1], With(other, one));
        var report = await replica.VerifyAsync();
        Assert.Equal([BreakKind.CheckpointUnsigned, BreakKind.CheckpointUnsigned], report.Breaks.Select(b => b.Kind));
        await Assert.ThrowsAsync<CheckpointException>(() => replica.Get<Checkpoints>().SignNowAsync());
    }

    [Fact]
    public async Task an_old_checkpoint_replayed_as_the_latest_is_named()
    {
        await using var replica = await SignedAsync();
        var files = Directory.GetFiles(replica.CheckpointFolder).Order().ToArray();
        var (old, latest) = (await File.ReadAllTextAsync(files[0]), await File.ReadAllTextAsync(files[1]));
        Overwrite(files[1], old);
        Assert.Equal(BreakKind.CheckpointReplayed, (await FirstAsync(replica)).Kind);

        File.Delete(files[1]);
        Assert.Equal(
            [BreakKind.CheckpointReplayed], (await replica.VerifyAsync(latest)).Breaks.Select(b => b.Kind));
    }

    [Fact]
    public async Task a_database_restored_from_an_older_dump_does_not_extend_the_last_checkpoint()
    {
        var dump = Path.Combine(Server.Evidence, $"{Guid.NewGuid():N}.dump");
        string superuser, database, held;
        await using (var live = await SignedAsync())
        {
            superuser = live.SuperuserString;
            database = new NpgsqlConnectionStringBuilder(superuser).Database!;
            await Programs.RunAsync("pg_dump", superuser, "--format=custom", $"--file={dump}", database);
            await live.Store.Write(Meter, A, Cause(), Read(1));
            held = await live.Get<Checkpoints>().SignNowAsync();
            Assert.True((await live.VerifyAsync(held)).Intact);
        }

        await MaintainAsync(superuser, $"drop database {database} with (force)");
        await MaintainAsync(superuser, $"create database {database} template template0");
        await Programs.RunAsync("pg_restore", superuser, "--exit-on-error", $"--dbname={database}", dump);
        await using var restored = await Replica.StartAsync(superuser, Module());
        Assert.Equal((BreakKind.CheckpointNotExtended, -1), await FirstAsync(restored));
        Assert.Equal(
            CheckpointFault.NotExtended,
            (await Assert.ThrowsAsync<CheckpointException>(() => restored.Get<Checkpoints>().SignNowAsync())).Fault);

        // Going on from the older state does not heal it.
        await restored.Store.Write(Meter, A, Cause(), Read(2));
        await SealingTests.SealedAsync(restored, 7);
        Assert.Equal(BreakKind.CheckpointNotExtended, (await FirstAsync(restored)).Kind);

        // The restored copy itself is whole: without what lies outside, nothing tells.
        Directory.Delete(restored.CheckpointFolder, recursive: true);
        Assert.True((await restored.VerifyAsync()).Intact);
        Assert.Contains((await restored.VerifyAsync(held)).Breaks, b => b.Kind == BreakKind.CheckpointNotExtended);
    }

    [Fact]
    public async Task an_event_without_a_hash_counts_only_by_an_accept_list_that_the_county_signed()
    {
        await using var replica = await SignedAsync();
        await InsertAsync(replica, 8, """{"actor": "person-1"}""");
        await SealingTests.SealedAsync(replica, 7);
        using var county = new CheckpointKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var found = new List<AcceptedEvent>();
        Task<VerificationReport> VerifyAsync(CheckpointKey? key)
        {
            var outside = replica.Get<Checkpoints>().Outside([]) with { AcceptKey = key };
            return new Verification(replica.Database.Reader, outside) { Unaccepted = found.Add }.RunAsync();
        }

        Assert.Equal((BreakKind.Unchained, 8), First(await VerifyAsync(county)));
        var unknown = Assert.Single(found);
        Assert.Equal((8L, "meter_read", A, 4L, Township), (unknown.Sequence, unknown.Type, unknown.Stream, unknown.Version, unknown.Tenant));

        string List(IEnumerable<AcceptedEvent> events, CheckpointKey key, string origin = "330225/metering") =>
            AcceptList.Sign(origin, DateTimeOffset.UnixEpoch, events, key);
        async Task<VerificationReport> WithAsync(string note, CheckpointKey? key)
        {
            var file = replica.Get<Checkpoints>().Folder!.AddAcceptList(DateTimeOffset.UnixEpoch, note);
            var report = await VerifyAsync(key);
            File.Delete(file);
            return report;
        }

        var accepted = await WithAsync(List([unknown], county), county);
        Assert.Equal((true, 1), (accepted.Intact, accepted.Accepted));

        using var services = new CheckpointKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var forged = List([unknown], county).Replace(unknown.Hash, Chain.Beginning, StringComparison.Ordinal);
        foreach (var (note, key) in new (string, CheckpointKey?)[]
        {
            (List([unknown], services), county), (forged, county), (List([unknown], county), null),
            (List([unknown], county, "330225/other"), county), ("nothing", county),
        })
        {
            Assert.Equal(
                [BreakKind.Unchained, BreakKind.AcceptListUnsigned], (await WithAsync(note, key)).Breaks.Select(b => b.Kind));
        }

        Assert.Equal((BreakKind.Altered, 8), First(await WithAsync(List([unknown with { Hash = Chain.Beginning }], county), county)));
        Assert.Equal((BreakKind.Unchained, 8), First(await WithAsync(List([unknown with { Version = 3 }], county), county)));

        // Changed after it was accepted, and gone after it was accepted.
        await TamperAsync(replica, "update mt_events set data = '{\"value\": 2}' where seq_id = 8");
        Assert.Equal((BreakKind.Altered, 8), First(await WithAsync(List([unknown], county), county)));
        await TamperAsync(
            replica, "delete from mt_events where seq_id = 8; delete from ls_hash_leaf where seq_id = 8;"
            + "update mt_streams set version = 3 where id = '{0}'");
        Assert.Equal(
            (BreakKind.Removed, 4L), (await WithAsync(List([unknown], county), county)).Breaks.Select(b => (b.Kind, b.Version!.Value)).Single());
    }

    [Fact]
    public async Task a_longer_log_than_is_read_at_once_is_walked_whole()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        for (var i = 0; i < 5; i++)
        {
            await replica.Store.Write(Meter, meter, Cause(), _ => [.. Enumerable.Range(0, 1000).Select(n => new MeterRead(n))]);
        }

        await replica.Get<Checkpoints>().SignNowAsync();
        var progress = new List<VerificationProgress>();
        var report = await new Verification(replica.Database.Reader, replica.Get<Checkpoints>().Outside([])).RunAsync(new Kept(progress.Add));
        Assert.Equal((true, 5001, 5001), (report.Intact, report.Events, report.Sealed));
        Assert.True(progress.Count > 1 && progress[^1] is { Events: 5001, Position: 5001, End: 5001, Rate: > 0 });

        await TamperAsync(replica, "update mt_events set data = '{\"value\": -1}' where seq_id = 4321");
        Assert.Equal((BreakKind.Altered, 4321), await FirstAsync(replica));
        await TamperAsync(replica, "delete from mt_events where seq_id > 200 and seq_id < 4000");
        var cut = await replica.VerifyAsync();
        Assert.Equal((BreakKind.Removed, 201L, 100), (cut.Breaks[0].Kind, cut.Breaks[0].Sequence, cut.Breaks.Count));
    }

    [Fact]
    public async Task every_replica_answers_the_same_about_a_verification_and_one_runs_at_a_time()
    {
        await using var one = await SignedAsync();
        await using var other = await one.AnotherAsync();
        Assert.Equal(new(false, null, null, null, false), await other.Get<VerificationRun>().StateAsync(default));
        await one.RunAsync(
            """insert into ls_verification values (true, gen_random_uuid(), '{"running": true, "failed": false}', clock_timestamp())""");
        Assert.Null(await other.Get<VerificationRun>().StartAsync([], default));

        // Its replica died.
        await one.RunAsync("update ls_verification set heard_at = heard_at - interval '31 seconds'");
        Assert.True(await one.Get<VerificationRun>().StateAsync(default) is { Running: false, Failed: true });
        Assert.True(await other.Get<VerificationRun>().StartAsync([], default) is { Running: true });
        await Eventually.Holds(
            async () => await one.Get<VerificationRun>().StateAsync(default) is { Running: false }, "the verification ended");
        var state = await one.Get<VerificationRun>().StateAsync(default);
        Assert.True(state is { Failed: false, Report: { Intact: true, Events: 6, Checkpoints: 2 } });
        Assert.Equal(state.Report!.Events, (await other.Get<VerificationRun>().StateAsync(default)).Report!.Events);
    }

    private async Task FirstBreakAsync(BreakKind kind, long sequence, string change)
    {
        await using var replica = await SignedAsync();
        await TamperAsync(replica, "set session_replication_role = replica;" + change);
        Assert.Equal((kind, sequence), await FirstAsync(replica));
    }

    private async Task<Replica> SignedAsync()
    {
        var replica = await Replica.StartAsync(server);
        foreach (var meter in new[] { A, B })
        {
            await replica.Store.Write(Meter, meter, Cause(), Install);
            await replica.Store.Write(Meter, meter, Cause(), Read(5));
            await replica.Store.Write(Meter, meter, Cause(), Read(7));
            await replica.Get<Checkpoints>().SignNowAsync();
            if (meter == A)
            {
                await replica.ScalarAsync<long>($"select nextval('mt_events_sequence')");
            }
        }

        return replica;
    }

    private static async Task<(BreakKind Kind, long Sequence)> FirstAsync(Replica replica)
    {
        var report = await replica.VerifyAsync();
        Assert.False(report.Intact);
        return First(report);
    }

    private static (BreakKind Kind, long Sequence) First(VerificationReport report) =>
        (report.Breaks[0].Kind, report.Breaks[0].Sequence ?? -1);

    /// <summary>As a superuser does it who knows the triggers.</summary>
    private static Task TamperAsync(Replica replica, string change) => replica.RunAsync(
        "alter table mt_events disable trigger ls_no_change; alter table ls_hash_leaf disable trigger ls_no_change;"
        + change.Replace("{0}", A.ToString(), StringComparison.Ordinal).Replace("{1}", B.ToString(), StringComparison.Ordinal)
        + "; alter table mt_events enable always trigger ls_no_change; alter table ls_hash_leaf enable always trigger ls_no_change");

    private static Task InsertAsync(Replica replica, long sequence, string headers) => TamperAsync(
        replica,
        $$"""
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, headers)
        values ({{sequence}}, gen_random_uuid(), '{0}', 4, '{"value": 1}', 'meter_read', now(), '{{Township}}', '{{headers}}');
        update mt_streams set version = 4 where id = '{0}'
        """);

    /// <summary>Gives every event of a stream the hash it should have.</summary>
    private static async Task RehashAsync(Replica replica, Guid stream)
    {
        var previous = Chain.Beginning;
        foreach (var (sequence, e) in await RowsAsync(replica, stream))
        {
            previous = Chain.Hash(e, previous);
            await TamperAsync(replica, $"update mt_events set headers = headers || '{{\"hash\": \"{previous}\"}}' where seq_id = {sequence}");
        }
    }

    /// <summary>Builds the tree anew from what stands in the log now.</summary>
    private static async Task ResealAsync(Replica replica)
    {
        var tree = new GrowingTree();
        var leaves = new List<string>();
        foreach (var (sequence, hash) in (await replica.ScalarAsync<string[]>(
            $"select array_agg(seq_id || ' ' || (headers ->> 'hash') order by seq_id) from mt_events")).Select(r => (long.Parse(r.Split(' ')[0], null), r.Split(' ')[1])))
        {
            var leaf = tree.Size;
            var nodes = tree.Add(MerkleTree.Leaf(sequence, hash));
            leaves.Add($"({leaf}, {sequence}, '\\x{Convert.ToHexStringLower(nodes)}')");
        }

        await TamperAsync(replica, $"delete from ls_hash_leaf; insert into ls_hash_leaf (leaf, seq_id, nodes) values {string.Join(',', leaves)}");
    }

    private static async Task<IReadOnlyList<(long Sequence, ChainedEvent Event)>> RowsAsync(Replica replica, Guid stream)
    {
        await using var connection = await replica.SuperuserAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select seq_id, tenant_id, stream_id, id, version, type, mt_dotnet_type, timestamp, correlation_id, causation_id, headers,
                   data
              from mt_events where stream_id = {stream} order by version
            """);
        await using var row = await batch.ExecuteReaderAsync();
        var rows = new List<(long, ChainedEvent)>();
        while (await row.ReadAsync())
        {
            rows.Add((row.GetInt64(0), new(
                row.Text(1), row.GetGuid(2), row.GetGuid(3), row.GetInt64(4), row.GetString(5), row.Text(6),
                Chain.Time(row.GetFieldValue<DateTimeOffset>(7)), row.Text(8), row.Text(9), row.Text(10), row.GetString(11))));
        }

        return rows;
    }

    private static async Task MaintainAsync(string superuser, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(superuser) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await connection.Run(sql, default);
    }

    private sealed class Kept(Action<VerificationProgress> keep) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => keep(value);
    }

    private static void Overwrite(string file, string note)
    {
        File.Delete(file);
        File.WriteAllText(file, note);
    }
}
