using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// A projection that follows the log at its own pace; its progress stands in <c>mt_event_progression</c>. What is committed together
/// comes township by township, each in the log's order.
/// </summary>
/// <param name="Name">Name of its progress row.</param>
/// <param name="Project">
/// Adds the statements for some events of one township, in the log's order; they are committed with the progress. How many come at
/// once is anybody's guess, so rows must not follow from that. One statement for many events catches up several times faster than
/// one for each. Tables are named without a schema, and rows follow from the events alone, so that a rebuild makes the same ones.
/// </param>
public sealed record AsyncProjection(string Name, Action<IReadOnlyList<RecordedEvent>, NpgsqlBatch> Project)
{
    /// <summary>Every table it writes, and no other projection does; none: it cannot be rebuilt while the service runs.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    internal void Add(IReadOnlyList<RecordedEvent> events, NpgsqlBatch batch)
    {
        // Rows are written into the event's own township, or refused.
        foreach (var township in events.GroupBy(e => e.Tenant))
        {
            batch.Township(township.Key);
            Project([.. township], batch);
            Faults.At?.Invoke(FaultPoint.Projecting);
        }
    }
}

/// <summary>The event that a projection could not take.</summary>
public sealed record ProjectionStop(Guid EventId, long Sequence, string Reason);

#pragma warning disable CA1032, CA1064 // Says to the loops of this project where they ended; nobody else sees it.
internal sealed class ProjectionException(ProjectionStop at, Exception cause) : Exception(at.Reason, cause)
{
    public ProjectionStop At => at;

    /// <summary>The next events, where they can be read.</summary>
    public static async Task<LogPage> ReadAsync(LogReader log, long position, int max, CancellationToken cancellation)
    {
        try
        {
            return await log.ReadAsync(position, max, cancellation);
        }
        catch (UnreadableEventException e)
        {
            throw new ProjectionException(new(e.Id, e.Sequence, e.Message), e);
        }
    }

    /// <summary>Writes all at once or, where that fails, by halves: those before the culprit are done, and its event is named.</summary>
    public static async Task WriteAsync<T>(
        IReadOnlyList<T> all, Func<T, (Guid Id, long Sequence)> eventOf, Func<IReadOnlyList<T>, Task> write)
    {
        try
        {
            await write(all);
        }
        catch (Exception e) when (!WillPass(e))
        {
            if (all.Count == 1)
            {
                var (id, sequence) = eventOf(all[0]);
                throw new ProjectionException(new(id, sequence, ReasonOf(e)), e);
            }

            await WriteAsync([.. all.Take(all.Count / 2)], eventOf, write);
            await WriteAsync([.. all.Skip(all.Count / 2)], eventOf, write);
        }
    }

    public static bool WillPass(Exception e) => e switch
    {
        PostgresException p => p.IsTransient || p.SqlState == Elsewhere,
        NpgsqlException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    // The projection was moved by somebody else, and nothing was written.
    private const string Elsewhere = "LS002";

    // An exception's own words may hold a person's; they go to the log of the operators alone.
    public static string ReasonOf(Exception e) =>
        e is PostgresException p ? $"SQLSTATE {p.SqlState} ({p.ConstraintName ?? p.TableName ?? p.Routine})" : e.GetType().Name;
}
#pragma warning restore CA1032, CA1064
