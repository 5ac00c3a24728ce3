using Npgsql;

namespace LiaisonStation.EventStore;

#pragma warning disable CA1822 // Replaced with the write path.
/// <summary>The streams of one service, in Marten's table format.</summary>
public sealed class StreamStore
{
    /// <summary>
    /// Fetches a stream, decides, appends: events, inbox row and inline projections in one transaction and one round trip.
    /// Without <paramref name="ifVersion"/> a lost race is decided again, a few times.
    /// </summary>
    /// <param name="ifVersion">The version the caller has seen (If-Match); another one answers <see cref="OutcomeKind.Stale"/>.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached: nothing is known to be written.</exception>
    public Task<Outcome<TState>> Write<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid stream, Cause cause, Func<TState?, Decision<TEvent>> decide,
        long? ifVersion = null, Action<NpgsqlBatch>? alongside = null, CancellationToken cancellation = default)
        where TState : class
        where TEvent : class => throw new InvalidOperationException();

    /// <summary>Writes to the service's own tables once per inbox key. False: it was done before.</summary>
    public Task<bool> Once(Cause cause, Action<NpgsqlBatch> write, CancellationToken cancellation = default) =>
        throw new InvalidOperationException();

    /// <summary>Loads and folds a stream; null where there is none in this township.</summary>
    public Task<Loaded<TState>?> Load<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid stream, string tenant, CancellationToken cancellation = default)
        where TState : class
        where TEvent : class => throw new InvalidOperationException();

    /// <summary>The events of a stream in order of version; empty where there is none in this township.</summary>
    public Task<IReadOnlyList<RecordedEvent>> Read(Guid stream, string tenant, CancellationToken cancellation = default) =>
        throw new InvalidOperationException();

    /// <summary>Reads the service's own tables as a township sees them. Interpolated values become parameters.</summary>
    public Task<IReadOnlyList<T>> Query<T>(
        string tenant, FormattableString sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellation = default) =>
        throw new InvalidOperationException();
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
}

/// <param name="State">The state after the write; null only when refused or repeated.</param>
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
    string Correlation, DateTimeOffset At);
