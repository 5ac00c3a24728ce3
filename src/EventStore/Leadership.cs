using Npgsql;

namespace LiaisonStation.EventStore;

#pragma warning disable CA1822, CA1801 // Replaced with the lock.
/// <summary>
/// The one right, over all replicas, to follow the log for a purpose: an advisory lock on a session of the reader role that the
/// server ends after 15 s of silence. It pings by itself.
/// </summary>
public sealed class Leadership : IAsyncDisposable
{
    /// <summary>Waits until the lock is won.</summary>
    public static Task<Leadership> AcquireAsync(StoreDatabase database, string purpose, CancellationToken cancellation) =>
        throw new InvalidOperationException();

    /// <summary>Ends when the session is gone: somebody else may lead now.</summary>
    public CancellationToken Lost => throw new InvalidOperationException();

    /// <summary>Runs statements in one transaction on the session that holds the lock, so that a leader of yesterday writes nothing.</summary>
    public Task ExecuteAsync(Action<NpgsqlBatch> write, CancellationToken cancellation) => throw new InvalidOperationException();

    /// <summary>The position stored under a name in <c>mt_event_progression</c>; 0 where there is none.</summary>
    public Task<long> PositionAsync(string name, CancellationToken cancellation) => throw new InvalidOperationException();

    /// <summary>Adds the statement that stores a position to a batch for <see cref="ExecuteAsync"/>.</summary>
    public static void StorePosition(NpgsqlBatch batch, string name, long position) => throw new InvalidOperationException();

    public ValueTask DisposeAsync() => throw new InvalidOperationException();
}
