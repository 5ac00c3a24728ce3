using Npgsql;

namespace LiaisonStation.EventStore.Tests;

/// <summary>A transaction that has appended an event and takes its time.</summary>
public sealed class SlowWriter : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private SlowWriter(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    public static async Task<SlowWriter> StartAsync(Replica replica)
    {
        var connection = await replica.Database.App.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await AppendAsync(connection, Guid.CreateVersion7(), "meter_installed");
        return new(connection, transaction);
    }

    public static async Task AppendAsync(NpgsqlConnection connection, Guid stream, string type)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Township(Meters.Township);
        batch.Add(
            $$"""
            select mt_quick_append_events(
                {{stream}}, 'meter', {{Meters.Township}}, array[gen_random_uuid()], array[{{type}}]::varchar[], array['']::varchar[],
                array['{"place": "石浦镇", "phase": "ThreePhase"}']::jsonb[], array[null]::bytea[], array[null]::varchar[],
                array[null]::varchar[], array['null']::jsonb[], array[now()])
            """);
        await batch.ExecuteNonQueryAsync();
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    public Task AbortAsync() => _transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
