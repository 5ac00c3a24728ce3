using System.Collections.Concurrent;
using Npgsql;

namespace LiaisonStation.EventStore;

public static class Sql
{
    // As many as there are statements in the program.
    private static readonly ConcurrentDictionary<string, string> Texts = new();

    /// <summary>
    /// Adds a statement whose interpolated values become positional parameters, never text. An <see cref="NpgsqlParameter"/> stands
    /// for itself, where a type has to be named.
    /// </summary>
    public static void Add(this NpgsqlBatch batch, FormattableString sql) => batch.BatchCommands.Add(Command(sql));

    internal static NpgsqlBatchCommand Command(FormattableString sql)
    {
        var command = new NpgsqlBatchCommand(Texts.GetOrAdd(sql.Format, WithPlaces, sql.ArgumentCount));
        foreach (var argument in sql.GetArguments())
        {
            command.Parameters.Add(argument as NpgsqlParameter ?? new NpgsqlParameter
            {
                // PostgreSQL's timestamptz takes instants, not offsets.
                Value = argument is DateTimeOffset at ? at.ToUniversalTime() : argument ?? DBNull.Value,
            });
        }

        return command;
    }

    private static string WithPlaces(string format, int count) =>
        string.Format(null, format, [.. Enumerable.Range(1, count).Select(i => (object)$"${i}")]);

    /// <summary>Until the end of the batch's one transaction, rows are seen and written as this township may.</summary>
    internal static void Township(this NpgsqlBatch batch, string tenant) =>
        batch.Add($"select set_config('app.tenant', {tenant}, true)");

    internal static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    internal static async Task<T> Scalar<T>(
        this NpgsqlConnection connection, FormattableString sql, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(sql);
        return (T)(await batch.ExecuteScalarAsync(cancellation))!;
    }

    internal static async Task Run(this NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // Schema steps and quoted names; no value comes this way.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
