using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace LiaisonStation.Bench;

/// <summary>
/// What the store is measured against: one open session of the same role, statements prepared by hand, parameters typed once and
/// reused, no hash, no headers to compute, no pool.
/// </summary>
internal sealed class Plain : IAsyncDisposable
{
    private const string Headers =
        """
        {"actor":"person-17","role":"Deputy","unit":"unit-4","hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
        """;

    private const string Tenant = "select set_config('app.tenant', $1, true)";

    private const string NewStream =
        "insert into mt_streams (tenant_id, id, type, version, timestamp, created) values ($1, $2, 'appeal', 1, $3, $3)";

    private const string NextVersion =
        "update mt_streams set version = version + 1, timestamp = $3 where tenant_id = $1 and id = $2 and version = $4";

    private const string Event =
        """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id,
                               causation_id, headers)
        values (nextval('mt_events_sequence'), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    private const string Select =
        """
        select seq_id, id, stream_id, version, tenant_id, type, data, timestamp, correlation_id, causation_id, headers
          from mt_events where tenant_id = $1 and stream_id = $2 order by seq_id
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly NpgsqlConnection _session;
    private readonly NpgsqlBatch _found;
    private readonly NpgsqlBatch _append;
    private readonly NpgsqlBatch _load;

    private Plain(NpgsqlConnection session)
    {
        _session = session;
        _found = new(session) { BatchCommands = { Of(Tenant, T()), Of(NewStream, T(), G(), At()), EventCommand() } };
        _append = new(session) { BatchCommands = { Of(Tenant, T()), Of(NextVersion, T(), G(), At(), V()), EventCommand() } };
        _load = new(session) { BatchCommands = { Of(Tenant, T()), Of(Select, T(), G()) } };
    }

    public static async Task<Plain> OpenAsync(Store store)
    {
        var plain = new Plain(await store.Database.App.OpenConnectionAsync());
        await plain._found.PrepareAsync();
        await plain._append.PrepareAsync();
        await plain._load.PrepareAsync();
        return plain;
    }

    public static string Write(object e) => JsonSerializer.Serialize(e, e.GetType(), Json);

    /// <summary>The rows of a stream's first event, in one commit.</summary>
    public async Task FoundAsync(string tenant, Guid stream, string data)
    {
        var now = DateTimeOffset.UtcNow;
        Set(_found.BatchCommands[0], tenant);
        Set(_found.BatchCommands[1], tenant, stream, now);
        SetEvent(_found.BatchCommands[2], tenant, stream, 1, data, "appeal_received", "AppealReceived", now);
        await _found.ExecuteNonQueryAsync();
    }

    /// <summary>The rows of a stream's next event, in one commit.</summary>
    public async Task AppendAsync(string tenant, Guid stream, long version, string data)
    {
        var now = DateTimeOffset.UtcNow;
        Set(_append.BatchCommands[0], tenant);
        Set(_append.BatchCommands[1], tenant, stream, now, version);
        SetEvent(_append.BatchCommands[2], tenant, stream, version + 1, data, "appeal_noted", "AppealNoted", now);
        await _append.ExecuteNonQueryAsync();
    }

    /// <summary>Reads a stream's rows and deserialises their data; answers with the version.</summary>
    public async Task<long> LoadAsync(string tenant, Guid stream)
    {
        Set(_load.BatchCommands[0], tenant);
        Set(_load.BatchCommands[1], tenant, stream);
        await using var reader = await _load.ExecuteReaderAsync();
        await reader.NextResultAsync();
        return (await ReadAsync(reader)).Version;
    }

    /// <summary>All events in order, deserialised.</summary>
    public static async Task<long> ScanAsync(Store store)
    {
        await using var session = await store.Database.Reader.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            """
            select seq_id, id, stream_id, version, tenant_id, type, data, timestamp, correlation_id, causation_id, headers
              from mt_events order by seq_id
            """,
            session)
        { CommandTimeout = 600 };
        await using var reader = await command.ExecuteReaderAsync();
        return (await ReadAsync(reader)).Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _found.DisposeAsync();
        await _append.DisposeAsync();
        await _load.DisposeAsync();
        await _session.DisposeAsync();
    }

    private static async Task<(long Version, long Count)> ReadAsync(NpgsqlDataReader reader)
    {
        var (version, count) = (0L, 0L);
        while (await reader.ReadAsync())
        {
            version = reader.GetInt64(3);
            object? e = reader.GetString(5) == "appeal_received"
                ? JsonSerializer.Deserialize<AppealReceived>(reader.GetString(6), Json)
                : JsonSerializer.Deserialize<AppealNoted>(reader.GetString(6), Json);
            count += e is null ? 0 : 1;
        }

        return (version, count);
    }

    private static NpgsqlBatchCommand EventCommand() => Of(
        Event, G(), G(), V(), J(), T(), At(), T(), T(), T(), T(), J());

    private static NpgsqlBatchCommand Of(string sql, params NpgsqlParameter[] parameters)
    {
#pragma warning disable CA2100 // Fixed texts; values are parameters.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter<string> T() => new() { NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<string> J() => new() { NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static NpgsqlParameter<Guid> G() => new() { NpgsqlDbType = NpgsqlDbType.Uuid };

    private static NpgsqlParameter<long> V() => new() { NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter<DateTimeOffset> At() => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static void SetEvent(
        NpgsqlBatchCommand command, string tenant, Guid stream, long version, string data, string alias, string type,
        DateTimeOffset now)
    {
        Put(command, 0, Guid.CreateVersion7(now));
        Put(command, 1, stream);
        Put(command, 2, version);
        Put(command, 3, data);
        Put(command, 4, alias);
        Put(command, 5, now);
        Put(command, 6, tenant);
        Put(command, 7, $"LiaisonStation.Bench.{type}, LiaisonStation.Bench");
        Put(command, 8, stream.ToString());
        Put(command, 9, "cause-1");
        Put(command, 10, Headers);
    }

    private static void Set(NpgsqlBatchCommand command, string tenant) => Put(command, 0, tenant);

    private static void Set(NpgsqlBatchCommand command, string tenant, Guid stream)
    {
        Put(command, 0, tenant);
        Put(command, 1, stream);
    }

    private static void Set(NpgsqlBatchCommand command, string tenant, Guid stream, DateTimeOffset now)
    {
        Set(command, tenant, stream);
        Put(command, 2, now);
    }

    private static void Set(NpgsqlBatchCommand command, string tenant, Guid stream, DateTimeOffset now, long version)
    {
        Set(command, tenant, stream, now);
        Put(command, 3, version);
    }

    private static void Put<T>(NpgsqlBatchCommand command, int place, T value) =>
        ((NpgsqlParameter<T>)command.Parameters[place]).TypedValue = value;
}
