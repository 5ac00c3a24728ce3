using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// Runs the async projections: each on one replica at a time, in order of the log, its writes and its progress in one transaction.
/// An event that cannot be projected stops its projection until the next start; none is ever skipped.
/// </summary>
public sealed partial class ProjectionRunner(
    StoreDatabase database, LogReader log, StoreModule module, TimeProvider time, ILogger<ProjectionRunner> logger)
    : BackgroundService
{
    private const int PageSize = 200;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, ProjectionStatus> _statuses =
        new(module.Async.Select(p => KeyValuePair.Create(p.Name, new ProjectionStatus(p.Name, 0, null))));

    /// <summary>How far each projection has come here, and what stopped it.</summary>
    public IReadOnlyList<ProjectionStatus> Statuses => [.. _statuses.Values.OrderBy(s => s.Name, StringComparer.Ordinal)];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(module.Async.Select(p => RunAsync(p, stoppingToken)));

    private async Task RunAsync(AsyncProjection projection, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using var leadership = await Leadership.AcquireAsync(database, $"projection {projection.Name}", cancellation);
                using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellation, leadership.Lost);
                await FollowAsync(projection, leadership, leading.Token);
            }
            catch (ProjectionException stop)
            {
                _statuses[projection.Name] = _statuses[projection.Name] with { Stopped = stop.At };
                Stopped(logger, stop.InnerException, projection.Name, stop.At.EventId, stop.At.Sequence);
                return;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && WillPass(e))
            {
                Interrupted(logger, e, projection.Name);
                await Task.Delay(Retry, cancellation);
            }
        }
    }

    private async Task FollowAsync(AsyncProjection projection, Leadership leadership, CancellationToken cancellation)
    {
        var position = await leadership.PositionAsync(projection.Name, cancellation);
        while (true)
        {
            var page = await NextAsync(position, cancellation);
            if (page.Events.Count > 0)
            {
                await ProjectAsync(projection, leadership, page.Events, cancellation);
                position = page.Position;
            }

            _statuses[projection.Name] = new(projection.Name, position, null);
            var behind = page.Events.Count == PageSize ? time.GetUtcNow() - page.Events[^1].RecordedAt : TimeSpan.Zero;
            Telemetry.Lag.Record(behind.TotalSeconds, new KeyValuePair<string, object?>("projection", projection.Name));
            if (page.Events.Count == 0)
            {
                await log.WaitForNewEvents(page, cancellation);
            }
        }
    }

    private async Task<LogPage> NextAsync(long position, CancellationToken cancellation)
    {
        try
        {
            return await log.ReadAsync(position, PageSize, cancellation);
        }
        catch (UnreadableEventException e)
        {
            throw new ProjectionException(new(e.Id, e.Sequence, e.Message), e);
        }
    }

    private static async Task ProjectAsync(
        AsyncProjection projection, Leadership leadership, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        try
        {
            await leadership.ExecuteAsync(
                batch =>
                {
                    string? tenant = null;
                    foreach (var e in events)
                    {
                        // Rows are written into the event's own township, or refused.
                        if (e.Tenant != tenant)
                        {
                            batch.Township(tenant = e.Tenant);
                        }

                        projection.Project(e, batch);
                    }

                    Leadership.StorePosition(batch, projection.Name, events[^1].Sequence);
                },
                cancellation);
        }
        catch (Exception e) when (!WillPass(e))
        {
            if (events.Count == 1)
            {
                throw new ProjectionException(new(events[0].Id, events[0].Sequence, Reason(e)), e);
            }

            // One by one: those before the culprit are done, and the culprit is named.
            foreach (var one in events)
            {
                await ProjectAsync(projection, leadership, [one], cancellation);
            }
        }
    }

    private static bool WillPass(Exception e) => e switch
    {
        PostgresException p => p.IsTransient,
        NpgsqlException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    // An exception's own words may hold a person's; they go to the log of the operators alone.
    private static string Reason(Exception e) =>
        e is PostgresException p ? $"SQLSTATE {p.SqlState} ({p.ConstraintName ?? p.TableName ?? p.Routine})" : e.GetType().Name;

    [LoggerMessage(LogLevel.Error, "Projection {Projection} stopped at event {EventId} (sequence {Sequence}); nothing after it is projected.")]
    private static partial void Stopped(ILogger logger, Exception? cause, string projection, Guid eventId, long sequence);

    [LoggerMessage(LogLevel.Warning, "Projection {Projection} was interrupted and goes on from where it was.")]
    private static partial void Interrupted(ILogger logger, Exception cause, string projection);

#pragma warning disable CA1032, CA1064 // Says to the loop above where it ended; nobody else sees it.
    private sealed class ProjectionException(ProjectionStop at, Exception cause) : Exception(at.Reason, cause)
    {
        public ProjectionStop At => at;
    }
#pragma warning restore CA1032, CA1064
}

/// <param name="Position">Sequence of the last event projected by this replica; 0 when it has not led yet.</param>
/// <param name="Stopped">The event that could not be projected; null while it runs.</param>
public sealed record ProjectionStatus(string Name, long Position, ProjectionStop? Stopped);

public sealed record ProjectionStop(Guid EventId, long Sequence, string Reason);
