using System.Security.Cryptography;
using System.Text;
using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class ChainTests(Server server)
{
    [Fact]
    public void the_hash_is_of_these_very_bytes()
    {
        var e = new ChainedEvent(
            "330225100", Guid.Parse("01980000-0000-7000-8000-000000000001"), Guid.Parse("01980000-0000-7000-8000-00000000000a"), 2,
            "meter_read", "A.MeterRead, A", Chain.Time(new(2026, 3, 1, 8, 0, 0, TimeSpan.FromHours(8))), "case-1", null,
            """{"role": "Deputy", "hash": "left out", "actor": "person-1"}""", """{"value": 7.0, "at": "石浦镇"}""");
        var previous = new string('a', 64);
        var bytes = "{\"at\":\"2026-03-01T00:00:00.000000Z\",\"causation\":null,\"correlation\":\"case-1\","
            + "\"data\":{\"at\":\"石浦镇\",\"value\":7},\"dotnetType\":\"A.MeterRead, A\","
            + "\"headers\":{\"actor\":\"person-1\",\"role\":\"Deputy\"},\"id\":\"01980000-0000-7000-8000-00000000000a\","
            + $"\"prev\":\"{previous}\",\"stream\":\"01980000-0000-7000-8000-000000000001\",\"tenant\":\"330225100\","
            + "\"type\":\"meter_read\",\"v\":1,\"version\":2}";
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(bytes))), Chain.Hash(e, previous));
        Assert.Equal(bytes, Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(bytes))));
    }

    [Fact]
    public async Task what_is_read_back_gives_the_same_hashes_one_linked_to_the_other()
    {
        await using var replica = await OddReplicaAsync();
        var stream = Guid.CreateVersion7();
        object[] odd =
        [
            new Odd(0.1 + 0.2, 1.10m, 1e300, long.MaxValue >> 11, -0.0, "石浦镇 \"引号\" \\ / \u0001\u001f\u007f\r\n\t 😀 <b>&amp;</b>"),
            new Odd(double.Epsilon, 0.000000001m, double.MaxValue, -1, 1e-7, ""),
            new Odd(1e21, 12345678.9000m, 123456789012345680000d, 0, 5, "\u2028\ufeffe\u0301"),
        ];
        var written = await replica.Store.Write(
            OddType, stream, Cause(), _ => Decision.Of<object>(odd), alongside: null);
        Assert.Equal(OutcomeKind.Appended, written.Kind);
        await replica.Store.Write(OddType, stream, Cause() with { By = new(null, null, null, null), Causation = null }, _ => [odd[0]]);

        var rows = await RowsAsync(replica, stream);
        Assert.Equal(4, rows.Count);
        var previous = Chain.Beginning;
        foreach (var (e, hash) in rows)
        {
            Assert.Equal(previous = Chain.Hash(e, previous), hash);
        }
    }

    [Fact]
    public async Task the_event_after_one_that_marten_wrote_links_to_that_rows_recomputed_hash()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = Guid.CreateVersion7();
        await using (var app = await replica.Database.App.OpenConnectionAsync())
        {
            await SlowWriter.AppendAsync(app, meter, "meter_installed");
        }

        await replica.Store.Write(Meter, meter, Cause(), Read(1));
        var rows = await RowsAsync(replica, meter);
        Assert.Null(rows[0].Hash);
        var recomputed = Chain.HashOfUnchained(rows[0].Event, Chain.Beginning);
        Assert.Equal(Chain.Hash(rows[1].Event, recomputed), rows[1].Hash);
    }

    [Fact]
    public async Task what_would_not_be_read_back_is_not_stored()
    {
        await using var replica = await OddReplicaAsync();
        var stream = Guid.CreateVersion7();
        var fits = new Odd(0, 1, 1, 1, 1, "");
        foreach (var odd in new[]
        {
            fits with { Text = "half a character: \ud83d" }, fits with { Text = "\ude00\ud83d" }, fits with { Text = "nothing: \0" },
            fits with { D = long.MaxValue }, fits with { B = 0.12345678901234567890m },
        })
        {
            var outcome = await replica.Store.Write(OddType, stream, Cause(inbox: Key()), _ => [fits, odd]);
            Assert.Equal(OutcomeKind.NotStorable, outcome.Kind);
        }

        Assert.Equal(0, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
        Assert.Equal(0, await replica.ScalarAsync<long>($"select count(*) from ls_inbox"));
    }

    private static async Task<IReadOnlyList<(ChainedEvent Event, string? Hash)>> RowsAsync(Replica replica, Guid stream)
    {
        await using var connection = await replica.SuperuserAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select tenant_id, stream_id, id, version, type, mt_dotnet_type, timestamp, correlation_id, causation_id, headers::text,
                   data::text, headers ->> 'hash'
              from mt_events where stream_id = {stream} order by version
            """);
        await using var row = await batch.ExecuteReaderAsync();
        var rows = new List<(ChainedEvent, string?)>();
        while (await row.ReadAsync())
        {
            rows.Add((
                new(row.Text(0), row.GetGuid(1), row.GetGuid(2), row.GetInt64(3), row.GetString(4), row.Text(5),
                    Chain.Time(row.GetFieldValue<DateTimeOffset>(6)), row.Text(7), row.Text(8), row.Text(9), row.GetString(10)),
                row.Text(11)));
        }

        return rows;
    }

    private Task<Replica> OddReplicaAsync() => Replica.StartAsync(
        server.SuperuserString($"m{Guid.NewGuid():N}"),
        new StoreModule("odd", [EventType.Of<Odd>()], [], [], []));

    private static StreamType<string, object> OddType { get; } = new("odd", (state, _) => state + "+");

    private sealed record Odd(double A, decimal B, double C, long D, double E, string Text);
}
