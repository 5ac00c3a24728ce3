using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace LiaisonStation.EventStore;

/// <summary>
/// Writes many new streams of one township in one transaction, for imports and seeding: the events come by COPY and stand there as
/// if each stream had been written alone, with the same checks, hashes, inbox rows and inline projections.
/// </summary>
/// <remarks>
/// Row-level security allows no COPY into the log itself, so they are copied into a table of the session's own and inserted from
/// there. The numbers are drawn within that INSERT, after the transaction has its id, as readers of the log rely on.
/// </remarks>
public sealed class BulkAppend(StoreDatabase database, StoreModule module, Announcer announcer, TimeProvider time)
{
    /// <summary>More events would hold up all who read the log behind their transaction.</summary>
    public const int MostEvents = 5_000;

    private const string Staging =
        """
        create temp table if not exists ls_bulk (
            place int, stream_id uuid, version bigint, id uuid, type text, dotnet_type text, data jsonb, correlation text,
            causation text, headers jsonb)
        on commit delete rows
        """;

    private const string Copy =
        """
        copy pg_temp.ls_bulk (place, stream_id, version, id, type, dotnet_type, data, correlation, causation, headers)
        from stdin (format binary)
        """;

    private readonly EventTypes _types = new(module.Events);

    /// <summary>All of them, or nothing.</summary>
    /// <param name="streams">At least one event each; all of one township.</param>
    /// <param name="alongside">Adds statements that are committed with the events.</param>
    /// <exception cref="ArgumentException">
    /// They are of two townships, hold a stream twice or one without an event, or more than <see cref="MostEvents"/> events.
    /// </exception>
    /// <exception cref="NpgsqlException">The database cannot be reached: nothing is known to be written.</exception>
    /// <exception cref="PostgresException">A statement of <paramref name="alongside"/> or of a projection failed: nothing is written.</exception>
    public async Task<BulkOutcome> Found<TState, TEvent>(
        StreamType<TState, TEvent> type, IReadOnlyList<Founding<TEvent>> streams, Action<NpgsqlBatch>? alongside = null,
        CancellationToken cancellation = default)
        where TState : class
        where TEvent : class
    {
        if (streams.Count == 0)
        {
            return BulkOutcome.Appended;
        }

        var tenant = streams[0].Cause.Tenant;
        if (streams.Any(s => s.Cause.Tenant != tenant || s.Events.Count == 0)
            || streams.Sum(s => s.Events.Count) > MostEvents || streams.DistinctBy(s => s.Id).Count() < streams.Count)
        {
            throw new ArgumentException("Different new streams of one township, with events, and no more of them than one transaction should hold.", nameof(streams));
        }

        using var activity = Telemetry.Source.StartActivity("bulk append");
        var now = time.Now();
        try
        {
            var rows = Rows(streams, now);
            await WriteAsync(type, tenant, streams, rows, now, alongside, cancellation);
            Faults.At?.Invoke(FaultPoint.Written);
            Telemetry.Appends.Add(rows.Count, new KeyValuePair<string, object?>("stream.type", type.Alias));
            announcer.Announce();
            return BulkOutcome.Appended;
        }
        catch (NotCanonicalException)
        {
            return BulkOutcome.NotStorable;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pkey_mt_streams_tenant_id_id" or "pkey_ls_inbox" })
        {
            return BulkOutcome.Conflict;
        }
    }

    private List<Row> Rows<TEvent>(IReadOnlyList<Founding<TEvent>> streams, DateTimeOffset now)
        where TEvent : class
    {
        var rows = new List<Row>();
        foreach (var (stream, cause, events) in streams)
        {
            var by = cause.By with { TraceParent = cause.By.TraceParent ?? Activity.Current?.Id };
            var headers = EventTypes.Write(by);
            var correlation = cause.Correlation ?? stream.ToString();
            var hash = Chain.Beginning;
            for (var i = 0; i < events.Count; i++)
            {
                var (stored, id, data) = (_types.Of(events[i]), Guid.CreateVersion7(now), EventTypes.Write(events[i]));
                hash = Chain.Hash(
                    new(cause.Tenant, stream, id, i + 1, stored.Alias, EventTypes.DotnetName(stored), Chain.Time(now), correlation,
                        cause.Causation, headers, data),
                    hash);
                rows.Add(new(stream, i + 1, id, stored.Alias, EventTypes.DotnetName(stored), data, correlation, cause.Causation, EventTypes.Write(by, hash)));
            }
        }

        return rows;
    }

    private async Task WriteAsync<TState, TEvent>(
        StreamType<TState, TEvent> type, string tenant, IReadOnlyList<Founding<TEvent>> streams, List<Row> rows, DateTimeOffset now,
        Action<NpgsqlBatch>? alongside, CancellationToken cancellation)
        where TState : class
        where TEvent : class
    {
        await using var connection = await database.App.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var begin = new NpgsqlBatch(connection))
        {
            begin.Township(tenant);
            begin.BatchCommands.Add(new(Staging));
            await begin.ExecuteNonQueryAsync(cancellation);
        }

        await using (var copy = await connection.BeginBinaryImportAsync(Copy, cancellation))
        {
            for (var place = 0; place < rows.Count; place++)
            {
                var row = rows[place];
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync(place, NpgsqlDbType.Integer, cancellation);
                await copy.WriteAsync(row.Stream, NpgsqlDbType.Uuid, cancellation);
                await copy.WriteAsync(row.Version, NpgsqlDbType.Bigint, cancellation);
                await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancellation);
                await copy.WriteAsync(row.Type, NpgsqlDbType.Text, cancellation);
                await copy.WriteAsync(row.DotnetType, NpgsqlDbType.Text, cancellation);
                await copy.WriteAsync(row.Body, NpgsqlDbType.Jsonb, cancellation);
                await copy.WriteAsync(row.Correlation, NpgsqlDbType.Text, cancellation);
                await (row.Causation is { } causation ? copy.WriteAsync(causation, NpgsqlDbType.Text, cancellation) : copy.WriteNullAsync(cancellation));
                await copy.WriteAsync(row.Headers, NpgsqlDbType.Jsonb, cancellation);
            }

            await copy.CompleteAsync(cancellation);
        }

        await using var batch = new NpgsqlBatch(connection);

        // The order of locks that every writer keeps: inbox, streams, read tables; within each, by key.
        Remember(batch, tenant, streams, now);
        batch.Add(
            $"""
            insert into mt_streams (tenant_id, id, type, version, timestamp, created)
            select {tenant}, stream_id, {type.Alias}, max(version), {now}, {now} from pg_temp.ls_bulk group by stream_id order by stream_id
            """);
        batch.Add(
            $"""
            insert into mt_events (
                seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers,
                is_archived)
            select nextval('mt_events_sequence'), b.id, b.stream_id, b.version, b.data, b.type, {now}, {tenant}, b.dotnet_type,
                   b.correlation, b.causation, b.headers, false
              from (select * from pg_temp.ls_bulk order by place) b
            """);
        foreach (var (stream, cause, events) in streams)
        {
            var state = events.Aggregate((TState?)null, type.Evolve)!;
            var appended = new Appended(
                tenant, stream, type.Alias, state, events.Count, events, cause.Correlation ?? stream.ToString(), now);
            foreach (var projection in module.Inline)
            {
                projection.Project(appended, batch);
            }
        }

        alongside?.Invoke(batch);
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static void Remember<TEvent>(
        NpgsqlBatch batch, string tenant, IReadOnlyList<Founding<TEvent>> streams, DateTimeOffset now)
        where TEvent : class
    {
        var keyed = streams.Where(s => s.Cause.Inbox is not null).ToArray();
        if (keyed.Length > 0)
        {
            batch.Add(
                $"""
                insert into ls_inbox (tenant_id, consumer, message_id, fingerprint, stream_id, version, recorded_at)
                select {tenant}, k.consumer, k.message, k.fingerprint, k.stream, k.version, {now}
                  from unnest({keyed.Select(s => s.Cause.Inbox!.Consumer).ToArray()}, {keyed.Select(s => s.Cause.Inbox!.Message).ToArray()},
                              {keyed.Select(s => s.Cause.Inbox!.Fingerprint).ToArray()}, {keyed.Select(s => s.Id).ToArray()},
                              {keyed.Select(s => (long)s.Events.Count).ToArray()}) as k (consumer, message, fingerprint, stream, version)
                 order by k.consumer, k.message
                """);
        }
    }

    private sealed record Row(
        Guid Stream, long Version, Guid Id, string Type, string DotnetType, string Body, string Correlation, string? Causation, string Headers);
}

/// <param name="Id">Of a stream that is not there yet.</param>
/// <param name="Events">Its first events, in order.</param>
public sealed record Founding<TEvent>(Guid Id, Cause Cause, IReadOnlyList<TEvent> Events)
    where TEvent : class;

public enum BulkOutcome
{
    /// <summary>All are committed.</summary>
    Appended,

    /// <summary>One of the streams is there already, or one of the inbox keys was answered: nothing is written. Write them one by one.</summary>
    Conflict,

    /// <summary>One of the events would not be read back as it is (<see cref="OutcomeKind.NotStorable"/>): nothing is written.</summary>
    NotStorable,
}
