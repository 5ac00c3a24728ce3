using System.Diagnostics;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// Walks a service's whole log, all townships, and compares it with its chains, its tree and its signed checkpoints. Needs no more
/// memory for a longer log.
/// </summary>
public sealed class Verification(StoreDatabase database, HashTree tree, Checkpoints checkpoints)
{
    private const int PageSize = 500;
    private const int MostBreaks = 100;

    /// <param name="held">Signed notes that somebody outside kept; the log must extend these as well.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<VerificationReport> RunAsync(
        IReadOnlyList<string>? held = null, IProgress<VerificationProgress>? progress = null, CancellationToken cancellation = default)
    {
        var breaks = new List<Break>();

        // Before the size is read: a checkpoint that comes meanwhile is the next verification's.
        var signed = Signed(held ?? [], breaks);
        var (size, position) = await tree.SizeAsync(cancellation);
        var walk = new Walk(position, signed, breaks);
        Reached(walk);
        var end = await EndAsync(cancellation);
        var clock = Stopwatch.StartNew();
        for (var after = 0L; breaks.Count < MostBreaks;)
        {
            var rows = await ReadAsync(after, cancellation);
            if (rows.Count == 0)
            {
                break;
            }

            foreach (var row in rows)
            {
                await CheckAsync(row, walk, cancellation);
            }

            after = rows[^1].Sequence;
            progress?.Report(new(walk.Events, after, end, walk.Events / Math.Max(0.001, clock.Elapsed.TotalSeconds)));
        }

        await MissingLeavesAsync(walk, size, cancellation);
        await StreamEndsAsync(breaks, cancellation);
        Cut(walk, size);
        return new(
            walk.Events, size, signed.Count,
            [.. breaks.OrderBy(b => b.Sequence ?? long.MaxValue).ThenBy(b => b.Kind).Take(MostBreaks)]);
    }

    private List<Checkpoint> Signed(IReadOnlyList<string> held, List<Break> breaks)
    {
        var signed = new List<Checkpoint>();
        if (checkpoints.Folder is not { } folder)
        {
            if (held.Count > 0)
            {
                breaks.Add(new(BreakKind.CheckpointUnsigned, "There is no key to verify a checkpoint with: Checkpoints__Folder is not set."));
            }

            return signed;
        }

        Checkpoint? Add(string of, Func<CheckpointKey, Checkpoint> open)
        {
            try
            {
                var checkpoint = open(checkpoints.Key);
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
        foreach (var stored in folder.All())
        {
            latest = Math.Max(latest, Add(Path.GetFileName(stored.Path), key => stored.Open(checkpoints.Origin, key))?.Size ?? -1);
        }

        foreach (var note in held)
        {
            if (Add("the checkpoint held elsewhere", key => Checkpoint.Open(note, checkpoints.Origin, key)) is { } other && other.Size > latest)
            {
                breaks.Add(new(
                    BreakKind.CheckpointReplayed,
                    $"The checkpoint of {other.Size} events signed at {Chain.Time(other.SignedAt)} is held elsewhere, and the service shows none of that size or larger."));
            }
        }

        signed.Sort((a, b) => a.Size.CompareTo(b.Size));
        return signed;
    }

    private async Task CheckAsync(Row row, Walk walk, CancellationToken cancellation)
    {
        if (row.Sequence == walk.Last)
        {
            walk.Break(row, BreakKind.Inserted, "More than one event stands at its predecessor's place.");
            return;
        }

        (walk.Last, walk.Events) = (row.Sequence, walk.Events + 1);
        var e = row.Event;
        if (e.Version > 1 && row.PreviousSequence is null)
        {
            walk.Break(row, BreakKind.Removed, $"Version {e.Version - 1} of its stream is missing.");
        }
        else if (e.Version < 1 || e.Stream is null || e.Tenant is null)
        {
            walk.Break(row, BreakKind.Inserted, "It belongs to no place of a stream.");
        }
        else if (row.PreviousSequence > row.Sequence)
        {
            walk.Break(row, BreakKind.Reordered, $"Version {e.Version - 1} of its stream comes after it in the log.");
        }

        var hash = await HashAsync(row, walk, cancellation);
        Leaf(row, hash, walk);
    }

    /// <summary>What its hash is by what stands in the row.</summary>
    private async Task<string?> HashAsync(Row row, Walk walk, CancellationToken cancellation)
    {
        var e = row.Event;
        try
        {
            var previous = e.Version == 1 ? Chain.Beginning
                : row.PreviousHash
                ?? (row.PreviousSequence is null
                    ? Chain.Beginning
                    : await ChainRow.HashOfUnchainedAsync(database, e.Tenant, e.Stream, e.Version - 1, cancellation));
            if (row.Hash is null)
            {
                walk.Break(row, BreakKind.Unchained, "It carries no hash: it was not written by this service.");
                return Chain.HashOfUnchained(e, previous);
            }

            var hash = Chain.Hash(e, previous);
            if (hash != row.Hash)
            {
                walk.Break(row, BreakKind.Altered, "What is stored of it, or the event before it, is not what its hash was made of.");
            }
            else if (row.Beside)
            {
                walk.Break(row, BreakKind.Altered, "It is marked archived or has a binary body, which this service never writes.");
            }

            return hash;
        }
        catch (Exception x) when (x is NotCanonicalException or InvalidCastException or ArgumentException)
        {
            walk.Break(row, BreakKind.Altered, $"It holds what this service never stores. {x.Message}");
            return null;
        }
    }

    private static void Leaf(Row row, string? hash, Walk walk)
    {
        if (row.Sequence > walk.SealedTo)
        {
            return;
        }

        if (row.Leaf is not { } leaf || row.LeafHash is not { } sealedHash)
        {
            walk.Break(row, BreakKind.Inserted, "It is not in the tree, and later events are.");
            return;
        }

        if (walk.Whole && leaf != walk.Tree.Size)
        {
            walk.Whole = false;
            walk.Break(row, BreakKind.Removed, $"It stands at leaf {leaf} of the tree, and before it the log has {walk.Tree.Size} events.");
        }

        var recomputed = hash is null ? null : MerkleTree.Leaf(row.Sequence, hash);
        if (!sealedHash.AsSpan().SequenceEqual(recomputed))
        {
            walk.Break(row, BreakKind.Altered, "It is not the event that was sealed into the tree.");
        }

        walk.Tree.Add(recomputed ?? sealedHash);
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

    private async Task MissingLeavesAsync(Walk walk, long size, CancellationToken cancellation)
    {
        if (walk.Whole && walk.Tree.Size >= size)
        {
            return;
        }

        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select l.leaf, l.seq_id from ls_hash_leaf l
             where l.seq_id <= {walk.SealedTo} and not exists (select from mt_events e where e.seq_id = l.seq_id)
             order by l.leaf limit {MostBreaks}
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            walk.Breaks.Add(new(
                BreakKind.Removed, $"The event at leaf {row.GetInt64(0)} of the tree is missing from the log.", row.GetInt64(1)));
        }
    }

    private async Task StreamEndsAsync(List<Break> breaks, CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection) { Timeout = 600 };
        batch.Add(
            $"""
            select s.tenant_id, s.id, s.version, e.version
              from mt_streams s
              cross join lateral (
                  select coalesce(max(version), 0) as version from mt_events
                   where tenant_id = s.tenant_id and stream_id = s.id) e
             where s.version is distinct from e.version limit {MostBreaks}
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

    private async Task<long> EndAsync(CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        return await connection.Scalar<long>($"select coalesce(max(seq_id), 0) from mt_events", cancellation);
    }

    private async Task<List<Row>> ReadAsync(long after, CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select e.seq_id, e.tenant_id, e.stream_id, e.id, e.version, e.type, e.mt_dotnet_type,
                   coalesce(to_char(e.timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.timestamp::text),
                   e.correlation_id, e.causation_id, e.headers, e.data, e.headers ->> 'hash',
                   p.seq_id, p.headers ->> 'hash', l.leaf, substring(l.nodes for 32),
                   e.bdata is not null or coalesce(e.is_archived, true)
              from mt_events e
              left join mt_events p
                on p.tenant_id = e.tenant_id and p.stream_id = e.stream_id and p.version = e.version - 1
              left join ls_hash_leaf l on l.seq_id = e.seq_id
             where e.seq_id > {after} order by e.seq_id limit {PageSize}
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var rows = new List<Row>();
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(new(
                row.GetInt64(0),
                new(row.Text(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetGuid(3), row.GetInt64(4), row.GetString(5), row.Text(6),
                    row.GetString(7), row.Text(8), row.Text(9), row.Text(10), row.GetString(11)),
                row.Text(12), row.IsDBNull(13) ? null : row.GetInt64(13), row.Text(14), row.IsDBNull(15) ? null : row.GetInt64(15),
                row.IsDBNull(16) ? null : row.GetFieldValue<byte[]>(16), row.GetBoolean(17)));
        }

        return rows;
    }

    /// <param name="Beside">Something is stored that the hash does not cover.</param>
    private sealed record Row(
        long Sequence, ChainedEvent Event, string? Hash, long? PreviousSequence, string? PreviousHash, long? Leaf, byte[]? LeafHash,
        bool Beside);

    private sealed class Walk(long sealedTo, IReadOnlyList<Checkpoint> signed, List<Break> breaks)
    {
        public long SealedTo => sealedTo;

        public IReadOnlyList<Checkpoint> Signed => signed;

        public List<Break> Breaks => breaks;

        public GrowingTree Tree { get; } = new();

        public int Next { get; set; }

        public long Last { get; set; }

        public long Events { get; set; }

        /// <summary>False once a leaf is missing: what follows is no longer the tree that was signed.</summary>
        public bool Whole { get; set; } = true;

        public void Break(Row row, BreakKind kind, string what)
        {
            // One event is named once, by what was found first.
            if (breaks.Count < MostBreaks && breaks.All(b => b.Sequence != row.Sequence))
            {
                breaks.Add(new(kind, what, row.Sequence, row.Event.Id, row.Event.Stream, row.Event.Version, row.Event.Tenant));
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

    /// <summary>An event without a hash: written past this service.</summary>
    Unchained,

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
/// <param name="Breaks">The first broken event first; at most a hundred. None: all is as it was written.</param>
public sealed record VerificationReport(long Events, long Sealed, int Checkpoints, IReadOnlyList<Break> Breaks)
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
