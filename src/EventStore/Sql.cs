using System.Collections.Concurrent;
using Npgsql;

namespace LiaisonStation.EventStore;

public static class Sql
{
    // As many as there are statements in the program.
    private static readonly ConcurrentDictionary<string, string> Texts = new();

    /// <summary>
    /// Adds a statement whose interpolated values become positional parameters, never text. An <see cref="NpgsqlParameter"/> stands
    /// for itself, where a type has to be named, and another such statement for its text, with its own values as parameters.
    /// </summary>
    public static void Add(this NpgsqlBatch batch, FormattableString sql) => batch.BatchCommands.Add(Command(sql));

    internal static NpgsqlBatchCommand Command(FormattableString sql)
    {
        var command = new NpgsqlBatchCommand();
        command.CommandText = Text(sql, command.Parameters);
        return command;
    }

    private static string Text(FormattableString sql, NpgsqlParameterCollection parameters)
    {
        if (Array.Exists(sql.GetArguments(), a => a is FormattableString))
        {
            return Spliced(sql, parameters);
        }

        Array.ForEach(sql.GetArguments(), a => Add(parameters, a));
        return Texts.GetOrAdd(sql.Format, WithPlaces, sql.ArgumentCount);
    }

    private static string Spliced(FormattableString sql, NpgsqlParameterCollection parameters) =>
        string.Format(null, sql.Format, Array.ConvertAll(sql.GetArguments(), a => (object)(
            a is FormattableString part ? Spliced(part, parameters) : $"${Add(parameters, a)}")));

    /// <summary>The parameter's number, from 1.</summary>
    private static int Add(NpgsqlParameterCollection parameters, object? value)
    {
        parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter
        {
            // PostgreSQL's timestamptz takes instants, not offsets.
            Value = value is DateTimeOffset at ? at.ToUniversalTime() : value ?? DBNull.Value,
        });
        return parameters.Count;
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
