using System.Diagnostics;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace LiaisonStation.EventStore;

/// <summary>The streams of one service, in Marten's table format.</summary>
public sealed class StreamStore(StoreDatabase database, StoreModule module, Announcer announcer, TimeProvider time)
{
    private const int MostAttempts = 8;

    private readonly EventTypes _types = new(module.Events);
    private readonly GroupCommit _commits = new(database);

    /// <summary>Writes that wait for a session.</summary>
    internal int Waiting => _commits.Waiting;

    /// <summary>
    /// Fetches a stream, decides, appends: events, inbox row and inline projections in one transaction and one round trip.
    /// Without <paramref name="ifVersion"/> a lost race is decided again, a few times.
    /// </summary>
    /// <param name="decide">May be called several times; only the last decision counts.</param>
    /// <param name="ifVersion">
    /// The version the caller has seen (If-Match); another one answers <see cref="OutcomeKind.Stale"/>. 0 for a stream that must not be
    /// there yet, such as one with a fresh id: it is written without being fetched first.
    /// </param>
    /// <param name="alongside">Adds statements that are committed with the events, and not at all when there are none.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached: nothing is known to be written.</exception>
    /// <exception cref="PostgresException">
    /// A statement of <paramref name="alongside"/> or of a projection failed (a unique key of its own: SQLSTATE 23505), or the stream is
    /// archived (<c>MT001</c>): nothing is written.
    /// </exception>
    /// <exception cref="UnreadableEventException">The stream holds an event this program does not know.</exception>
    public async Task<Outcome<TState>> Write<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid stream, Cause cause, Func<TState?, Decision<TEvent>> decide,
        long? ifVersion = null, Action<NpgsqlBatch>? alongside = null, CancellationToken cancellation = default)
        where TState : class
        where TEvent : class
    {
        using var activity = Telemetry.Source.StartActivity("write");
        activity?.SetTag("stream.type", type.Alias);
        if (ifVersion == 0 && await TryFound(type, stream, cause, decide, alongside, cancellation) is { } founded)
        {
            return founded;
        }

        for (var attempt = 1; ; attempt++)
        {
            var found = await Fetch(type, stream, cause, cancellation);
            if (found.Before is { } before)
            {
                Telemetry.Repeats.Add(1, new KeyValuePair<string, object?>("stream.type", type.Alias));
                var kind = before.Fingerprint == cause.Inbox!.Fingerprint ? OutcomeKind.Repeated : OutcomeKind.KeyReused;
                return new(kind, before.Stream ?? stream, before.Version, null, null);
            }

            if (ifVersion is { } seen && seen != found.Version)
            {
                return new(OutcomeKind.Stale, stream, found.Version, found.State, null);
            }

            var decision = decide(found.State);
            if (decision.Refusal is { } refusal)
            {
                return new(OutcomeKind.Refused, stream, found.Version, null, refusal);
            }

            if (decision.Events.Count == 0 && cause.Inbox is null)
            {
                return new(OutcomeKind.Unchanged, stream, found.Version, found.State, null);
            }

            try
            {
                if (await Append(type, stream, cause, found, decision.Events, alongside, cancellation) is { } done)
                {
                    return done;
                }
            }
            catch (NotCanonicalException)
            {
                return new(OutcomeKind.NotStorable, stream, found.Version, null, null);
            }

            Telemetry.Conflicts.Add(1, new KeyValuePair<string, object?>("stream.type", type.Alias));
            if (attempt == MostAttempts)
            {
                return new(OutcomeKind.Stale, stream, found.Version, found.State, null);
            }

            await Task.Delay(Random.Shared.Next(attempt * 4), cancellation);
        }
    }

    /// <summary>Writes to the service's own tables once per inbox key. False: it was done before.</summary>
    /// <exception cref="ArgumentException"><paramref name="cause"/> has no inbox key.</exception>
    public async Task<bool> Once(Cause cause, Action<NpgsqlBatch> write, CancellationToken cancellation = default)
    {
        var key = cause.Inbox ?? throw new ArgumentException("Once needs an inbox key.", nameof(cause));
        await using var connection = await database.App.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Township(cause.Tenant);
        batch.BatchCommands.Add(Remembering(cause.Tenant, key, null, null, time.Now()));
        write(batch);
        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
            Faults.At?.Invoke(FaultPoint.Written);
            return true;
        }
        catch (PostgresException e) when (IsInboxConflict(e))
        {
            return false;
        }
    }

    /// <summary>
    /// Loads and folds a stream; null where there is none in this township, or county when the code ends in 000, or it is archived.
    /// </summary>
    /// <exception cref="UnreadableEventException">The stream holds an event this program does not know.</exception>
    public Task<Loaded<TState>?> Load<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid stream, string tenant, CancellationToken cancellation = default)
        where TState : class
        where TEvent : class => Load(type, stream, tenant, archived: false, cancellation);

    /// <summary>Loads and folds a stream, an archived one too where asked.</summary>
    /// <exception cref="UnreadableEventException">The stream holds an event this program does not know.</exception>
    public async Task<Loaded<TState>?> Load<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid stream, string tenant, bool archived, CancellationToken cancellation = default)
        where TState : class
        where TEvent : class
    {
        var (state, version) = ((TState?)null, 0L);
        await Query(
            tenant, IsCounty(tenant) ? DataOfCounty(stream, tenant, archived) : DataOfTownship(stream, tenant, archived),
            row =>
            {
                state = type.Evolve(state, (TEvent)_types.ReadData(row));
                return version = row.GetInt64(4);
            },
            cancellation);
        return state is null ? null : new(state, version);
    }

    /// <summary>
    /// The events of a stream in order of version; empty where there is none in this township or county, or it is archived.
    /// </summary>
    /// <exception cref="UnreadableEventException">The stream holds an event this program does not know.</exception>
    public Task<IReadOnlyList<RecordedEvent>> Read(Guid stream, string tenant, CancellationToken cancellation = default) =>
        Read(stream, tenant, archived: false, cancellation);

    /// <summary>The events of a stream, of an archived one too where asked.</summary>
    /// <exception cref="UnreadableEventException">The stream holds an event this program does not know.</exception>
    public Task<IReadOnlyList<RecordedEvent>> Read(
        Guid stream, string tenant, bool archived, CancellationToken cancellation = default) =>
        Query(tenant, OfStream(stream, tenant, archived), _types.Read, cancellation);

    /// <summary>The township of its county in which a stream is; null where there is none. For who acts in several.</summary>
    /// <param name="county">Six digits and 000.</param>
    public async Task<string?> TownshipOf(Guid stream, string county, CancellationToken cancellation = default) =>
        (await Query(
            county,
            $"""
            with recursive townships as (
                select min(tenant_id) as code from mt_streams where tenant_id >= {county[..6]}
                union all
                select (select min(s.tenant_id) from mt_streams s where s.tenant_id > t.code) from townships t
                 where left(t.code, 6) = {county[..6]})
            select s.tenant_id from townships t join mt_streams s on s.tenant_id = t.code where s.id = {stream} limit 1
            """,
            row => row.GetString(0),
            cancellation)).SingleOrDefault();

    /// <summary>Reads the service's own tables as a township sees them. Interpolated values become parameters.</summary>
    public async Task<IReadOnlyList<T>> Query<T>(
        string tenant, FormattableString sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellation = default)
    {
        await using var connection = await database.App.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Township(tenant);
        batch.Add(sql);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    internal static bool IsInboxConflict(PostgresException e) =>
        e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pkey_ls_inbox" };

    private static bool IsCounty(string tenant) => tenant.EndsWith("000", StringComparison.Ordinal);

    private static FormattableString OfStream(Guid stream, string tenant, bool archived) =>
        IsCounty(tenant) ? OfCounty(stream, tenant, archived) : OfTownship(stream, tenant, archived);

    private static FormattableString OfTownship(Guid stream, string tenant, bool archived) =>
        $"""
        select seq_id, id, stream_id, version, tenant_id, type, data, timestamp, correlation_id, causation_id, headers
          from mt_events where tenant_id = {tenant} and stream_id = {stream}
           and ({archived} or not exists (select from mt_streams where tenant_id = {tenant} and id = {stream} and is_archived))
         order by seq_id
        """;

    // What folding needs, and no more: writing the rest out as text costs the server more than finding the rows.
    private static FormattableString DataOfTownship(Guid stream, string tenant, bool archived) =>
        $"""
        select seq_id, id, type, data, version
          from mt_events where tenant_id = {tenant} and stream_id = {stream}
           and ({archived} or not exists (select from mt_streams where tenant_id = {tenant} and id = {stream} and is_archived))
         order by seq_id
        """;

    // The next event's hash needs the last one's.
    private static FormattableString ForWriting(Guid stream, string tenant) =>
        $"""
        select seq_id, id, type, data, version, correlation_id, headers ->> 'hash'
          from mt_events where tenant_id = {tenant} and stream_id = {stream} order by seq_id
        """;

    private static FormattableString OfCounty(Guid stream, string tenant, bool archived) => OfCounty(
        stream, tenant, archived,
        "e.seq_id, e.id, e.stream_id, e.version, e.tenant_id, e.type, e.data, e.timestamp, e.correlation_id, e.causation_id, e.headers");

    private static FormattableString DataOfCounty(Guid stream, string tenant, bool archived) =>
        OfCounty(stream, tenant, archived, "e.seq_id, e.id, e.type, e.data, e.version");

    // The keys begin with the township: its county's few townships are found by skipping from one to the next.
    private static FormattableString OfCounty(Guid stream, string tenant, bool archived, string columns) => FormattableStringFactory.Create(
        $$"""
        with recursive townships as (
            select min(tenant_id) as code from mt_streams where tenant_id >= {0}
            union all
            select (select min(s.tenant_id) from mt_streams s where s.tenant_id > t.code) from townships t
             where left(t.code, 6) = {0})
        select {{columns}}
          from townships t join mt_events e on e.tenant_id = t.code
         where t.code is not null and e.stream_id = {1}
           and ({2} or not exists (select from mt_streams s where s.tenant_id = e.tenant_id and s.id = e.stream_id and s.is_archived))
         order by e.seq_id
        """,
        tenant[..6], stream, archived);

    // The unique keys of inbox and stream say what a fetch would have said; whatever else than new events comes of it is left to one.
    private async Task<Outcome<TState>?> TryFound<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid stream, Cause cause, Func<TState?, Decision<TEvent>> decide,
        Action<NpgsqlBatch>? alongside, CancellationToken cancellation)
        where TState : class
        where TEvent : class
    {
        if (decide(null) is not { Refusal: null, Events: { Count: > 0 } events })
        {
            return null;
        }

        try
        {
            return await Append(type, stream, cause, new(null, 0, Chain.Beginning, null, null), events, alongside, cancellation);
        }
        catch (NotCanonicalException)
        {
            return null;
        }
    }

    private async Task<Found<TState>> Fetch<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid stream, Cause cause, CancellationToken cancellation)
        where TState : class
        where TEvent : class
    {
        await using var connection = await database.App.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Township(cause.Tenant);
        if (cause.Inbox is { } key)
        {
            batch.Add(
                $"""
                select stream_id, version, fingerprint from ls_inbox
                 where tenant_id = {cause.Tenant} and consumer = {key.Consumer} and message_id = {key.Message}
                """);
        }

        batch.Add(ForWriting(stream, cause.Tenant));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        if (cause.Inbox is not null)
        {
            if (await reader.ReadAsync(cancellation))
            {
                return new(
                    null, 0, Chain.Beginning, null,
                    new(reader.IsDBNull(0) ? null : reader.GetGuid(0), reader.IsDBNull(1) ? 0 : reader.GetInt64(1),
                        reader.IsDBNull(2) ? null : reader.GetString(2)));
            }

            await reader.NextResultAsync(cancellation);
        }

        TState? state = null;
        var version = 0L;
        string? hash = Chain.Beginning;
        string? correlation = null;
        while (await reader.ReadAsync(cancellation))
        {
            state = type.Evolve(state, (TEvent)_types.ReadData(reader));
            version = reader.GetInt64(4);
            correlation ??= reader.Text(5);
            hash = reader.Text(6);
        }

        // A row that has none is hashed as it stands.
        hash ??= (await new StreamEnds().HashOfUnchainedAsync(database.Reader, cause.Tenant, stream, version, cancellation)).ToString();
        return new(state, version, hash, correlation, null);
    }

    /// <summary>Null: another was faster.</summary>
    private async Task<Outcome<TState>?> Append<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid stream, Cause cause, Found<TState> found, IReadOnlyList<TEvent> events,
        Action<NpgsqlBatch>? alongside, CancellationToken cancellation)
        where TState : class
        where TEvent : class
    {
        var now = time.Now();
        var version = found.Version + events.Count;
        var state = events.Aggregate(found.State, type.Evolve);
        var inbox = cause.Inbox is { } key ? Remembering(cause.Tenant, key, stream, version, now) : null;
        NpgsqlBatchCommand? append = null;
        var after = new NpgsqlBatch();
        if (events.Count > 0)
        {
            var correlation = found.Correlation ?? cause.Correlation ?? stream.ToString();
            append = AppendCommand(type.Alias, stream, cause, correlation, found.Version, found.Hash, events, now);
            var appended = new Appended(cause.Tenant, stream, type.Alias, state!, version, events, correlation, now) { Before = found.State };
            foreach (var projection in module.Inline)
            {
                projection.Project(appended, after);
            }

            alongside?.Invoke(after);
        }

        if (!await _commits.CommitAsync(new(cause, stream, found.Version, version, inbox, append, after, cancellation), cancellation))
        {
            return null;
        }

        Faults.At?.Invoke(FaultPoint.Written);
        if (events.Count == 0)
        {
            return new(OutcomeKind.Unchanged, stream, version, state, null);
        }

        Telemetry.Appends.Add(events.Count, new KeyValuePair<string, object?>("stream.type", type.Alias));
        announcer.Announce();
        return new(OutcomeKind.Appended, stream, version, state, null);
    }

    private NpgsqlBatchCommand AppendCommand(
        string alias, Guid stream, Cause cause, string correlation, long expected, string previous,
        IReadOnlyList<object> events, DateTimeOffset now)
    {
        var count = events.Count;
        var stored = events.Select(_types.Of).ToArray();
        var by = cause.By with { TraceParent = cause.By.TraceParent ?? Activity.Current?.Id };
        var headers = EventTypes.Write(by);
        var ids = Each(count, _ => Guid.CreateVersion7(now));
        var bodies = Each(count, i => EventTypes.Write(events[i]));
        var chained = Each(count, i =>
        {
            previous = Chain.Hash(
                new(cause.Tenant, stream, ids[i], expected + i + 1, stored[i].Alias, EventTypes.DotnetName(stored[i]), Chain.Time(now),
                    correlation, cause.Causation, headers, bodies[i]),
                previous);
            return EventTypes.Write(by, previous);
        });
        return new NpgsqlBatchCommand(PendingWrite.Append)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = stream },
                new NpgsqlParameter<string> { TypedValue = alias },
                new NpgsqlParameter<string> { TypedValue = cause.Tenant },
                new NpgsqlParameter<Guid[]> { TypedValue = ids },
                new NpgsqlParameter<string[]> { TypedValue = Each(count, i => stored[i].Alias) },
                new NpgsqlParameter<string[]> { TypedValue = Each(count, i => EventTypes.DotnetName(stored[i])) },
                new NpgsqlParameter<string[]>
                {
                    TypedValue = bodies,
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
                },
                new NpgsqlParameter<byte[]?[]> { TypedValue = new byte[]?[count] },
                new NpgsqlParameter<string?[]> { TypedValue = Each(count, _ => cause.Causation) },
                new NpgsqlParameter<string[]> { TypedValue = Each(count, _ => correlation) },
                new NpgsqlParameter<string[]>
                {
                    TypedValue = chained,
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
                },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Each(count, _ => now) },
                new NpgsqlParameter<long> { TypedValue = expected },
            },
        };
    }

    private static T[] Each<T>(int count, Func<int, T> value)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = value(i);
        }

        return values;
    }

    private static NpgsqlBatchCommand Remembering(
        string tenant, InboxKey key, Guid? stream, long? version, DateTimeOffset now) => Sql.Command(
            $"""
            insert into ls_inbox (tenant_id, consumer, message_id, fingerprint, stream_id, version, recorded_at)
            values ({tenant}, {key.Consumer}, {key.Message}, {key.Fingerprint}, {stream}, {version}, {now})
            """);

    private sealed record Found<TState>(TState? State, long Version, string Hash, string? Correlation, Before? Before)
        where TState : class;

    private sealed record Before(Guid? Stream, long Version, string? Fingerprint);
}

public sealed record Loaded<TState>(TState State, long Version);

public enum OutcomeKind
{
    Appended,

    /// <summary>The decider had nothing to add.</summary>
    Unchanged,

    /// <summary>This inbox key was answered before; stream and version are those of then.</summary>
    Repeated,

    /// <summary>The same inbox key came with another fingerprint.</summary>
    KeyReused,
    Refused,

    /// <summary>The stream is at another version than the caller has seen, or lost every race.</summary>
    Stale,

    /// <summary>
    /// An event would not be read back as it is: a number with more digits than a double holds, a key twice, U+0000, half of a
    /// surrogate pair. Nothing is written.
    /// </summary>
    NotStorable,
}

/// <param name="State">The state after the write; null only when refused, not storable or repeated.</param>
/// <param name="Version">The stream's version after the write; 0 where there is no stream.</param>
public sealed record Outcome<TState>(OutcomeKind Kind, Guid Stream, long Version, TState? State, Refusal? Refusal)
    where TState : class;

/// <summary>Writes read tables in the append's own transaction, for what the next screen must show.</summary>
public interface IInlineProjection
{
    /// <summary>Adds statements to the append's batch; one round trip carries them all.</summary>
    void Project(Appended appended, NpgsqlBatch batch);
}

/// <param name="State">The stream's folded state after these events.</param>
/// <param name="Version">The stream's version after these events.</param>
/// <param name="Events">In order; their versions end at <paramref name="Version"/>.</param>
/// <param name="At">When they are recorded, UTC.</param>
public sealed record Appended(
    string Tenant, Guid Stream, string StreamType, object State, long Version, IReadOnlyList<object> Events,
    string Correlation, DateTimeOffset At)
{
    /// <summary>The state before these events; null where they found the stream.</summary>
    public object? Before { get; init; }
}
