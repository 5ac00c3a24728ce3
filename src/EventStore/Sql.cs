using Npgsql;

namespace LiaisonStation.EventStore;

public static class Sql
{
    /// <summary>Adds a statement whose interpolated values become positional parameters, never text.</summary>
    public static void Add(this NpgsqlBatch batch, FormattableString sql) => batch.BatchCommands.Add(Command(sql));

    internal static NpgsqlBatchCommand Command(FormattableString sql)
    {
        var arguments = sql.GetArguments();
        var places = new object[arguments.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = $"${i + 1}";
        }

        var command = new NpgsqlBatchCommand(string.Format(null, sql.Format, places));
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
        }

        return command;
    }
}
