using Npgsql;

namespace LiaisonStation.Intake;

/// <param name="Next">What to ask for with <c>after</c>; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

internal static class Rows
{
    public static string? Word(this NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
