using Npgsql;
using NpgsqlTypes;

namespace LiaisonStation.EventStore;

/// <summary>
/// The service's whole log, all townships, in order of sequence. Nothing that may still commit below what it has handed out is
/// ever passed over. One instance serves any number of followers.
/// </summary>
/// <remarks>
/// Numbers commit out of order, so a missing number may be an event on its way. Every writer takes its transaction id before its
/// numbers. So once an event behind the gap is seen, a transaction of our own takes an id b; when a later snapshot's xmin is above
/// b, every writer that could own a number in the gap has ended, and what a still newer snapshot does not show will never be.
/// </remarks>
public sealed class LogReader(StoreDatabase database, StoreModule module) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(20);

    // What a page may hold, unless its first event alone is larger.
    private const int MostBytes = 8_000_000;
    private const int DataColumn = 6;

    private readonly EventTypes _types = new(module.Events);
    private readonly SemaphoreSlim _settling = new(1, 1);

    // Every number up to here belongs to a transaction that has ended. A read that starts later may pass gaps below it.
    private long _settled;
    private (long Seen, ulong Id)? _awaited;

    // What is asked for: twice what fitted last. Whatever does not fit is sent for nothing.
    private int _fitting = 256;

    private long _announcements;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// The next events after <paramref name="after"/>, at most <paramref name="max"/> and no more than fit into memory with ease, as
    /// far as is safe now. Those of archived streams are among them.
    /// </summary>
    /// <exception cref="UnreadableEventException">The first event after <paramref name="after"/> is of no known type or shape.</exception>
    public async Task<LogPage> ReadAsync(long after, int max, CancellationToken cancellation = default)
    {
        var (events, page) = await FollowAsync(
            after, max,
            (from, most) =>
                $"""
                select seq_id, id, stream_id, version, tenant_id, type, data, timestamp, correlation_id, causation_id, headers
                  from mt_events where seq_id > {from} order by seq_id limit {most}
                """,
            _types.Read, cancellation);
        return page with { Events = events };
    }

    /// <summary>The same order and care, without reading what the events say.</summary>
    internal Task<(List<ChainRow> Rows, LogPage Page)> ReadHashesAsync(long after, int max, CancellationToken cancellation) =>
        FollowAsync(
            after, max,
            (from, most) =>
                $"""
                select seq_id, tenant_id, stream_id, version, headers ->> 'hash'
                  from mt_events where seq_id > {from} order by seq_id limit {most}
                """,
            ChainRow.Read, cancellation);

    /// <summary>Returns when events were announced since <paramref name="seen"/> was read, and every second at the latest.</summary>
    public async Task WaitForNewEvents(LogPage seen, CancellationToken cancellation = default)
    {
        var signal = Volatile.Read(ref _next);
        if (Interlocked.Read(ref _announcements) != seen.Announcements)
        {
            return;
        }

        try
        {
            await signal.Task.WaitAsync(Poll, cancellation);
        }
        catch (TimeoutException)
        {
            // An announcement can be lost; the poll covers it.
        }
    }

    /// <summary>The last number that is visible, once nothing below it may still commit.</summary>
    internal async Task<long> EndAsync(CancellationToken cancellation)
    {
        long end;
        await using (var connection = await database.Reader.OpenConnectionAsync(cancellation))
        {
            end = await connection.Scalar<long>($"select coalesce(max(seq_id), 0) from mt_events", cancellation);
        }

        while (Interlocked.Read(ref _settled) < end && !await SettleAsync(end, end, cancellation))
        {
            await Task.Delay(Settling, cancellation);
        }

        return end;
    }

    /// <summary>How far a follower that has reached <paramref name="position"/> lies behind.</summary>
    public async Task<LogLag> LagAsync(long position, CancellationToken cancellation = default)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select (select coalesce(max(seq_id), 0) from mt_events),
                   (select extract(epoch from clock_timestamp() - timestamp)::float8 from mt_events
                     where seq_id > {position} order by seq_id limit 1)
            """);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new(
            Math.Max(0, reader.GetInt64(0) - position),
            reader.IsDBNull(1) ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(1))));
    }

    public void Dispose() => _settling.Dispose();

    internal void Announced()
    {
        Interlocked.Increment(ref _announcements);
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private async Task<(List<T> Rows, LogPage Page)> FollowAsync<T>(
        long after, int max, Func<long, int, FormattableString> sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        var heard = Interlocked.Read(ref _announcements);
        while (true)
        {
            var passable = Interlocked.Read(ref _settled);
            var most = Math.Min(max, Volatile.Read(ref _fitting));
            var (rows, last, gap, seen, full) = await ReadOnceAsync(after, most, sql(after, most), read, passable, cancellation);
            if (rows.Count > 0 || gap is null || !await SettleAsync(gap.Value, seen, cancellation))
            {
                return (rows, new([], last) { More = full, Announcements = heard });
            }
        }
    }

    /// <param name="sql">Its first column is the sequence number.</param>
    private async Task<(List<T> Rows, long Last, long? Gap, long Seen, bool Full)> ReadOnceAsync<T>(
        long after, int most, FormattableString sql, Func<NpgsqlDataReader, T> read, long passable, CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(sql);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        var (last, reached, bytes, full) = (after, after, 0L, false);
        long? gap = null;
        while (!full && await reader.ReadAsync(cancellation))
        {
            var sequence = reader.GetInt64(0);
            if (gap is null && sequence > reached + 1 && sequence - 1 > passable)
            {
                gap = sequence - 1;
            }

            reached = sequence;
            if (gap is not null)
            {
                continue;
            }

            try
            {
                rows.Add(read(reader));
                last = sequence;
                bytes += reader.FieldCount > DataColumn ? reader.GetBytes(DataColumn, 0, null, 0, 0) : 0;
                full = rows.Count == most || bytes >= MostBytes;
            }
            catch (UnreadableEventException) when (rows.Count > 0)
            {
                // What stands before it is handed out first; the next read names it.
                break;
            }
        }

        if (full)
        {
            Volatile.Write(ref _fitting, bytes >= MostBytes ? rows.Count * 2 : Math.Max(Volatile.Read(ref _fitting), Math.Min(most, 1 << 20) * 2));
        }

        return (rows, last, gap, reached, full);
    }

    /// <summary>True when every writer that could own a number up to <paramref name="gap"/> has ended.</summary>
    /// <param name="seen">A number above the gap that is visible already.</param>
    private async Task<bool> SettleAsync(long gap, long seen, CancellationToken cancellation)
    {
        await _settling.WaitAsync(cancellation);
        try
        {
            await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
            while (_settled < gap)
            {
                var (upTo, id) = _awaited ??= (seen, await connection.Scalar<ulong>($"select pg_current_xact_id()", cancellation));
                var ours = new NpgsqlParameter { Value = id, NpgsqlDbType = NpgsqlDbType.Xid8 };
                switch (await connection.Scalar<string>(
                    $"""
                    select case when pg_snapshot_xmin(s) > id then 'ended' when pg_snapshot_xmax(s) <= id then 'forgotten' else 'running' end
                      from pg_current_snapshot() s, (select {ours} as id) ours
                    """, cancellation))
                {
                    case "ended":
                        Interlocked.Exchange(ref _settled, Math.Max(_settled, upTo));
                        _awaited = null;
                        break;
                    case "forgotten":
                        // The server was stopped at once and hands that id out anew: to wait for it might take for ever.
                        _awaited = null;
                        break;
                    default:
                        return false;
                }
            }

            return true;
        }
        finally
        {
            _settling.Release();
        }
    }
}

/// <param name="Events">In order of sequence; empty when nothing is safe to hand out now.</param>
/// <param name="Position">What to read after next; the last event's sequence, or what was asked for.</param>
public sealed record LogPage(IReadOnlyList<RecordedEvent> Events, long Position)
{
    /// <summary>Whether it ends because it is full: there may be more to read at once.</summary>
    public bool More { get; init; }

    internal long Announcements { get; init; }
}

/// <param name="Events">Sequence numbers between the position and the log's end; gaps count.</param>
/// <param name="Oldest">Age of the first event not yet reached; zero when there is none.</param>
public sealed record LogLag(long Events, TimeSpan Oldest);
