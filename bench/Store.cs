using LiaisonStation.EventStore;
using Npgsql;

namespace LiaisonStation.Bench;

/// <summary>An open store on a database of its own, and what is already in it.</summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly Announcer _announcer;

    private Store(string superuser, StoreDatabase database)
    {
        (Superuser, Database) = (superuser, database);
        _announcer = new(database);
        Bare = new(database, County.Module([]), _announcer, TimeProvider.System);
        Whole = new(database, County.Module([County.Worklist]), _announcer, TimeProvider.System);
    }

    public string Superuser { get; }

    public StoreDatabase Database { get; }

    /// <summary>Without projections.</summary>
    public StreamStore Bare { get; }

    /// <summary>With an inline projection.</summary>
    public StreamStore Whole { get; }

    /// <summary>Streams of five events, in the order they were made.</summary>
    public IReadOnlyList<(string Tenant, Guid Id)> Streams { get; set; } = [];

    public (string Tenant, Guid Id) Hot => Streams[0];

    /// <param name="announced">Whether commits are announced; a session of its own does it, and its transactions count too.</param>
    public static async Task<Store> OpenAsync(string superuser, bool announced = true)
    {
        var database = new StoreDatabase(County.Module([]), superuser);
        await database.OpenAsync(CancellationToken.None);
        var store = new Store(superuser, database);
        if (announced)
        {
            await store._announcer.StartAsync(CancellationToken.None);
        }

        return store;
    }

    /// <summary>Fills the log with streams of five events, the first of them with 500 more.</summary>
    public async Task<Store> SeedAsync(int events)
    {
        var county = new County(7);
        var texts = Enumerable.Range(0, 500).Select(_ => county.Text(40, 240)).ToArray();
        await using var connection = await SuperuserAsync();
        const int chunk = 10_000;
        for (var from = 0; from < events / 5; from += chunk)
        {
            await using var batch = new NpgsqlBatch(connection) { Timeout = 600 };
            var until = Math.Min(events / 5, from + chunk);
            batch.Add(
                $"""
                create temporary table if not exists seeded as
                select n, (lpad(to_hex(1735689600000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
                           || substr(md5(n::text), 4, 15))::uuid as id,
                       '330225' || (100 + floor(18 ^ ((('x' || substr(md5('t' || n), 1, 8))::bit(32)::bigint) / 4294967296.0))) as tenant
                  from generate_series(0, {events / 5 - 1}) n
                """);
            batch.Add(
                $"""
                insert into mt_streams (tenant_id, id, type, version, timestamp, created)
                select tenant, id, 'appeal', 5, now(), now() from seeded where n >= {from} and n < {until}
                """);
            batch.Add(
                $"""
                insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type,
                                       correlation_id, causation_id, headers)
                select nextval('mt_events_sequence'), gen_random_uuid(), id, v,
                       case v when 1 then jsonb_build_object('channel', 'hotline-12345', 'title', left(words, 20), 'text', words)
                                     else jsonb_build_object('text', words) end,
                       case v when 1 then 'appeal_received' else 'appeal_noted' end, now(), tenant,
                       'LiaisonStation.Bench.Appeal, LiaisonStation.Bench', id::text, 'cause-1',
                       jsonb_build_object('actor', 'person-17', 'role', 'Deputy', 'unit', 'unit-4',
                                          'hash', md5(n || ' ' || v) || md5(v || ' ' || n))
                  from (select n, id, tenant, v, ({texts})[1 + (n * 5 + v) % {texts.Length}] as words
                          from seeded, generate_series(1, 5) v where n >= {from} and n < {until} order by n, v) e
                """);
            batch.Add(
                $"""
                insert into worklist (tenant_id, appeal, title, open, notes, at)
                select tenant, id, 'appeal ' || n, true, 4, now() - n * interval '1 minute'
                  from seeded where n >= {from} and n < {until} and n % {Math.Max(1, events / 2000)} = 0
                """);
            await batch.ExecuteNonQueryAsync();
        }

        Streams = await RowsAsync(
            connection, "select tenant, id from seeded order by n", r => (r.GetString(0), r.GetGuid(1)));
        var cause = County.Cause(Hot.Tenant);
        for (var i = 0; i < 10; i++)
        {
            await Bare.Write(County.Type, Hot.Id, cause, _ => [.. Enumerable.Range(0, 50).Select(_ => county.Noted())]);
        }

        await using var analyze = new NpgsqlCommand("vacuum analyze", connection) { CommandTimeout = 600 };
        await analyze.ExecuteNonQueryAsync();
        return this;
    }

    public async Task<NpgsqlConnection> SuperuserAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Superuser) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public static async Task<List<T>> RowsAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> row)
    {
#pragma warning disable CA2100 // Fixed texts; no value comes this way.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await _announcer.StopAsync(CancellationToken.None);
        _announcer.Dispose();
        await Database.DisposeAsync();
    }
}
