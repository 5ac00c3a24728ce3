namespace LiaisonStation.EventStore;

#pragma warning disable CA1822, CA1801 // Replaced with the reader.
/// <summary>
/// The service's whole log, all townships, in order of sequence. Nothing that may still commit below what it has handed out is
/// ever passed over. One instance serves any number of followers.
/// </summary>
public sealed class LogReader
{
    /// <summary>The next events after <paramref name="after"/>, at most <paramref name="max"/>, as far as is safe now.</summary>
    /// <exception cref="UnreadableEventException">The first event after <paramref name="after"/> is of no known type or shape.</exception>
    public Task<LogPage> ReadAsync(long after, int max, CancellationToken cancellation = default) =>
        throw new InvalidOperationException();

    /// <summary>Returns when events were announced since <paramref name="seen"/> was read, and every second at the latest.</summary>
    public Task WaitForNewEvents(LogPage seen, CancellationToken cancellation = default) => throw new InvalidOperationException();

    /// <summary>How far a follower that has reached <paramref name="position"/> lies behind.</summary>
    public Task<LogLag> LagAsync(long position, CancellationToken cancellation = default) => throw new InvalidOperationException();
}

/// <param name="Events">In order of sequence; empty when nothing is safe to hand out now.</param>
/// <param name="Position">What to read after next; the last event's sequence, or what was asked for.</param>
public sealed record LogPage(IReadOnlyList<RecordedEvent> Events, long Position)
{
    internal long Announcements { get; init; }
}

/// <param name="Events">Sequence numbers between the position and the log's end; gaps count.</param>
/// <param name="Oldest">Age of the first event not yet reached; zero when there is none.</param>
public sealed record LogLag(long Events, TimeSpan Oldest);
