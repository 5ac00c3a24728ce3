using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>Where an event stands and the hash that is stored with it.</summary>
/// <param name="Hash">Null on a row that others have written.</param>
internal sealed record ChainRow(long Sequence, string? Tenant, Guid? Stream, long Version, string? Hash)
{
    /// <summary>Reads <c>seq_id, tenant_id, stream_id, version, headers ->> 'hash'</c>.</summary>
    public static ChainRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.Text(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetInt64(3), row.Text(4));
}
