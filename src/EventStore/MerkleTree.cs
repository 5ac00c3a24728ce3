using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace LiaisonStation.EventStore;

/// <summary>RFC 9162 section 2.1: one hash over a list, with short proofs that it holds an entry and that it extends a shorter one.</summary>
public static class MerkleTree
{
    /// <summary>Of SHA-256, in bytes.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    public static byte[] Empty { get; } = SHA256.HashData([]);

    public static byte[] Leaf(ReadOnlySpan<byte> entry) => SHA256.HashData([0, .. entry]);

    /// <summary>An event's leaf: its sequence number, 8 bytes big-endian, then the 32 bytes of its hash.</summary>
    /// <exception cref="FormatException">It is no hash.</exception>
    public static byte[] Leaf(long sequence, string hash) =>
        Leaf(sequence, Hash256.Parse(hash) ?? throw new FormatException("It is no hash."));

    internal static byte[] Leaf(long sequence, Hash256 hash)
    {
        Span<byte> entry = stackalloc byte[1 + sizeof(long) + HashSize];
        entry[0] = 0;
        BinaryPrimitives.WriteInt64BigEndian(entry[1..], sequence);
        hash.CopyTo(entry[(1 + sizeof(long))..]);
        return SHA256.HashData(entry);
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var node = new byte[HashSize];
        Node(left, right, node);
        return node;
    }

    /// <summary>The ranges whose hashes prove, in this order, that a tree of <paramref name="size"/> holds a leaf.</summary>
    public static IReadOnlyList<LeafRange> Inclusion(long leaf, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leaf);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, size);
        var path = new List<LeafRange>();
        for (var (from, to) = (0L, size); to - from > 1;)
        {
            var middle = from + Split(to - from);
            path.Add(leaf < middle ? new(middle, to) : new(from, middle));
            (from, to) = leaf < middle ? (from, middle) : (middle, to);
        }

        path.Reverse();
        return path;
    }

    /// <summary>The ranges whose hashes prove, in this order, that a tree of <paramref name="size"/> extends one of <paramref name="earlier"/>.</summary>
    public static IReadOnlyList<LeafRange> Consistency(long earlier, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(earlier);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(earlier, size);
        var path = new List<LeafRange>();
        var (from, to) = (0L, size);
        while (earlier < to)
        {
            var middle = from + Split(to - from);
            path.Add(earlier <= middle ? new(middle, to) : new(from, middle));
            (from, to) = earlier <= middle ? (from, middle) : (middle, to);
        }

        // The verifier has the earlier root itself.
        if (from > 0)
        {
            path.Add(new(from, to));
        }

        path.Reverse();
        return path;
    }

    /// <summary>The complete subtrees that make up a range of a tree, from left to right.</summary>
    public static IReadOnlyList<Subtree> Subtrees(LeafRange range)
    {
        var subtrees = new List<Subtree>();
        for (var from = range.From; from < range.To;)
        {
            var level = Math.Min(BitOperations.TrailingZeroCount(from), BitOperations.Log2((ulong)(range.To - from)));
            subtrees.Add(new(level, from >> level));
            from += 1L << level;
        }

        return subtrees;
    }

    /// <summary>The hash over subtrees from left to right.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> subtrees)
    {
        if (subtrees.Count == 0)
        {
            return Empty;
        }

        var root = subtrees[^1];
        for (var i = subtrees.Count - 2; i >= 0; i--)
        {
            root = Node(subtrees[i], root);
        }

        return root;
    }

    /// <summary>RFC 9162 section 2.1.3.2.</summary>
    public static bool Includes(byte[] root, long size, long leaf, byte[] leafHash, IReadOnlyList<byte[]> proof)
    {
        if (leaf < 0 || leaf >= size)
        {
            return false;
        }

        var (place, last, hash) = (leaf, size - 1, leafHash);
        foreach (var step in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = Node(step, hash);
                while ((place & 1) == 0 && place != 0)
                {
                    (place, last) = (place >> 1, last >> 1);
                }
            }
            else
            {
                hash = Node(hash, step);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>RFC 9162 section 2.1.4.2.</summary>
    public static bool Extends(long earlier, byte[] earlierRoot, long size, byte[] root, IReadOnlyList<byte[]> proof)
    {
        if (earlier <= 0 || earlier > size)
        {
            return false;
        }

        if (earlier == size)
        {
            return proof.Count == 0 && earlierRoot.AsSpan().SequenceEqual(root);
        }

        var path = BitOperations.IsPow2(earlier) ? [earlierRoot, .. proof] : proof;
        if (path.Count == 0)
        {
            return false;
        }

        var (place, last) = (earlier - 1, size - 1);
        while ((place & 1) == 1)
        {
            (place, last) = (place >> 1, last >> 1);
        }

        var (before, now) = (path[0], path[0]);
        foreach (var step in path.Skip(1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                (before, now) = (Node(step, before), Node(step, now));
                while ((place & 1) == 0 && place != 0)
                {
                    (place, last) = (place >> 1, last >> 1);
                }
            }
            else
            {
                now = Node(now, step);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 && before.AsSpan().SequenceEqual(earlierRoot) && now.AsSpan().SequenceEqual(root);
    }

    internal static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> to)
    {
        Span<byte> entry = stackalloc byte[1 + (2 * HashSize)];
        entry[0] = 1;
        left.CopyTo(entry[1..]);
        right.CopyTo(entry[(1 + HashSize)..]);
        SHA256.HashData(entry, to);
    }

    /// <summary>The largest power of two below a size above one.</summary>
    private static long Split(long size) => 1L << BitOperations.Log2((ulong)(size - 1));
}

/// <summary>Leaves from <paramref name="From"/>, up to but without <paramref name="To"/>.</summary>
public readonly record struct LeafRange(long From, long To);

/// <summary>A complete subtree of 2^<paramref name="Level"/> leaves, the <paramref name="Place"/>th of its level from the left.</summary>
public readonly record struct Subtree(int Level, long Place)
{
    public long LastLeaf => ((Place + 1) << Level) - 1;
}

/// <summary>A tree that grows leaf by leaf and remembers no more than it needs for its root.</summary>
public sealed class GrowingTree
{
    private readonly List<byte[]> _subtrees;

    public GrowingTree()
        : this(0, [])
    {
    }

    internal GrowingTree(long size, IReadOnlyList<byte[]> subtrees) => (Size, _subtrees) = (size, [.. subtrees]);

    public long Size { get; private set; }

    public byte[] Root => MerkleTree.Root(_subtrees);

    /// <returns>The hashes of all complete subtrees that end with this leaf, one after the other, itself first.</returns>
    public byte[] Add(byte[] leaf)
    {
        var levels = BitOperations.TrailingZeroCount(Size + 1) + 1;
        var completed = new byte[levels * MerkleTree.HashSize];
        leaf.CopyTo(completed, 0);
        for (var level = 1; level < levels; level++)
        {
            var below = completed.AsSpan((level - 1) * MerkleTree.HashSize, MerkleTree.HashSize);
            MerkleTree.Node(_subtrees[^1], below, completed.AsSpan(level * MerkleTree.HashSize));
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }

        _subtrees.Add(completed[^MerkleTree.HashSize..]);
        Size++;
        return completed;
    }
}
