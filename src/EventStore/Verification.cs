using System.Buffers;
using System.Data;
using System.Diagnostics;
using System.Threading.Channels;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// Walks a service's whole log, all townships, as it is at one moment, and compares it with its chains, its tree and what lies outside.
/// One reads while one hashes; a longer log needs no more memory.
/// </summary>
/// <param name="log">A role that sees every township; SELECT is enough.</param>
public sealed class Verification(NpgsqlDataSource log, OutsideEvidence outside)
{
    private const int ChunkSize = 1 << 18;
    private const int MostBreaks = 100;

    /// <summary>Called with each event that carries no hash and is not on the accept-list; to make one.</summary>
    public Action<AcceptedEvent>? Unaccepted { get; init; }

    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<VerificationReport> RunAsync(
        IProgress<VerificationProgress>? progress = null, CancellationToken cancellation = default)
    {
        var breaks = new List<Break>();

        // Before the log is looked at: a checkpoint that comes meanwhile is the next verification's.
        var signed = Signed(breaks);
        var accepted = AcceptList.Open(outside, breaks);
        await using var session = await log.OpenConnectionAsync(cancellation);
        await using var moment = await session.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var (size, sealedTo) = await HashTree.SizeAsync(session, cancellation);
        var end = await session.Scalar<long>($"select coalesce(max(seq_id), 0) from mt_events", cancellation);
        var walk = new Walk(sealedTo, signed, accepted, breaks, cancellation);
        Reached(walk);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var chunks = Channel.CreateBounded<(byte[] Bytes, int Length)>(3);
        var reading = ReadAsync(session, chunks.Writer, stop.Token);
        var clock = Stopwatch.StartNew();
        try
        {
            await foreach (var (bytes, length) in chunks.Reader.ReadAllAsync(stop.Token))
            {
                Check(bytes.AsSpan(0, length), walk);
                ArrayPool<byte>.Shared.Return(bytes);
                progress?.Report(new(walk.Events, walk.Last, end, walk.Events / Math.Max(0.001, clock.Elapsed.TotalSeconds)));
                if (walk.IsFull)
                {
                    break;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }

        if (!walk.IsFull)
        {
            await MissingLeavesAsync(session, walk, size, cancellation);
            await StreamEndsAsync(session, breaks, cancellation);
            breaks.AddRange(accepted.Unmet.Select(a => new Break(
                BreakKind.Removed, "The accept-list names it, and it is not in the log.", Stream: a.Stream, Version: a.Version, Tenant: a.Tenant)));
        }

        Cut(walk, size);
        return new(
            walk.Events, size, signed.Count, walk.Accepted,
            [.. breaks.OrderBy(b => b.Sequence ?? long.MaxValue).ThenBy(b => b.Kind).Take(MostBreaks)]);
    }

    private List<Checkpoint> Signed(List<Break> breaks)
    {
        var signed = new List<Checkpoint>();
        var stored = outside.Folder?.All() ?? [];
        if (outside.Key is not { } key)
        {
            if (stored.Count + outside.Held.Count > 0)
            {
                breaks.Add(new(BreakKind.CheckpointUnsigned, "There is no key to verify the checkpoints with."));
            }

            return signed;
        }

        Checkpoint? Add(string of, Func<Checkpoint> open)
        {
            try
            {
                var checkpoint = open();
                signed.Add(checkpoint);
                return checkpoint;
            }
            catch (CheckpointException e)
            {
                var kind = e.Fault == CheckpointFault.Replayed ? BreakKind.CheckpointReplayed : BreakKind.CheckpointUnsigned;
                breaks.Add(new(kind, $"{of}: {e.Message}"));
                return null;
            }
        }

        var latest = -1L;
        foreach (var one in stored)
        {
            latest = Math.Max(latest, Add(Path.GetFileName(one.Path), () => one.Open(outside.Origin, key))?.Size ?? -1);
        }

        foreach (var note in outside.Held)
        {
            if (Add("the checkpoint held elsewhere", () => Checkpoint.Open(note, outside.Origin, key)) is { } other
                && outside.Folder is not null && other.Size > latest)
            {
                breaks.Add(new(
                    BreakKind.CheckpointReplayed,
                    $"The checkpoint of {other.Size} events signed at {Chain.Time(other.SignedAt)} is held elsewhere, and the service shows none of that size or larger."));
            }
        }

        signed.Sort((a, b) => a.Size.CompareTo(b.Size));
        return signed;
    }

    private void Check(ReadOnlySpan<byte> rows, Walk walk)
    {
        while (StoredRow.TryRead(ref rows, out var row))
        {
            Check(row, walk);
        }
    }

    private void Check(in StoredRow row, Walk walk)
    {
        (walk.Last, walk.Events) = (row.Sequence, walk.Events + 1);
        var tenant = row.Tenant;
        var before = default(Hash256);
        if (row.Version < 1 || row.Stream is not { } stream || tenant is null)
        {
            walk.Break(row, BreakKind.Inserted, "It belongs to no place of a stream.");
        }
        else if (walk.Ends.Of(tenant, stream) is var end && (end?.Version ?? 0) == row.Version - 1)
        {
            before = end?.Hash ?? default;
        }
        else
        {
            before = Before(row, tenant, stream, walk);
        }

        var (computed, stored) = Hash(row, before, walk);
        walk.Ends.Met(tenant, row.Stream, new(row.Version, (stored is null ? computed : Hash256.Parse(stored)) ?? default));
        Sealed(row, computed, walk);
    }

    /// <summary>
    /// The hash its own is made of, where it does not follow what was met last of its stream, or that was too long ago to be remembered.
    /// </summary>
    private Hash256 Before(in StoredRow row, string tenant, Guid stream, Walk walk)
    {
        var (sequence, version) = (row.Sequence, row.Version);
        var (twice, previous, hash) = BeforeAsync(tenant, stream, version, sequence, walk.Cancellation).GetAwaiter().GetResult();
        if (twice)
        {
            walk.Break(row, BreakKind.Inserted, "Another event has the same place in its stream.");
        }
        else if (version > 1 && previous is null)
        {
            walk.Break(row, BreakKind.Removed, $"Version {version - 1} of its stream is missing.");
        }
        else if (previous > sequence)
        {
            walk.Break(row, BreakKind.Reordered, $"Version {version - 1} of its stream comes after it in the log.");
        }

        return hash;
    }

    private async Task<(bool Twice, long? Previous, Hash256 Hash)> BeforeAsync(
        string tenant, Guid stream, long version, long sequence, CancellationToken cancellation)
    {
        await using var connection = await log.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select version, seq_id, headers ->> 'hash' from mt_events
             where tenant_id = {tenant} and stream_id = {stream} and version in ({version - 1}, {version}) and seq_id <> {sequence}
             order by seq_id
            """);
        var (twice, previous, hash) = (false, (long?)null, (string?)null);
        await using (var other = await batch.ExecuteReaderAsync(cancellation))
        {
            while (await other.ReadAsync(cancellation))
            {
                if (other.GetInt64(0) == version)
                {
                    twice |= other.GetInt64(1) < sequence;
                }
                else if (previous is null)
                {
                    (previous, hash) = (other.GetInt64(1), other.Text(2));
                }
            }
        }

        try
        {
            return (twice, previous, previous is null || hash is not null
                ? Hash256.Parse(hash) ?? default
                : await new StreamEnds().HashOfUnchainedAsync(log, tenant, stream, version - 1, cancellation));
        }
        catch (NotCanonicalException)
        {
            return (twice, previous, default);
        }
    }

    /// <summary>What its hash is by what stands in the row, and what it says itself.</summary>
    private (Hash256? Computed, string? Stored) Hash(in StoredRow row, Hash256 previous, Walk walk)
    {
        try
        {
            var computed = Hashed(row, previous, out var stored);
            if (stored is null)
            {
                Unchained(row, computed.ToString(), walk);
            }
            else if (Hash256.Parse(stored) != computed)
            {
                walk.Break(row, BreakKind.Altered, "What is stored of it, or the event before it, is not what its hash was made of.");
            }

            if (row.Beside)
            {
                walk.Break(row, BreakKind.Altered, "It is marked archived or has a binary body, which this service never writes.");
            }

            return (computed, stored);
        }
        catch (NotCanonicalException x)
        {
            walk.Break(row, BreakKind.Altered, $"It holds what this service never stores. {x.Message}");
            return (null, Chain.Stored(row.Headers));
        }
    }

    private static Hash256 Hashed(in StoredRow row, Hash256 previous, out string? stored)
    {
        Span<byte> time = stackalloc byte[32];
        Span<byte> before = stackalloc byte[2 * Hash256.Size];
        previous.WriteTo(before);
        var e = row.Stored(time);
        try
        {
            var hash = Chain.Hash(e, before, exact: true, out stored);
            return stored is null ? Chain.Hash(e, before, exact: false, out _) : hash;
        }
        catch (NotCanonicalException) when (Chain.Stored(row.Headers) is null)
        {
            return Chain.Hash(e, before, exact: false, out stored);
        }
    }

    private void Unchained(in StoredRow row, string hash, Walk walk)
    {
        var (tenant, stream) = (row.Tenant, row.Stream);
        switch (walk.AcceptList.Meet(tenant, stream, row.Version))
        {
            case { } accepted when accepted == hash:
                walk.Accepted++;
                break;
            case null:
                walk.Break(row, BreakKind.Unchained, "It carries no hash, was not written by this service, and no accept-list names it.");
                Unaccepted?.Invoke(
                    new(tenant ?? "", stream ?? Guid.Empty, row.Version, hash) { Sequence = row.Sequence, Type = row.Type.ToString() });
                break;
            default:
                walk.Break(row, BreakKind.Altered, "It is not the event that the accept-list names: its hash is another.");
                break;
        }
    }

    private static void Sealed(in StoredRow row, Hash256? hash, Walk walk)
    {
        if (row.Sequence > walk.SealedTo)
        {
            return;
        }

        if (row.Leaf is not { } place)
        {
            walk.Break(row, BreakKind.Inserted, "It is not in the tree, and later events are.");
            return;
        }

        if (walk.Whole && place != walk.Tree.Size)
        {
            walk.Whole = false;
            walk.Break(row, BreakKind.Removed, $"It stands at leaf {place} of the tree, and before it the log has {walk.Tree.Size} events.");
        }

        var recomputed = hash is { } own ? MerkleTree.Leaf(row.Sequence, own) : null;
        var sealedHash = row.Nodes[..Math.Min(MerkleTree.HashSize, row.Nodes.Length)];
        if (!sealedHash.SequenceEqual(recomputed))
        {
            walk.Break(row, BreakKind.Altered, "It is not the event that was sealed into the tree.");
        }

        var nodes = walk.Tree.Add(recomputed ?? sealedHash.ToArray());

        // After a break they all differ.
        if (walk.Breaks.Count == 0 && !row.Nodes.SequenceEqual(nodes))
        {
            walk.Break(row, BreakKind.TreeAltered, "The event is what it was; what the tree has stored above its leaf is not.");
        }

        Reached(walk);
    }

    private static void Reached(Walk walk)
    {
        for (; walk.Whole && walk.Next < walk.Signed.Count && walk.Signed[walk.Next].Size <= walk.Tree.Size; walk.Next++)
        {
            var checkpoint = walk.Signed[walk.Next];
            if (checkpoint.Size == walk.Tree.Size && checkpoint.Root.AsSpan().SequenceEqual(walk.Tree.Root))
            {
                continue;
            }

            // All later ones differ with it.
            walk.Whole = false;
            var before = walk.Next == 0 ? 0 : walk.Signed[walk.Next - 1].Size;
            // Where a broken event is named already, that is why.
            if (walk.Breaks.All(b => b.Sequence is null || b.Kind is BreakKind.Unchained or BreakKind.Inserted))
            {
                walk.Breaks.Add(new(
                    BreakKind.CheckpointNotExtended,
                    $"The log is not the one that the checkpoint of {checkpoint.Size} events signed at {Chain.Time(checkpoint.SignedAt)} "
                    + $"was made of: one of the events {before + 1} to {checkpoint.Size} of the tree is another than then.",
                    walk.Last));
            }
        }
    }

    private static void Cut(Walk walk, long size)
    {
        if (walk.Signed is [.., var last] && last.Size > size)
        {
            walk.Breaks.Add(new(
                BreakKind.CheckpointNotExtended,
                $"The log has {size} sealed events and does not extend the checkpoint of {last.Size} events signed at "
                + $"{Chain.Time(last.SignedAt)}: its end is cut off, or it was restored from an older copy."));
        }
    }

    private static async Task MissingLeavesAsync(NpgsqlConnection session, Walk walk, long size, CancellationToken cancellation)
    {
        if (walk.Whole && walk.Tree.Size >= size)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(session) { Timeout = 3600 };
        batch.Add(
            $"""
            select l.leaf, l.seq_id from ls_hash_leaf l
             where not exists (select from mt_events e where e.seq_id = l.seq_id) order by l.leaf limit {MostBreaks}
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            walk.Break(new(
                BreakKind.Removed, $"The event at leaf {row.GetInt64(0)} of the tree is missing from the log.", row.GetInt64(1)));
        }
    }

    private static async Task StreamEndsAsync(NpgsqlConnection session, List<Break> breaks, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session) { Timeout = 3600 };
        batch.Add(
            $"""
            select s.tenant_id, s.id, s.version, coalesce(e.version, 0)
              from mt_streams s
              left join (select tenant_id, stream_id, max(version) as version from mt_events group by tenant_id, stream_id) e
                on e.tenant_id = s.tenant_id and e.stream_id = s.id
             where s.version is distinct from coalesce(e.version, 0) limit {MostBreaks}
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var (said, has) = (row.IsDBNull(2) ? 0 : row.GetInt64(2), row.GetInt64(3));
            breaks.Add(new(
                said > has ? BreakKind.Removed : BreakKind.Inserted,
                $"The stream is said to be at version {said}, and its last event is version {has}.",
                Stream: row.GetGuid(1), Version: has, Tenant: row.GetString(0)));
        }
    }

    /// <summary>Hands on whole rows, so many at a time.</summary>
    private static async Task ReadAsync(
        NpgsqlConnection session, ChannelWriter<(byte[] Bytes, int Length)> chunks, CancellationToken cancellation)
    {
        try
        {
            // Both tables along their keys: a sort would write the log to disk once more before the first row comes.
            await session.Run(
                "set local enable_sort = off; set local enable_hashjoin = off; set local enable_nestloop = off; set local jit = off",
                cancellation);
            await using var copy = await session.BeginRawBinaryCopyAsync(StoredRow.Copy, cancellation);
            var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
            await copy.ReadExactlyAsync(chunk.AsMemory(0, StoredRow.HeaderSize), cancellation);
            var filled = 0;
            for (int read; (read = await copy.ReadAsync(chunk.AsMemory(filled), cancellation)) > 0;)
            {
                filled += read;
                if (filled < chunk.Length * 3 / 4)
                {
                    continue;
                }

                var whole = StoredRow.Whole(chunk.AsSpan(0, filled));
                var next = ArrayPool<byte>.Shared.Rent(Math.Max(ChunkSize, 2 * (filled - whole)));
                chunk.AsSpan(whole, filled - whole).CopyTo(next);
                await chunks.WriteAsync((chunk, whole), cancellation);
                (chunk, filled) = (next, filled - whole);
            }

            await chunks.WriteAsync((chunk, filled), cancellation);
            chunks.Complete();
        }
#pragma warning disable CA1031 // Whoever takes the rows is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            chunks.Complete(e);
        }
    }

    private sealed class Walk(
        long sealedTo, IReadOnlyList<Checkpoint> signed, AcceptList accepted, List<Break> breaks, CancellationToken cancellation)
    {
        private readonly HashSet<long> _broken = [];

        public long SealedTo => sealedTo;

        public IReadOnlyList<Checkpoint> Signed => signed;

        public AcceptList AcceptList => accepted;

        public List<Break> Breaks => breaks;

        public bool IsFull => breaks.Count >= MostBreaks;

        public CancellationToken Cancellation => cancellation;

        public GrowingTree Tree { get; } = new();

        public StreamEnds Ends { get; } = new();

        /// <summary>The first checkpoint not reached yet.</summary>
        public int Next { get; set; }

        public long Last { get; set; }

        public long Events { get; set; }

        public long Accepted { get; set; }

        /// <summary>False once a leaf is missing: what follows is no longer the tree that was signed.</summary>
        public bool Whole { get; set; } = true;

        public void Break(in StoredRow row, BreakKind kind, string what) =>
            Break(new(kind, what, row.Sequence, row.Event, row.Stream, row.Version, row.Tenant));

        // One event is named once, by what was found first.
        public void Break(Break at)
        {
            if (!IsFull && _broken.Add(at.Sequence!.Value))
            {
                breaks.Add(at);
            }
        }
    }
}

/// <summary>What is wrong, at an event or at a checkpoint.</summary>
public enum BreakKind
{
    /// <summary>An event is gone.</summary>
    Removed,

    /// <summary>An event stands where none was.</summary>
    Inserted,

    /// <summary>An event is not what it was.</summary>
    Altered,

    /// <summary>An event stands before its predecessor.</summary>
    Reordered,

    /// <summary>An event without a hash: written past this service, and on no accept-list.</summary>
    Unchained,

    /// <summary>The tree's own hashes are not those of the events, which are what they were.</summary>
    TreeAltered,

    /// <summary>An accept-list that the county's key did not sign, or of another log.</summary>
    AcceptListUnsigned,

    /// <summary>A checkpoint that the service's key did not sign.</summary>
    CheckpointUnsigned,

    /// <summary>A checkpoint in another's place, or one that is withheld.</summary>
    CheckpointReplayed,

    /// <summary>The log is not, or no longer, what was signed.</summary>
    CheckpointNotExtended,
}

/// <param name="What">In English, without a word of what the event says.</param>
/// <param name="Sequence">Of the event; null where a checkpoint or a stream's end is broken.</param>
public sealed record Break(
    BreakKind Kind, string What, long? Sequence = null, Guid? Event = null, Guid? Stream = null, long? Version = null, string? Tenant = null);

/// <param name="Events">Events walked.</param>
/// <param name="Sealed">Of these, in the tree; what comes after is protected by its chain alone.</param>
/// <param name="Checkpoints">Checkpoints, stored and held elsewhere, that the log was compared with.</param>
/// <param name="Accepted">Events without a hash that an accept-list names.</param>
/// <param name="Breaks">The first broken event first; at most a hundred. None: all is as it was written.</param>
public sealed record VerificationReport(long Events, long Sealed, int Checkpoints, long Accepted, IReadOnlyList<Break> Breaks)
{
    public bool Intact => Breaks.Count == 0;
}

/// <param name="Position">Sequence reached.</param>
/// <param name="End">The log's last sequence at the start.</param>
/// <param name="Rate">Events per second.</param>
public sealed record VerificationProgress(long Events, long Position, long End, double Rate)
{
    public TimeSpan Remaining => TimeSpan.FromSeconds(Rate <= 0 ? 0 : Math.Max(0, End - Position) / Rate);
}
