using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>The last event met of each stream, for who follows the log: of so many streams as fit, the longest untouched go first.</summary>
internal sealed class StreamEnds(int most = 100_000)
{
    private Dictionary<(string? Tenant, Guid? Stream), StreamEnd> _young = [];
    private Dictionary<(string? Tenant, Guid? Stream), StreamEnd> _old = [];

    public StreamEnd? Of(string? tenant, Guid? stream) =>
        _young.TryGetValue((tenant, stream), out var end) || _old.TryGetValue((tenant, stream), out end) ? end : null;

    public void Met(string? tenant, Guid? stream, StreamEnd end)
    {
        if (_young.Count >= most)
        {
            (_old, _young) = (_young, []);
        }

        _young[(tenant, stream)] = end;
    }

    /// <summary>
    /// The hash that a row which carries none would have, by what stands before it in its stream. Met in order, each costs one row.
    /// </summary>
    /// <exception cref="NotCanonicalException">It cannot be hashed.</exception>
    public async Task<string> HashOfUnchainedAsync(
        NpgsqlDataSource log, string? tenant, Guid? stream, long version, CancellationToken cancellation)
    {
        var known = Of(tenant, stream) is { } met && met.Version <= version ? met : new(0, 0, Chain.Beginning);
        await using var connection = await log.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select seq_id, tenant_id, stream_id, id, version, type, mt_dotnet_type, timestamp, correlation_id, causation_id, headers, data
              from mt_events
             where tenant_id = {tenant} and stream_id = {stream} and version > {known.Version} and version <= {version}
               and version >= (select coalesce(max(version), 0) from mt_events
                                where tenant_id = {tenant} and stream_id = {stream} and version > {known.Version} and version < {version}
                                  and headers ->> 'hash' is not null)
             order by version
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var (sequence, hash) = (known.Sequence, known.Hash);
        while (await row.ReadAsync(cancellation))
        {
            var e = StoredEvent.Read(row, 1);
            sequence = row.GetInt64(0);
            hash = (e.Version < version ? Chain.Stored(e.Headers) : null) ?? Chain.Hash(e, hash, exact: false).Computed;
        }

        Met(tenant, stream, new(version, sequence, hash));
        return hash;
    }
}

/// <param name="Hash">The one that is stored with it, else the one it would have.</param>
internal readonly record struct StreamEnd(long Version, long Sequence, string Hash);
