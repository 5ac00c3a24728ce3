using System.Diagnostics;
using LiaisonStation.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LiaisonStation.Bench;

internal static class Verifying
{
    private const string Scan =
        """
        select seq_id, tenant_id, stream_id, id, version, type, mt_dotnet_type, timestamp, correlation_id, causation_id, headers, data
          from mt_events order by seq_id
        """;

    /// <summary>B7: the whole verification of a sealed log, with chains, tree, a checkpoint and the streams' ends.</summary>
    public static async Task VerifyAsync(Rounds rounds, Store store, int events)
    {
        await WriteAsync(store, events);
        var tree = new HashTree(store.Database);
        using var log = new LogReader(store.Database, County.Module([]));
        using var sealer = new Sealer(store.Database, log, tree, NullLogger<Sealer>.Instance);
        await sealer.StartAsync(CancellationToken.None);
        for (var watch = Stopwatch.StartNew(); (await tree.SizeAsync()).Size < events;)
        {
            if (watch.Elapsed > TimeSpan.FromMinutes(10))
            {
                throw new InvalidOperationException($"The log is not sealed: {sealer.Trouble}.");
            }

            await Task.Delay(50);
        }

        await sealer.StopAsync(CancellationToken.None);
        using var key = new CheckpointKey(System.Security.Cryptography.ECDsa.Create());
        var note = new Checkpoint("330225/bench", events, await tree.RootAsync(events), DateTimeOffset.UnixEpoch).Sign(key);
        await using var superuser = await store.SuperuserAsync();
        await Store.RowsAsync(superuser, "vacuum analyze", _ => 0);
        await rounds.CompareAsync(
            "B7", "an ordered scan of the same events, every column read that the hash covers", "events/s",
            async () =>
            {
                var watch = Stopwatch.StartNew();
                var report = await new Verification(store.Database.Reader, new("330225/bench", key, null, [note], null)).RunAsync();
                return report is { Intact: true, Checkpoints: 1 } && report.Events == events
                    ? report.Events / watch.Elapsed.TotalSeconds
                    : throw new InvalidOperationException($"{report}: {(report.Intact ? null : report.Breaks[0])}");
            },
            async () =>
            {
                var watch = Stopwatch.StartNew();
                return await ScanAsync(store) / watch.Elapsed.TotalSeconds;
            });
    }

    /// <summary>Streams of five, hashed as the store does; by COPY, since it is not the writing that is measured.</summary>
    private static async Task WriteAsync(Store store, int events)
    {
        var county = new County(7);
        var at = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        await using var superuser = await store.SuperuserAsync();
        for (var written = 0; written < events; written += 5000)
        {
            var streams = Enumerable.Range(0, Math.Min(5000, events - written) / 5).Select(_ => (Id: Guid.CreateVersion7(), Tenant: county.Township())).ToArray();
            await using (var copy = await superuser.BeginBinaryImportAsync("copy mt_streams (tenant_id, id, type, version) from stdin (format binary)"))
            {
                foreach (var (id, tenant) in streams)
                {
                    await copy.WriteRowAsync(default, tenant, id, "appeal", 5L);
                }

                await copy.CompleteAsync();
            }

            await using (var copy = await superuser.BeginBinaryImportAsync(
                """
                copy mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id,
                    headers) from stdin (format binary)
                """))
            {
                var sequence = (long)written;
                foreach (var (id, tenant) in streams)
                {
                    var previous = Chain.Beginning;
                    for (var version = 1L; version <= 5; version++)
                    {
                        var (type, data) = version == 1
                            ? ("appeal_received", Json(county.Received()))
                            : ("appeal_noted", Json(county.Noted()));
                        var e = new ChainedEvent(
                            tenant, id, Guid.CreateVersion7(), version, type, "LiaisonStation.Bench.Appeal, LiaisonStation.Bench", Chain.Time(at),
                            id.ToString(), "cause-1", """{"actor":"person-17","role":"Deputy","unit":"unit-4"}""", data);
                        previous = Chain.Hash(e, previous);
                        await copy.StartRowAsync();
                        await copy.WriteAsync(++sequence);
                        await copy.WriteAsync(e.Id);
                        await copy.WriteAsync(id);
                        await copy.WriteAsync(version);
                        await copy.WriteAsync(data, NpgsqlTypes.NpgsqlDbType.Jsonb);
                        await copy.WriteAsync(type);
                        await copy.WriteAsync(at);
                        await copy.WriteAsync(tenant);
                        await copy.WriteAsync(e.DotnetType!);
                        await copy.WriteAsync(e.Correlation!);
                        await copy.WriteAsync(e.Causation!);
                        await copy.WriteAsync($$"""{"actor":"person-17","role":"Deputy","unit":"unit-4","hash":"{{previous}}"}""", NpgsqlTypes.NpgsqlDbType.Jsonb);
                    }
                }

                await copy.CompleteAsync();
            }
        }
    }

    private static async Task<long> ScanAsync(Store store)
    {
        await using var session = await store.Database.Reader.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Scan, session) { CommandTimeout = 600 };
        await using var row = await command.ExecuteReaderAsync();
        var (count, bytes) = (0L, 0L);
        while (await row.ReadAsync())
        {
            bytes += row.GetInt64(0) + row.GetString(1).Length + row.GetGuid(2).Version + row.GetGuid(3).Version + row.GetInt64(4)
                + row.GetString(5).Length + row.GetString(6).Length + row.GetFieldValue<DateTimeOffset>(7).Year + row.GetString(8).Length
                + row.GetString(9).Length + row.GetFieldValue<byte[]>(10).Length + row.GetFieldValue<byte[]>(11).Length;
            count++;
        }

        return bytes > 0 ? count : 0;
    }

    private static string Json(object e) => System.Text.Json.JsonSerializer.Serialize(e, System.Text.Json.JsonSerializerOptions.Web);
}
