using Npgsql;
using NpgsqlTypes;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

/// <summary>Our append function in the place of Marten's.</summary>
[Collection(nameof(Server))]
public sealed class AppendFunctionTests(Server server)
{
    [Fact]
    public async Task it_founds_a_stream_and_goes_on_from_its_version_without_an_expected_one()
    {
        await using var replica = await Replica.StartAsync(server);
        var stream = Guid.CreateVersion7();
        Assert.Equal([2L, 1, 2], await AppendAsync(replica, stream, 2));
        Assert.Equal([3L, 3], await AppendAsync(replica, stream, 1));
        Assert.Equal([4L, 4], await AppendAsync(replica, stream, 1, expected: 3));
        var events = await replica.Store.Read(stream, Township);
        Assert.Equal([1L, 2, 3, 4], events.Select(e => e.Version));
        Assert.Equal(("meter", 4L, 1), await replica.RowAsync(
            $"select type, version, (created < timestamp)::int from mt_streams", r => (r.GetString(0), r.GetInt64(1), r.GetInt32(2))));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    public async Task a_wrong_expected_version_is_MT003(int stored, long expected)
    {
        await using var replica = await Replica.StartAsync(server);
        var stream = Guid.CreateVersion7();
        if (stored > 0)
        {
            await AppendAsync(replica, stream, stored);
        }

        foreach (var count in new[] { 1, 0 })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => AppendAsync(replica, stream, count, expected));
            Assert.Equal("MT003", refused.SqlState);
        }

        Assert.Equal(stored, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
        Assert.Equal(stored > 0 ? 1 : 0, await replica.ScalarAsync<long>($"select count(*) from mt_streams"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1L)]
    public async Task an_archived_stream_is_MT001_and_its_events_stay_as_they_were(long? expected)
    {
        await using var replica = await Replica.StartAsync(server);
        var stream = Guid.CreateVersion7();
        await AppendAsync(replica, stream, 1);
        await replica.Store.Once(Cause(inbox: Key()), b => b.Add($"select mt_archive_stream({stream}, {Township})"));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => AppendAsync(replica, stream, 1, expected));
        Assert.Equal("MT001", refused.SqlState);
        Assert.False(await replica.ScalarAsync<bool>($"select is_archived from mt_events"));

        var written = await Assert.ThrowsAsync<PostgresException>(() => replica.Store.Write(Meter, stream, Cause(), Read(1)));
        Assert.Equal("MT001", written.SqlState);
    }

    [Fact]
    public async Task for_no_events_it_answers_the_current_version_and_writes_nothing()
    {
        await using var replica = await Replica.StartAsync(server);
        var stream = Guid.CreateVersion7();
        Assert.Equal([0L], await AppendAsync(replica, stream, 0));
        Assert.Equal([0L], await AppendAsync(replica, stream, 0, expected: 0));
        Assert.Equal(0, await replica.ScalarAsync<long>($"select count(*) from mt_streams"));
        await AppendAsync(replica, stream, 2);
        Assert.Equal([2L], await AppendAsync(replica, stream, 0));
        Assert.Equal([2L], await AppendAsync(replica, stream, 0, expected: 2));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(1, 0L)]
    [InlineData(2, 0L)]
    public async Task its_transaction_has_an_id_before_any_number_is_drawn(int count, long? expected)
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.RunAsync(
            """
            create function require_id() returns trigger language plpgsql as $$
            begin
                if pg_current_xact_id_if_assigned() is null then
                    raise exception 'no id';
                end if;
                return null;
            end $$;
            create trigger a_before_all_others before insert on mt_events for each statement execute function require_id();
            """);
        var stream = Guid.CreateVersion7();
        await AppendAsync(replica, stream, count, expected);
        await AppendAsync(replica, stream, count, expected is null ? null : count);
        Assert.Equal(2 * count, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
    }

    [Fact]
    public async Task progression_functions_do_what_martens_do()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var reader = await replica.Database.Reader.OpenConnectionAsync();
        Assert.Equal(5, await reader.Scalar<long>($"select mt_mark_progression_with_skip('HighWaterMark', 5, 0)", default));
        Assert.Equal(5, await reader.Scalar<long>($"select mt_mark_progression_with_skip('HighWaterMark', 9, 3)", default));
        Assert.Equal(9, await reader.Scalar<long>($"select mt_mark_progression_with_skip('HighWaterMark', 9, 5)", default));
        await reader.Run("select mt_mark_event_progression('mine', 4)", default);
        Assert.Equal(
            ["HighWaterMark 9", "mine 4"],
            await replica.ScalarAsync<string[]>($"select array_agg(name || ' ' || last_seq_id order by name) from mt_event_progression"));
    }

    /// <summary>Thirteen typed parameters, an expected version that is null, and nulls inside the arrays.</summary>
    [Fact]
    public async Task it_is_called_as_marten_calls_it()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var app = await replica.Database.App.OpenConnectionAsync();
        var stream = Guid.CreateVersion7();
        static NpgsqlParameter Of(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
        foreach (var first in new[] { 1L, 3 })
        {
            await using var batch = new NpgsqlBatch(app);
            batch.Township(Township);
            batch.BatchCommands.Add(new("select mt_quick_append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
            {
                Parameters =
                {
                    Of(stream, NpgsqlDbType.Uuid), Of("meter", NpgsqlDbType.Varchar), Of(Township, NpgsqlDbType.Varchar),
                    Of(new[] { Guid.CreateVersion7(), Guid.CreateVersion7() }, NpgsqlDbType.Array | NpgsqlDbType.Uuid),
                    Of(new[] { "meter_installed", "meter_read" }, NpgsqlDbType.Array | NpgsqlDbType.Varchar),
                    Of(new[] { "A, A", "B, B" }, NpgsqlDbType.Array | NpgsqlDbType.Varchar),
                    Of(new[] { """{"place": "石浦镇", "phase": "OnePhase"}""", """{"value": 1}""" }, NpgsqlDbType.Array | NpgsqlDbType.Jsonb),
                    Of(new byte[]?[] { null, null }, NpgsqlDbType.Array | NpgsqlDbType.Bytea),
                    Of(new string?[] { null, "cause" }, NpgsqlDbType.Array | NpgsqlDbType.Varchar),
                    Of(new string?[] { "case", null }, NpgsqlDbType.Array | NpgsqlDbType.Varchar),
                    Of(new string?[] { "null", null }, NpgsqlDbType.Array | NpgsqlDbType.Jsonb),
                    Of(new DateTime?[] { DateTime.UtcNow, null }, NpgsqlDbType.Array | NpgsqlDbType.TimestampTz),
                    Of(null, NpgsqlDbType.Bigint),
                },
            });
            await using var reader = await batch.ExecuteReaderAsync();
            await reader.NextResultAsync();
            await reader.ReadAsync();
            Assert.Equal([first + 1, first, first + 1], reader.GetFieldValue<long[]>(0));
        }

        var events = await replica.Store.Read(stream, Township);
        Assert.Equal([(null, "case"), ("cause", null), (null, "case"), ("cause", null)], events.Select(e => (e.Causation, e.Correlation)));
        Assert.Equal(OutcomeKind.Appended, (await replica.Store.Write(Meter, stream, Cause(), Read(5))).Kind);
    }

    /// <summary>Marten's StartStream: both rows by plain INSERT, the number from the sequence.</summary>
    [Fact]
    public async Task a_stream_started_by_plain_inserts_is_read_gone_on_with_and_sealed()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var app = await replica.Database.App.OpenConnectionAsync();
        var (stream, body) = (Guid.CreateVersion7(), """{"place": "石浦镇", "phase": "OnePhase"}""");
        await using (var batch = new NpgsqlBatch(app))
        {
            batch.Township(Township);
            batch.Add($"insert into mt_streams (id, type, version, tenant_id) values ({stream}, 'meter', 1, {Township})");
            batch.Add(
                $"""
                insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, is_archived)
                values (nextval('mt_events_sequence'), {Guid.CreateVersion7()}, {stream}, 1, {body}::jsonb, 'meter_installed', now(),
                        {Township}, 'A, A', false)
                """);
            await batch.ExecuteNonQueryAsync();
        }

        Assert.Equal(OutcomeKind.Appended, (await replica.Store.Write(Meter, stream, Cause(), Read(5))).Kind);
        Assert.Equal(5, (await replica.Store.Load(Meter, stream, Township))!.State.Sum);
        await SealingTests.SealedAsync(replica, 2);
        Assert.Equal([(BreakKind.Unchained, 1L)], (await replica.VerifyAsync()).Breaks.Select(b => (b.Kind, b.Sequence!.Value)));
    }

    private static async Task<List<long>> AppendAsync(Replica replica, Guid stream, int count, long? expected = null)
    {
        await using var connection = await replica.Database.App.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray();
        string[] Each(string value) => [.. Enumerable.Repeat(value, count)];
        var at = Enumerable.Repeat(DateTimeOffset.UtcNow, count).ToArray();
        batch.Township(Township);
        batch.Add(
            $"""
            select mt_quick_append_events(
                {stream}, 'meter', {Township}, {ids}, {Each("meter_installed")}::varchar[], {Each("x")}::varchar[],
                {Each("""{"place": "石浦镇", "phase": "OnePhase"}""")}::jsonb[], array_fill(null::bytea, array[{count}]), {Each("c")}::varchar[], {Each("c")}::varchar[],
                {Each("null")}::jsonb[], {at}, {expected}::bigint)
            """);
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return [.. reader.GetFieldValue<long[]>(0)];
    }
}
