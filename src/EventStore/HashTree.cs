using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>The service's log as an RFC 9162 tree, as far as it is sealed.</summary>
public sealed class HashTree(StoreDatabase database)
{
    /// <summary>How many events are sealed, and the sequence number of the last.</summary>
    public async Task<SealedLog> SizeAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        return await SizeAsync(connection, cancellation);
    }

    internal static async Task<SealedLog> SizeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add($"select leaf + 1, seq_id from ls_hash_leaf order by leaf desc limit 1");
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new(row.GetInt64(0), row.GetInt64(1)) : new(0, 0);
    }

    /// <exception cref="ArgumentOutOfRangeException">The tree is not that large.</exception>
    public async Task<byte[]> RootAsync(long size, CancellationToken cancellation = default) =>
        (await GrowingAsync(size, cancellation)).Root;

    /// <summary>Proves that a tree of <paramref name="size"/> holds a leaf; see <see cref="MerkleTree.Includes"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree is not that large.</exception>
    public Task<IReadOnlyList<byte[]>> InclusionAsync(long leaf, long size, CancellationToken cancellation = default) =>
        HashesAsync(MerkleTree.Inclusion(leaf, size), cancellation);

    /// <summary>Proves that a tree of <paramref name="size"/> extends an earlier one; see <see cref="MerkleTree.Extends"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree is not that large.</exception>
    public Task<IReadOnlyList<byte[]>> ConsistencyAsync(long earlier, long size, CancellationToken cancellation = default) =>
        HashesAsync(MerkleTree.Consistency(earlier, size), cancellation);

    internal async Task<GrowingTree> GrowingAsync(long size, CancellationToken cancellation) =>
        new(size, await SubtreesAsync(MerkleTree.Subtrees(new(0, size)), cancellation));

    private async Task<IReadOnlyList<byte[]>> HashesAsync(IReadOnlyList<LeafRange> ranges, CancellationToken cancellation)
    {
        var parts = ranges.Select(MerkleTree.Subtrees).ToArray();
        var hashes = await SubtreesAsync([.. parts.SelectMany(p => p)], cancellation);
        var taken = 0;
        return [.. parts.Select(p => MerkleTree.Root([.. hashes.Skip((taken += p.Count) - p.Count).Take(p.Count)]))];
    }

    private async Task<List<byte[]>> SubtreesAsync(IReadOnlyList<Subtree> subtrees, CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select substring(l.nodes from 32 * w.level + 1 for 32)
              from unnest({subtrees.Select(s => s.LastLeaf).ToArray()}, {subtrees.Select(s => s.Level).ToArray()})
                   with ordinality as w (leaf, level, place)
              join ls_hash_leaf l on l.leaf = w.leaf
             order by w.place
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var hashes = new List<byte[]>();
        while (await row.ReadAsync(cancellation))
        {
            hashes.Add(row.GetFieldValue<byte[]>(0));
        }

        return hashes.Count == subtrees.Count
            ? hashes
            : throw new ArgumentOutOfRangeException(nameof(subtrees), "The tree is smaller than asked for.");
    }
}

/// <param name="Size">Events sealed: leaves of the tree.</param>
/// <param name="Position">Sequence of the last one; 0 where there is none.</param>
public readonly record struct SealedLog(long Size, long Position);
