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
    private const int PageSize = 2000;
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
        var walk = new Walk(sealedTo, signed, accepted, breaks);
        Reached(walk);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pages = Channel.CreateBounded<Page>(2);
        var reading = ReadAsync(session, pages.Writer, stop.Token);
        var clock = Stopwatch.StartNew();
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(stop.Token))
            {
                foreach (var row in page.Rows)
                {
                    await CheckAsync(row, page.Leaves, walk, stop.Token);
                }

                progress?.Report(new(walk.Events, walk.Last, end, walk.Events / Math.Max(0.001, clock.Elapsed.TotalSeconds)));
                MissingLeaves(page.Leaves, long.MaxValue, walk);
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

    private async Task CheckAsync(Row row, Queue<Leaf> leaves, Walk walk, CancellationToken cancellation)
    {
        MissingLeaves(leaves, row.Sequence, walk);
        (walk.Last, walk.Events) = (row.Sequence, walk.Events + 1);
        var e = row.Event;
        var before = Chain.Beginning;
        if (e.Version < 1 || e.Stream is null || e.Tenant is null)
        {
            walk.Break(row, BreakKind.Inserted, "It belongs to no place of a stream.");
        }
        else
        {
            before = await PreviousAsync(row, walk, cancellation);
        }

        var (computed, stored) = Hash(row, before, walk);
        walk.Ends.Met(e.Tenant, e.Stream, new(e.Version, row.Sequence, stored ?? computed ?? Chain.Beginning));
        Sealed(row, computed, leaves.TryPeek(out var leaf) && leaf.Sequence == row.Sequence ? leaves.Dequeue() : null, walk);
    }

    /// <summary>The hash that its own is made of.</summary>
    private async Task<string> PreviousAsync(Row row, Walk walk, CancellationToken cancellation)
    {
        var e = row.Event;
        var end = walk.Ends.Of(e.Tenant, e.Stream);
        if (e.Version == 1 && end is null)
        {
            return Chain.Beginning;
        }

        if (end is { } met && met.Version == e.Version - 1)
        {
            return met.Hash;
        }

        // It does not follow what was met last of its stream, or that was too long ago to be remembered.
        await using var connection = await log.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select version, seq_id, headers ->> 'hash' from mt_events
             where tenant_id = {e.Tenant} and stream_id = {e.Stream} and version in ({e.Version - 1}, {e.Version})
               and seq_id <> {row.Sequence} order by seq_id
            """);
        (long Sequence, string? Hash)? previous = null;
        var twice = false;
        await using (var other = await batch.ExecuteReaderAsync(cancellation))
        {
            while (await other.ReadAsync(cancellation))
            {
                var (version, sequence) = (other.GetInt64(0), other.GetInt64(1));
                twice |= version == e.Version && sequence < row.Sequence;
                previous ??= version < e.Version ? (sequence, other.Text(2)) : null;
            }
        }

        if (twice)
        {
            walk.Break(row, BreakKind.Inserted, "Another event has the same place in its stream.");
        }
        else if (e.Version > 1 && previous is null)
        {
            walk.Break(row, BreakKind.Removed, $"Version {e.Version - 1} of its stream is missing.");
        }
        else if (previous?.Sequence > row.Sequence)
        {
            walk.Break(row, BreakKind.Reordered, $"Version {e.Version - 1} of its stream comes after it in the log.");
        }

        try
        {
            return previous is not { } one ? Chain.Beginning
                : one.Hash ?? await new StreamEnds().HashOfUnchainedAsync(log, e.Tenant, e.Stream, e.Version - 1, cancellation);
        }
        catch (NotCanonicalException)
        {
            return Chain.Beginning;
        }
    }

    /// <summary>What its hash is by what stands in the row, and what it says itself.</summary>
    private (string? Computed, string? Stored) Hash(Row row, string previous, Walk walk)
    {
        var e = row.Event;
        try
        {
            var (computed, stored) = Hashed(e, previous);
            if (stored is null)
            {
                Unchained(row, computed, walk);
            }
            else if (computed != stored)
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
            return (null, Chain.Stored(e.Headers));
        }
    }

    private static (string Computed, string? Stored) Hashed(in StoredEvent e, string previous)
    {
        try
        {
            var hashed = Chain.Hash(e, previous, exact: true);
            return hashed.Stored is null ? Chain.Hash(e, previous, exact: false) : hashed;
        }
        catch (NotCanonicalException) when (Chain.Stored(e.Headers) is null)
        {
            return Chain.Hash(e, previous, exact: false);
        }
    }

    private void Unchained(Row row, string hash, Walk walk)
    {
        var e = row.Event;
        switch (walk.AcceptList.Meet(e.Tenant, e.Stream, e.Version))
        {
            case { } accepted when accepted == hash:
                walk.Accepted++;
                break;
            case null:
                walk.Break(row, BreakKind.Unchained, "It carries no hash, was not written by this service, and no accept-list names it.");
                Unaccepted?.Invoke(new(e.Tenant ?? "", e.Stream ?? Guid.Empty, e.Version, hash) { Sequence = row.Sequence, Type = e.Type });
                break;
            default:
                walk.Break(row, BreakKind.Altered, "It is not the event that the accept-list names: its hash is another.");
                break;
        }
    }

    private static void Sealed(Row row, string? hash, Leaf? leaf, Walk walk)
    {
        if (row.Sequence > walk.SealedTo)
        {
            return;
        }

        if (leaf is null)
        {
            walk.Break(row, BreakKind.Inserted, "It is not in the tree, and later events are.");
            return;
        }

        if (walk.Whole && leaf.Place != walk.Tree.Size)
        {
            walk.Whole = false;
            walk.Break(row, BreakKind.Removed, $"It stands at leaf {leaf.Place} of the tree, and before it the log has {walk.Tree.Size} events.");
        }

        var recomputed = hash is null ? null : MerkleTree.Leaf(row.Sequence, hash);
        var sealedHash = leaf.Nodes.AsSpan(0, Math.Min(MerkleTree.HashSize, leaf.Nodes.Length));
        if (!sealedHash.SequenceEqual(recomputed))
        {
            walk.Break(row, BreakKind.Altered, "It is not the event that was sealed into the tree.");
        }

        var nodes = walk.Tree.Add(recomputed ?? sealedHash.ToArray());

        // After a break they all differ.
        if (walk.Breaks.Count == 0 && !nodes.AsSpan().SequenceEqual(leaf.Nodes))
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

    /// <summary>Leaves before a place of the log that no event was met for.</summary>
    private static void MissingLeaves(Queue<Leaf> leaves, long before, Walk walk)
    {
        while (leaves.TryPeek(out var leaf) && leaf.Sequence < before)
        {
            leaves.Dequeue();
            walk.Whole = false;
            walk.Break(new(BreakKind.Removed, $"The event at leaf {leaf.Place} of the tree is missing from the log.", leaf.Sequence));
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

    private static async Task ReadAsync(NpgsqlConnection session, ChannelWriter<Page> pages, CancellationToken cancellation)
    {
        try
        {
            for (long? after = 0; after is { } from;)
            {
                var rows = await RowsAsync(session, from, cancellation);
                after = rows.Count == PageSize ? rows[^1].Sequence : null;
                var leaves = await LeavesAsync(session, from, after ?? long.MaxValue, cancellation);
                await pages.WriteAsync(new(rows, leaves), cancellation);
            }

            pages.Complete();
        }
#pragma warning disable CA1031 // Whoever reads the pages is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            pages.Complete(e);
        }
    }

    private static async Task<List<Row>> RowsAsync(NpgsqlConnection session, long after, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session);
        batch.Add(
            $"""
            select seq_id, bdata is not null or coalesce(is_archived, true), tenant_id, stream_id, id, version, type, mt_dotnet_type,
                   timestamp, correlation_id, causation_id, headers, data
              from mt_events where seq_id > {after} order by seq_id limit {PageSize}
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var rows = new List<Row>(PageSize);
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(new(row.GetInt64(0), row.GetBoolean(1), StoredEvent.Read(row, 2)));
        }

        return rows;
    }

    /// <summary>Of a page's events, and of those that are missing from it, as far as they would be named.</summary>
    private static async Task<Queue<Leaf>> LeavesAsync(
        NpgsqlConnection session, long after, long last, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session);
        batch.Add(
            $"""
            select seq_id, leaf, nodes from ls_hash_leaf
             where seq_id > {after} and seq_id <= {last} order by seq_id limit {PageSize + MostBreaks}
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var leaves = new Queue<Leaf>(PageSize);
        while (await row.ReadAsync(cancellation))
        {
            leaves.Enqueue(new(row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)));
        }

        return leaves;
    }

    private sealed record Page(List<Row> Rows, Queue<Leaf> Leaves);

    /// <param name="Beside">Something is stored that the hash does not cover.</param>
    private sealed record Row(long Sequence, bool Beside, StoredEvent Event);

    private sealed record Leaf(long Sequence, long Place, byte[] Nodes);

    private sealed class Walk(long sealedTo, IReadOnlyList<Checkpoint> signed, AcceptList accepted, List<Break> breaks)
    {
        private readonly HashSet<long> _broken = [];

        public long SealedTo => sealedTo;

        public IReadOnlyList<Checkpoint> Signed => signed;

        public AcceptList AcceptList => accepted;

        public List<Break> Breaks => breaks;

        public bool IsFull => breaks.Count >= MostBreaks;

        public GrowingTree Tree { get; } = new();

        public StreamEnds Ends { get; } = new();

        /// <summary>The first checkpoint not reached yet.</summary>
        public int Next { get; set; }

        public long Last { get; set; }

        public long Events { get; set; }

        public long Accepted { get; set; }

        /// <summary>False once a leaf is missing: what follows is no longer the tree that was signed.</summary>
        public bool Whole { get; set; } = true;

        public void Break(Row row, BreakKind kind, string what) =>
            Break(new(kind, what, row.Sequence, row.Event.Id, row.Event.Stream, row.Event.Version, row.Event.Tenant));

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
