using System.Runtime.CompilerServices;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// Fills a copy of a stream table from the log: folds one stream after the other and copies the rows in, folds those anew that were
/// written to meanwhile, and swaps.
/// </summary>
/// <remarks>
/// A row follows from its whole stream, so folding a stream once more is never wrong. For the swap it takes the lock that writers of
/// the served table conflict with. It is given when no writer is between its events and its row; so what a new snapshot shows is
/// what the served rows show, and a writer that comes later finds the new table under the old name.
/// </remarks>
internal sealed class StreamTableRebuild(
    StreamTable table, StoreDatabase database, LogReader log, EventTypes types, Leadership leadership)
{
    private const string Schema = "ls_rebuild";

    // What is in memory at once: rows, and the text of the events they were folded from.
    private const int MostRows = 5_000;
    private const int MostCharacters = 8_000_000;

    // Fewer streams than these are folded while writers wait.
    private const int Few = 200;

    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Makes the empty copy. Whatever an interrupted rebuild left is thrown away.</summary>
    public async Task PrepareAsync(NpgsqlConnection session, CancellationToken cancellation)
    {
        await session.Scalar<long>($"select ls_prepare_rebuild({table.Name}, {new[] { table.Name }}, {Guid.NewGuid().ToString()})", cancellation);
        await Write(session, $"select ls_open_copy({table.Name})", cancellation);
    }

    /// <param name="told">Called with the position every now and then.</param>
    /// <exception cref="ProjectionException">An event that cannot be folded, or the last one of a stream whose rows cannot be written.</exception>
    public async Task RunAsync(Func<long, Task> told, CancellationToken cancellation)
    {
        var reached = await log.EndAsync(cancellation);
        await FillAsync(Whole, portion => portion.Events, told, cancellation);
        for (var pause = TimeSpan.FromMilliseconds(100); ;)
        {
            var end = await log.EndAsync(cancellation);
            var streams = await FillAsync(WrittenTo(reached, end), _ => end, told, cancellation);
            reached = end;
            if (streams > Few)
            {
                continue;
            }

            Faults.At?.Invoke(FaultPoint.Refilled);
            if (await SwapAsync(reached, cancellation))
            {
                return;
            }

            // Somebody reads the table for long, or it is written to very much: rather later than to hold everybody up again at once.
            await Task.Delay(pause, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private FormattableString Whole =>
        $"""
        select e.seq_id, e.id, e.stream_id, e.version, e.tenant_id, e.type, e.data, e.timestamp, s.type
          from mt_streams s join mt_events e on e.tenant_id = s.tenant_id and e.stream_id = s.id
         where s.type = any({table.StreamTypes}) order by e.tenant_id, e.stream_id, e.version
        """;

    private FormattableString WrittenTo(long after, long upTo) =>
        $"""
        select e.seq_id, e.id, e.stream_id, e.version, e.tenant_id, e.type, e.data, e.timestamp, s.type
          from (select distinct tenant_id, stream_id from mt_events where seq_id > {after} and seq_id <= {upTo}) w
          join mt_streams s on s.tenant_id = w.tenant_id and s.id = w.stream_id
          join mt_events e on e.tenant_id = s.tenant_id and e.stream_id = s.id
         where s.type = any({table.StreamTypes}) order by e.tenant_id, e.stream_id, e.version
        """;

    private async Task<int> FillAsync(
        FormattableString events, Func<Portion, long> position, Func<long, Task> told, CancellationToken cancellation)
    {
        var (streams, writing) = (0, Task.CompletedTask);
        try
        {
            await foreach (var portion in FoldAsync(events, cancellation))
            {
                streams += portion.Streams.Count;
                await writing;
                await told(position(portion));
                writing = ProjectionException.WriteAsync(
                    portion.Streams, s => (s.Last.Id, s.Last.Sequence),
                    written => leadership.TransactAsync(
                        async session =>
                        {
                            await ReplaceAsync(session, written, cancellation);
                            await Write(
                                session,
                                $"""
                                update ls_rebuilds set position = {position(portion)}, moved_at = clock_timestamp()
                                 where projection = {table.Name}
                                """,
                                cancellation);
                            return true;
                        },
                        cancellation));
            }
        }
        finally
        {
            await writing;
        }

        return streams;
    }

    /// <summary>False: the table could not be had, or not be brought up to date, in a moment.</summary>
    private async Task<bool> SwapAsync(long reached, CancellationToken cancellation)
    {
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            return await leadership.TransactAsync(
                async session =>
                {
                    await Write(session, $"select ls_hold_table({table.Name})", cancellation);
                    brief.CancelAfter(LongestHold);
                    await foreach (var portion in FoldAsync(WrittenTo(reached, long.MaxValue), brief.Token))
                    {
                        await ReplaceAsync(session, portion.Streams, brief.Token);
                        reached = portion.Streams.Max(s => s.Last.Sequence);
                    }

                    await Write(session, $"select ls_swap_copy({table.Name}, {reached})", brief.Token);
                    return true;
                },
                cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (PostgresException e) when (
            e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected || IsOfARow(e))
        {
            // A row that is refused is met again outside of this transaction, and its event named.
            return false;
        }
    }

    private static bool IsOfARow(PostgresException e) => e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal);

    private async Task ReplaceAsync(NpgsqlConnection session, IReadOnlyList<StreamRows> streams, CancellationToken cancellation)
    {
        await Write(session, table.DeleteFrom(Schema, streams), cancellation);
        var rows = streams.SelectMany(s => s.Rows, (s, row) => (s.Last, row.Columns, row.Since)).ToArray();
        if (rows.Length == 0)
        {
            return;
        }

        await using var copy = await session.BeginBinaryImportAsync(table.CopyInto(Schema, rows[0].Columns), cancellation);
        foreach (var (last, columns, since) in rows)
        {
            await copy.StartRowAsync(cancellation);
            foreach (var value in table.Values(last, columns, since))
            {
                await (value is null ? copy.WriteNullAsync(cancellation) : copy.WriteAsync(value is DateTimeOffset at ? at.ToUniversalTime() : value, cancellation));
            }
        }

        await copy.CompleteAsync(cancellation);
    }

    private async IAsyncEnumerable<Portion> FoldAsync(FormattableString events, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.Add(events);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var streams = new List<StreamRows>();
        var (read, rows, characters) = (0L, 0, 0L);
        StreamRows? stream = null;
        while (await row.ReadAsync(cancellation))
        {
            var e = new RecordedAs(
                row.GetString(8), row.GetString(4), row.GetGuid(2), row.GetInt64(3), row.GetGuid(1), row.GetInt64(0),
                row.GetFieldValue<DateTimeOffset>(7));
            if (stream is not null && (stream.Last.Stream != e.Stream || stream.Last.Tenant != e.Tenant))
            {
                streams.Add(stream);
                (rows, stream) = (rows + stream.Rows.Count, null);
                if (streams.Count >= MostRows || rows >= MostRows || characters >= MostCharacters)
                {
                    yield return new(streams, read);
                    (streams, rows, characters) = ([], 0, 0);
                }
            }

            var data = row.GetString(6);
            stream = Next(stream, e, row.GetString(5), data);
            read++;
            characters += data.Length;
        }

        if (stream is not null)
        {
            yield return new([.. streams, stream], read);
        }
    }

    private StreamRows Next(StreamRows? before, RecordedAs e, string alias, string data)
    {
        try
        {
            return table.Next(before, e, types.Read(e.Sequence, e.Id, alias, data));
        }
        catch (Exception cause)
        {
            var reason = cause is UnreadableEventException ? cause.Message : ProjectionException.ReasonOf(cause);
            throw new ProjectionException(new(e.Id, e.Sequence, reason), cause);
        }
    }

    private static async Task Write(NpgsqlConnection session, FormattableString sql, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session);
        batch.Add(sql);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <param name="Events">How many were read for it and all before it.</param>
    private sealed record Portion(IReadOnlyList<StreamRows> Streams, long Events);
}
