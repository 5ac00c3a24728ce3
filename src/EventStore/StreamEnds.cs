using System.Text;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>The last event met of each stream, for who follows the log: of so many streams as fit, the longest untouched go first.</summary>
internal sealed class StreamEnds(int most = 100_000)
{
    private readonly Dictionary<string, int> _tenants = [];
    private Dictionary<(int Tenant, Guid Stream), StreamEnd> _young = [];
    private Dictionary<(int Tenant, Guid Stream), StreamEnd> _old = [];

    public StreamEnd? Of(string? tenant, Guid? stream)
    {
        var key = Key(tenant, stream);
        return _young.TryGetValue(key, out var end) || _old.TryGetValue(key, out end) ? end : null;
    }

    public void Met(string? tenant, Guid? stream, StreamEnd end)
    {
        if (_young.Count >= most)
        {
            (_old, _young) = (_young, new(most));
        }

        _young[Key(tenant, stream)] = end;
    }

    /// <summary>
    /// The hash that a row which carries none would have, by what stands before it in its stream. Met in order, each costs one row.
    /// </summary>
    /// <exception cref="NotCanonicalException">It cannot be hashed.</exception>
    public async Task<Hash256> HashOfUnchainedAsync(
        NpgsqlDataSource log, string? tenant, Guid? stream, long version, CancellationToken cancellation)
    {
        var known = Of(tenant, stream) is { } met && met.Version <= version ? met : default;
        await using var connection = await log.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select tenant_id, stream_id, id, version, type, mt_dotnet_type, timestamp, correlation_id, causation_id, headers, data
              from mt_events
             where tenant_id = {tenant} and stream_id = {stream} and version > {known.Version} and version <= {version}
               and version >= (select coalesce(max(version), 0) from mt_events
                                where tenant_id = {tenant} and stream_id = {stream} and version > {known.Version} and version < {version}
                                  and headers ->> 'hash' is not null)
             order by version
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var hash = known.Hash.ToString();
        while (await row.ReadAsync(cancellation))
        {
            var e = new ChainedEvent(
                row.Text(0), row.GetGuid(1), row.GetGuid(2), row.GetInt64(3), row.GetString(4), row.Text(5),
                Chain.Time(row.GetFieldValue<DateTimeOffset>(6)), row.Text(7), row.Text(8), row.Text(9), row.GetString(10));
            hash = (e.Version < version ? Chain.Stored(Encoding.UTF8.GetBytes(e.Headers ?? "null")) : null) ?? Chain.HashOfUnchained(e, hash);
        }

        var end = Hash256.Parse(hash) ?? default;
        Met(tenant, stream, new(version, end));
        return end;
    }

    // Numbers instead of texts, so that there is nothing to collect here either.
    private (int, Guid) Key(string? tenant, Guid? stream)
    {
        var name = tenant ?? "";
        if (!_tenants.TryGetValue(name, out var number))
        {
            _tenants.Add(name, number = _tenants.Count);
        }

        return (number, stream ?? Guid.Empty);
    }
}

/// <param name="Hash">The one that is stored with it, else the one it would have.</param>
internal readonly record struct StreamEnd(long Version, Hash256 Hash);
