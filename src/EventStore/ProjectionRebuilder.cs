using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// Builds a projection anew from the log's beginning, in tables beside those that go on being served and written, and swaps them
/// when it has caught up. One rebuild at a time, on one replica. Whoever leads next goes on with an async projection from what was
/// committed, and begins anew with a <see cref="StreamTable"/>.
/// </summary>
/// <remarks>
/// Of an async projection: the session looks for tables in the schema <c>ls_rebuild</c> first, so the projection's own statements fill the copies. The
/// swap holds the projection's progress row: its follower is then nowhere between two events, and finds itself moved.
/// </remarks>
public sealed partial class ProjectionRebuilder(
    StoreDatabase database, LogReader log, StoreModule module, TimeProvider time, ILogger<ProjectionRebuilder> logger) : BackgroundService
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly EventTypes _types = new(module.Events);

    /// <summary>Of all projections whose rows follow from the log alone.</summary>
    public IReadOnlyList<string> Names { get; } =
        [.. module.Inline.OfType<StreamTable>().Select(t => t.Name).Concat(module.Async.Select(p => p.Name)).Order(StringComparer.Ordinal)];

    private IEnumerable<StreamTable> Tables => module.Inline.OfType<StreamTable>();

    // Those of which every table is known, and nobody else's.
    private IEnumerable<AsyncProjection> Async => module.Async.Where(
        p => p.Tables.Count > 0 && !module.Async.Any(other => other != p && other.Tables.Intersect(p.Tables).Any()));

    /// <summary>Asks for a rebuild; one that waits or runs already goes on.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<RebuildAnswer> RequestAsync(string projection, CancellationToken cancellation = default)
    {
        if (!Names.Contains(projection))
        {
            return RebuildAnswer.Unknown;
        }

        if (Tables.All(t => t.Name != projection) && Async.All(p => p.Name != projection))
        {
            return RebuildAnswer.NotRebuildable;
        }

        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            insert into ls_rebuilds as r (projection) values ({projection})
            on conflict (projection) do update set
                code = null, position = 0, requested_at = clock_timestamp(), started_at = null, started_from = null, moved_at = null,
                finished_at = null, stopped_event = null, stopped_sequence = null, reason = null
             where r.finished_at is not null or r.reason is not null
            """);
        await batch.ExecuteNonQueryAsync(cancellation);
        return RebuildAnswer.Accepted;
    }

    /// <summary>Every projection with its last rebuild, as the database has them, whichever replica works.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<IReadOnlyList<ProjectionProgress>> ListAsync(CancellationToken cancellation = default)
    {
        string[] names = [.. Names];
        string[] atOnce = [.. Tables.Select(t => t.Name)];
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            with log as (select coalesce(max(seq_id), 0) as last from mt_events)
            select n.name, case when n.name = any({atOnce}) then log.last else coalesce(p.last_seq_id, 0) end, log.last,
                   r.projection is not null, r.position, r.requested_at, r.started_at, r.finished_at, r.stopped_event, r.stopped_sequence, r.reason,
                   ((r.position - r.started_from) / nullif(extract(epoch from r.moved_at - r.started_at), 0))::float8
              from log cross join unnest({names}) n (name)
              left join mt_event_progression p on p.name = n.name left join ls_rebuilds r on r.projection = n.name
             order by n.name
            """);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var found = new List<ProjectionProgress>();
        while (await row.ReadAsync(cancellation))
        {
            var end = row.GetInt64(2);
            found.Add(new(row.GetString(0), row.GetInt64(1), end, row.GetBoolean(3) ? Rebuild(row, end) : null));
        }

        return found;
    }

    internal async Task<IReadOnlyList<StoppedRebuild>> StoppedAsync(CancellationToken cancellation) => Names.Count == 0
        ? []
        : [.. from projection in await ListAsync(cancellation)
              let rebuild = projection.Rebuild
              where rebuild is { Stage: RebuildStage.Stopped }
              select new StoppedRebuild(projection.Name, rebuild.StoppedAt, rebuild.Reason!)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Names.Count == 0)
        {
            return;
        }

        await database.WhenOpen(stoppingToken);
        while (true)
        {
            try
            {
                if (await WantedAsync(stoppingToken) is { } wanted)
                {
                    await using var leadership = await Leadership.AcquireAsync(database, "rebuild", stoppingToken);
                    using var leading = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, leadership.Lost);
                    await RebuildAsync(wanted, leadership, leading.Token);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && ProjectionException.WillPass(e))
            {
                Interrupted(logger, e);
            }

            await Task.Delay(Poll, stoppingToken);
        }
    }

    private static RebuildProgress Rebuild(NpgsqlDataReader row, long end)
    {
        var (position, rate) = (row.GetInt64(4), row.IsDBNull(11) ? 0 : row.GetDouble(11));
        var stage = !row.IsDBNull(7) ? RebuildStage.Finished
            : !row.IsDBNull(10) ? RebuildStage.Stopped
            : !row.IsDBNull(6) ? RebuildStage.Running : RebuildStage.Waiting;
        return new(
            stage, position, rate, stage == RebuildStage.Running && rate > 0 ? Math.Max(0, end - position) / rate : null,
            row.GetFieldValue<DateTimeOffset>(5), row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7),
            row.IsDBNull(8) ? null : row.GetGuid(8), row.IsDBNull(9) ? null : row.GetInt64(9), row.Text(10));
    }

    private async Task<string?> WantedAsync(CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        string[] ours = [.. Tables.Select(t => t.Name).Concat(Async.Select(p => p.Name))];
        return await connection.Scalar<string>(
            $"""
            select coalesce((select projection from ls_rebuilds where finished_at is null and reason is null and projection = any({ours})
                              order by requested_at limit 1), '')
            """,
            cancellation) is { Length: > 0 } name ? name : null;
    }

    private async Task RebuildAsync(string projection, Leadership leadership, CancellationToken cancellation)
    {
        // Somebody else may have done it while this replica waited to lead.
        if (await WantedAsync(cancellation) != projection)
        {
            return;
        }

        var began = time.GetTimestamp();
        try
        {
            await (Tables.SingleOrDefault(t => t.Name == projection) is { } table
                ? FoldAndSwapAsync(table, leadership, cancellation)
                : FollowAndSwapAsync(Async.Single(p => p.Name == projection), leadership, cancellation));
            Finished(logger, projection, time.GetElapsedTime(began).TotalSeconds);
        }
        catch (ProjectionException stop)
        {
            await StopAsync(projection, leadership, stop.At.EventId, stop.At.Sequence, stop.At.Reason, cancellation);
            Stopped(logger, stop.InnerException, projection, stop.At.EventId, stop.At.Sequence);
        }
        catch (PostgresException e) when (!ProjectionException.WillPass(e))
        {
            // Of the tables, not of an event: no copy can be made of them, or none put in their place.
            await StopAsync(
                projection, leadership, null, null, e.SqlState == "LS003" ? e.MessageText : ProjectionException.ReasonOf(e), cancellation);
            NotPossible(logger, e, projection);
        }
    }

    private async Task FoldAndSwapAsync(StreamTable table, Leadership leadership, CancellationToken cancellation)
    {
        var rebuild = new StreamTableRebuild(table, database, log, _types, leadership);
        await BeginAsync(table.Name, leadership, session => rebuild.PrepareAsync(session, cancellation), cancellation);
        await rebuild.RunAsync(Telling(table.Name, 0, cancellation), cancellation);
    }

    private async Task FollowAndSwapAsync(AsyncProjection projection, Leadership leadership, CancellationToken cancellation)
    {
        string[] tables = [.. projection.Tables];
        var code = projection.Project.Method.Module.ModuleVersionId.ToString();
        var position = 0L;
        await BeginAsync(
            projection.Name, leadership,
            async session =>
            {
                await session.Run("set search_path = ls_rebuild, public", cancellation);
                position = await session.Scalar<long>($"select ls_prepare_rebuild({projection.Name}, {tables}, {code})", cancellation);
            },
            cancellation);
        var tell = Telling(projection.Name, position, cancellation);
        while (true)
        {
            var page = await ProjectionException.ReadAsync(log, position, PageSize, cancellation);
            if (page.Events.Count > 0)
            {
                await ProjectionException.WriteAsync(
                    page.Events, e => (e.Id, e.Sequence),
                    events => leadership.ExecuteAsync(b => Add(projection, events, b), cancellation));
                position = page.Position;
            }

            await tell(position);
            if (page.More)
            {
                continue;
            }

            Faults.At?.Invoke(FaultPoint.Refilled);
            if (await leadership.TransactAsync(session => SwapAsync(projection, tables, session, position, cancellation), cancellation))
            {
                return;
            }

            await log.WaitForNewEvents(page, cancellation);
        }
    }

    private static Task<bool> BeginAsync(
        string projection, Leadership leadership, Func<NpgsqlConnection, Task> prepare, CancellationToken cancellation) =>
        leadership.TransactAsync(
            async session =>
            {
                await prepare(session);
                await Write(
                    session,
                    b => b.Add(
                        $"""
                        update ls_rebuilds set started_at = clock_timestamp(), started_from = position, moved_at = clock_timestamp()
                         where projection = {projection}
                        """),
                    cancellation);
                return true;
            },
            cancellation);

    /// <summary>Tells the log every few seconds how far it is, how fast, and how long it will take.</summary>
    private Func<long, Task> Telling(string projection, long from, CancellationToken cancellation)
    {
        var (began, told) = (time.GetTimestamp(), time.GetTimestamp());
        Began(logger, projection, from);
        return async position =>
        {
            if (time.GetElapsedTime(told) > Interval)
            {
                told = time.GetTimestamp();
                var rate = Math.Max(1, (position - from) / time.GetElapsedTime(began).TotalSeconds);
                var left = (await log.LagAsync(position, cancellation)).Events;
                Running(logger, projection, position, left, rate, left / rate);
            }
        };
    }

    /// <summary>False: what the follower has read cannot be read here yet.</summary>
    private async Task<bool> SwapAsync(
        AsyncProjection projection, string[] tables, NpgsqlConnection session, long position, CancellationToken cancellation)
    {
        // Rather try again than hold up everybody who reads the table behind somebody who reads it long.
        await session.Run("set local lock_timeout = '2s'", cancellation);
        var served = await session.Scalar<long>(
            $"select coalesce((select last_seq_id from mt_event_progression where name = {projection.Name} for update), 0)", cancellation);
        while (position < served)
        {
            var page = await ProjectionException.ReadAsync(log, position, PageSize, cancellation);
            if (page.Events.Count == 0)
            {
                return false;
            }

            try
            {
                await Write(session, b => Add(projection, page.Events, b), cancellation);
            }
            catch (Exception e) when (!ProjectionException.WillPass(e))
            {
                // Outside of this transaction it is met again, and named.
                return false;
            }

            position = page.Position;
        }

        await Write(session, b => b.Add($"select ls_finish_rebuild({projection.Name}, {tables}, {position})"), cancellation);
        return true;
    }

    private static void Add(AsyncProjection projection, IReadOnlyList<RecordedEvent> events, NpgsqlBatch batch)
    {
        projection.Add(events, batch);
        batch.Add(
            $"""
            update ls_rebuilds set position = {events[^1].Sequence}, moved_at = clock_timestamp() where projection = {projection.Name}
            """);
    }

    private static async Task Write(NpgsqlConnection session, Action<NpgsqlBatch> add, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session);
        add(batch);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static Task StopAsync(
        string projection, Leadership leadership, Guid? culprit, long? sequence, string reason, CancellationToken cancellation) =>
        leadership.ExecuteAsync(
            b => b.Add(
                $"""
                update ls_rebuilds set stopped_event = {culprit}::uuid, stopped_sequence = {sequence}::bigint, reason = {reason}
                 where projection = {projection}
                """),
            cancellation);

    [LoggerMessage(LogLevel.Information, "The rebuild of projection {Projection} begins, from position {Position}.")]
    private static partial void Began(ILogger logger, string projection, long position);

    [LoggerMessage(LogLevel.Information, "The rebuild of projection {Projection} is at {Position}, {Left} to go at {Rate:0} a second: {Seconds:0} s.")]
    private static partial void Running(ILogger logger, string projection, long position, long left, double rate, double seconds);

    [LoggerMessage(LogLevel.Information, "Projection {Projection} was rebuilt in {Seconds:0.0} s and is served.")]
    private static partial void Finished(ILogger logger, string projection, double seconds);

    [LoggerMessage(LogLevel.Error, "The rebuild of projection {Projection} stopped at event {EventId} (sequence {Sequence}); what stood before is served.")]
    private static partial void Stopped(ILogger logger, Exception? cause, string projection, Guid eventId, long sequence);

    [LoggerMessage(LogLevel.Error, "Projection {Projection} cannot be rebuilt; what stood before is served.")]
    private static partial void NotPossible(ILogger logger, Exception cause, string projection);

    [LoggerMessage(LogLevel.Warning, "A rebuild was interrupted and goes on from where it was.")]
    private static partial void Interrupted(ILogger logger, Exception cause);
}

public enum RebuildAnswer
{
    Accepted,

    /// <summary>No such projection.</summary>
    Unknown,

    /// <summary>It names no tables, or shares one with another.</summary>
    NotRebuildable,
}

public enum RebuildStage
{
    Waiting,
    Running,
    Stopped,
    Finished,
}

/// <param name="Position">Sequence of the last event projected into what is served.</param>
/// <param name="End">Sequence of the log's last event.</param>
public sealed record ProjectionProgress(string Name, long Position, long End, RebuildProgress? Rebuild);

/// <param name="Position">Sequence of the last event in the tables filled anew.</param>
/// <param name="PerSecond">Sequence numbers a second since it began or went on.</param>
/// <param name="SecondsLeft">At this rate; null when it does not run or the rate is unknown.</param>
/// <param name="StoppedAt">The event it could not take.</param>
public sealed record RebuildProgress(
    RebuildStage Stage, long Position, double PerSecond, double? SecondsLeft, DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt,
    Guid? StoppedAt, long? StoppedSequence, string? Reason);

/// <param name="EventId">Null where the tables are the obstacle.</param>
public sealed record StoppedRebuild(string Projection, Guid? EventId, string Reason)
{
    internal string At => EventId is { } id ? $" at event {id}" : "";
}
