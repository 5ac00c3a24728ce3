using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>Where an event stands and the hash that is stored with it.</summary>
/// <param name="Hash">Null on a row that others have written.</param>
internal sealed record ChainRow(long Sequence, string? Tenant, Guid? Stream, long Version, string? Hash)
{
    /// <summary>Reads <c>seq_id, tenant_id, stream_id, version, headers ->> 'hash'</c>.</summary>
    public static ChainRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.Text(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetInt64(3), row.Text(4));

    /// <summary>The hash an unchained row would have, by what stands before it in its stream.</summary>
    /// <exception cref="NotCanonicalException">It cannot be hashed.</exception>
    public static async Task<string> HashOfUnchainedAsync(
        StoreDatabase database, string? tenant, Guid? stream, long version, CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select tenant_id, stream_id, id, version, type, mt_dotnet_type, timestamp, correlation_id, causation_id, headers, data,
                   headers ->> 'hash'
              from mt_events where tenant_id = {tenant} and stream_id = {stream} and version <= {version} order by version
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var hash = Chain.Beginning;
        while (await row.ReadAsync(cancellation))
        {
            var own = row.GetInt64(3) < version ? row.Text(11) : null;
            hash = own ?? Chain.HashOfUnchained(
                new(row.Text(0), row.GetGuid(1), row.GetGuid(2), row.GetInt64(3), row.GetString(4), row.Text(5),
                    Chain.Time(row.GetFieldValue<DateTimeOffset>(6)), row.Text(7), row.Text(8), row.Text(9), row.GetString(10)),
                hash);
        }

        return hash;
    }
}
