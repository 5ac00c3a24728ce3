using LiaisonStation.EventStore;
using Npgsql;

namespace LiaisonStation.Supervision;

/// <summary>The numbers of a township's orders: from 1 each year, without gaps.</summary>
/// <remarks>A number is taken in the transaction that issues its order, and not at all where that fails.</remarks>
public sealed class OrderNumbers(StreamStore store)
{
    private const int MostAttempts = 100;

    public static Migration Table { get; } = Migration.Embedded(typeof(OrderNumbers).Assembly, "Orders.order_number.sql");

    /// <summary>督〔2026〕1号, as official documents are numbered.</summary>
    public static string Of(int year, int serial) => $"督〔{year}〕{serial}号";

    /// <summary>Writes with the next number; where another was faster, with the one after.</summary>
    /// <param name="write">Given the number and what is to be committed with the event that bears it.</param>
    public async Task<T> Take<T>(
        string township, int year, Guid order, Func<string, Action<NpgsqlBatch>, Task<T>> write, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var last = (await store.Query(
                township, $"select coalesce(max(serial), 0) from order_number where tenant_id = {township} and year = {year}",
                row => row.GetInt32(0), cancellation))[0];
            var serial = last + 1;
            try
            {
                return await write(Of(year, serial), batch => batch.Add(
                    $"insert into order_number (tenant_id, year, serial, order_id) values ({township}, {year}, {serial}, {order})"));
            }
            catch (PostgresException e) when (
                e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "order_number" } && attempt < MostAttempts)
            {
                await Task.Delay(Random.Shared.Next(Math.Min(attempt, 10) * 5), cancellation);
            }
        }
    }
}
