using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// Runs the async projections: each on one replica at a time, in order of the log, its writes and its progress in one transaction.
/// An event that cannot be projected stops its projection until the next start or a rebuild; none is ever skipped.
/// </summary>
public sealed partial class ProjectionRunner(
    StoreDatabase database, LogReader log, StoreModule module, TimeProvider time, ILogger<ProjectionRunner> logger)
    : BackgroundService
{
    private const int PageSize = 5000;
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
                await PassedAsync(projection.Name, stop.At, cancellation);
                _statuses[projection.Name] = _statuses[projection.Name] with { Stopped = null };
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && ProjectionException.WillPass(e))
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
            var page = await ProjectionException.ReadAsync(log, position, PageSize, cancellation);
            if (page.Events.Count > 0)
            {
                await ProjectAsync(projection, leadership, position, page.Events, cancellation);
                position = page.Position;
            }

            _statuses[projection.Name] = new(projection.Name, position, null);
            var behind = page.More ? time.GetUtcNow() - page.Events[^1].RecordedAt : TimeSpan.Zero;
            Telemetry.Lag.Record(behind.TotalSeconds, new KeyValuePair<string, object?>("projection", projection.Name));
            if (page.Events.Count == 0)
            {
                await log.WaitForNewEvents(page, cancellation);
            }
        }
    }

    private static Task ProjectAsync(
        AsyncProjection projection, Leadership leadership, long position, IReadOnlyList<RecordedEvent> page, CancellationToken cancellation) =>
        ProjectionException.WriteAsync(page, e => (e.Id, e.Sequence), async events =>
        {
            await leadership.ExecuteAsync(
                batch =>
                {
                    batch.Add($"select ls_advance_projection({projection.Name}, {position}, {events[^1].Sequence})");
                    projection.Add(events, batch);
                },
                cancellation);
            position = events[^1].Sequence;
        });

    /// <summary>Somebody else may bring it past the culprit: another release, or a rebuild.</summary>
    private async Task PassedAsync(string projection, ProjectionStop stop, CancellationToken cancellation)
    {
        for (var position = 0L; position < stop.Sequence;)
        {
            await Task.Delay(Retry, cancellation);
            try
            {
                await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
                position = await connection.Scalar<long>(
                    $"select coalesce((select last_seq_id from mt_event_progression where name = {projection}), 0)", cancellation);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // It stays stopped until the database can tell.
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Projection {Projection} stopped at event {EventId} (sequence {Sequence}); nothing after it is projected.")]
    private static partial void Stopped(ILogger logger, Exception? cause, string projection, Guid eventId, long sequence);

    [LoggerMessage(LogLevel.Warning, "Projection {Projection} was interrupted and goes on from where it was.")]
    private static partial void Interrupted(ILogger logger, Exception cause, string projection);
}

/// <param name="Position">Sequence of the last event projected by this replica; 0 when it has not led yet.</param>
/// <param name="Stopped">The event that could not be projected; null while it runs.</param>
public sealed record ProjectionStatus(string Name, long Position, ProjectionStop? Stopped);
