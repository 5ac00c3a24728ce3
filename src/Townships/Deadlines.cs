using System.Collections.Concurrent;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.Townships;

/// <summary>When a stream must be looked at next.</summary>
/// <param name="At">The end of its nearest limit, UTC: from just after it something is late.</param>
/// <param name="CalendarYear">The year whose calendar a limit of it waits for.</param>
public sealed record NextDue(DateTimeOffset? At, int? CalendarYear = null)
{
    /// <summary>The nearest of several limits; null where none is open.</summary>
    public static NextDue? Of(params IEnumerable<Limit?> limits)
    {
        var open = limits.OfType<Limit>().ToArray();
        // Working days are never fewer days than days: no earlier year's calendar can be enough.
        var years = open.Where(l => l.DueOn is null).Select(l => l.From.AddDays(l.WorkingDays ?? 0).Year).ToArray();
        return open.Length == 0 ? null : new(open.Min(l => l.DueAt()), years.Length == 0 ? null : years.Min());
    }
}

/// <summary>
/// Deadlines without time-out messages: a table says when each stream is due, and a worker of every replica walks it. What became late
/// is a fact that the stream's own decider states; two workers that find the same stream write it once, for the second one finds it said.
/// </summary>
public static class Deadlines
{
    public static Migration Table { get; } = Migration.Embedded(typeof(Deadlines).Assembly, "due.sql");

    /// <summary>An inline projection: what the streams of a type say of when they are due next.</summary>
    public static StreamTable Of<TState, TEvent>(StreamType<TState, TEvent> type, Func<TState, NextDue?> next)
        where TState : class
        where TEvent : class => new StreamTable("due", "stream_id").And(type, next);

    public static StreamTable And<TState, TEvent>(this StreamTable table, StreamType<TState, TEvent> type, Func<TState, NextDue?> next)
        where TState : class
        where TEvent : class => table.Of(
            type,
            (state, _) => next(state) is { } due
                ? [("stream_type", type.Alias), ("due_at", due.At), ("calendar_year", due.CalendarYear)]
                : null);

    /// <param name="decide">Of a stream that is due: pure, and answers nothing where another worker was faster.</param>
    public static IServiceCollection AddDeadline<TState, TEvent>(
        this IServiceCollection services, StreamType<TState, TEvent> type,
        Func<TState, Policy, WorkingCalendar, DateTimeOffset, Decision<TEvent>> decide)
        where TState : class
        where TEvent : class
    {
        if (services.All(s => s.ServiceType != typeof(DueWalk)))
        {
            services.AddSingleton<DueWalk>().AddHostedService(s => s.GetRequiredService<DueWalk>());
            services.AddHealthChecks().AddCheck<DueWalk>("deadlines").AddCheck<CalendarHealth>("calendar");
        }

        return services.AddSingleton(new Deadline(type.Alias, async (store, tenant, stream, now, cancellation) =>
        {
            var township = new Township(store, tenant);
            var (policy, calendar) = (await township.Policy(now, cancellation), await township.Calendar(cancellation));
            var by = new EventHeaders("deadlines", nameof(Role.System), Unit: null, TraceParent: null);
            var outcome = await store.Write(
                type, stream, new Cause(tenant, by), state => state is null ? [] : decide(state, policy, calendar, now),
                cancellation: cancellation);
            return outcome.Kind is not (OutcomeKind.Refused or OutcomeKind.NotStorable)
                ? outcome.Kind == OutcomeKind.Appended
                : throw new InvalidOperationException($"What is late was answered with {outcome.Refusal?.Code ?? outcome.Kind.ToString()}.");
        }));
    }
}

/// <summary>What is done with a stream of a type that is due.</summary>
/// <param name="Write">Answers whether anything was written.</param>
public sealed record Deadline(
    string StreamType, Func<StreamStore, string, Guid, DateTimeOffset, CancellationToken, Task<bool>> Write);

/// <summary>Walks the due table every second; on demand too, for tests and for whoever moved the clock.</summary>
public sealed partial class DueWalk(
    StoreDatabase database, StreamStore store, IEnumerable<Deadline> deadlines, TimeProvider time, ILogger<DueWalk> logger)
    : BackgroundService, IHealthCheck
{
    private const int Page = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // How PostgreSQL's -infinity is read.
    private static readonly DateTimeOffset WaitsForCalendar = DateTimeOffset.MinValue;

    private readonly Dictionary<string, Deadline> _deadlines = deadlines.ToDictionary(d => d.StreamType);

    // The calendars with which a stream that waits for one was looked at: until there are others, it goes on waiting.
    private readonly ConcurrentDictionary<Guid, string> _waiting = [];
    private volatile string? _problem;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy());

    /// <summary>Looks at every stream that is due now; answers how many facts were written.</summary>
    public async Task<int> Walk(CancellationToken cancellation)
    {
        var (now, written, problem) = (time.GetUtcNow(), 0, (string?)null);
        var calendars = await Calendars(cancellation);
        var after = (At: DateTimeOffset.MinValue, Stream: Guid.Empty);
        while (true)
        {
            var due = await Due(now, calendars, after.At, after.Stream, cancellation);
            foreach (var (tenant, stream, type, at) in due)
            {
                try
                {
                    written += await _deadlines[type].Write(store, tenant, stream, now, cancellation) ? 1 : 0;
                    if (at == WaitsForCalendar)
                    {
                        _waiting[stream] = calendars;
                    }
                }
                catch (Exception e) when (!IsAway(e) && !cancellation.IsCancellationRequested)
                {
                    // One stream that cannot be decided must not hold up the rest.
                    NotDecided(logger, type, stream, e);
                    problem = $"deadlines: {type} {stream} cannot be decided.";
                }

                after = (at, stream);
            }

            if (due.Count < Page)
            {
                _problem = problem;
                return written;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenOpen(stoppingToken);
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await Walk(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                _problem = "deadlines: the due table could not be walked.";
                NotWalked(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // What the server itself answers about one stream is that stream's trouble, unless it says that it will pass.
    private static bool IsAway(Exception e) => e is TimeoutException or NpgsqlException { IsTransient: true } or (NpgsqlException and not PostgresException);

    private async Task<string> Calendars(CancellationToken cancellation)
    {
        await using var command = database.Reader.CreateCommand(
            "select coalesce(string_agg(year || '/' || version, ' ' order by year), '') from registry_calendar");
        return (string)(await command.ExecuteScalarAsync(cancellation))!;
    }

    // As the reader, who sees every township. A limit that waits for a calendar is due when another one has come.
    private async Task<List<(string Tenant, Guid Stream, string Type, DateTimeOffset At)>> Due(
        DateTimeOffset now, string calendars, DateTimeOffset afterAt, Guid afterStream, CancellationToken cancellation)
    {
        await using var command = database.Reader.CreateCommand(
            """
            select tenant_id, stream_id, stream_type, at from (
                select tenant_id, stream_id, stream_type, due_at as at from due where due_at < $1
                union
                select tenant_id, stream_id, stream_type, '-infinity'::timestamptz from due
                where calendar_year <= (select max(year) from registry_calendar) and stream_id <> all($5)) as d
            where (at, stream_id) > ($2, $3) order by at, stream_id limit $4
            """);
        command.Parameters.AddWithValue(now.ToUniversalTime());
        command.Parameters.AddWithValue(afterAt.ToUniversalTime());
        command.Parameters.AddWithValue(afterStream);
        command.Parameters.AddWithValue(Page);
        command.Parameters.AddWithValue(_waiting.Where(w => w.Value == calendars).Select(w => w.Key).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<(string, Guid, string, DateTimeOffset)>();
        while (await reader.ReadAsync(cancellation))
        {
            due.Add((reader.GetString(0), reader.GetGuid(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return due;
    }

    [LoggerMessage(LogLevel.Error, "{Type} {Stream} is due and cannot be decided")]
    private static partial void NotDecided(ILogger logger, string type, Guid stream, Exception e);

    [LoggerMessage(LogLevel.Warning, "The due table could not be walked; it is tried again")]
    private static partial void NotWalked(ILogger logger, Exception e);
}

/// <summary>Warns while the last calendar ends within sixty days: limits beyond it get no date.</summary>
internal sealed class CalendarHealth(StreamStore store, TimeProvider time) : IHealthCheck
{
    private const int WarnDays = 60;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Any code will do: the calendar is the nation's.
        var calendar = await new Township(store, "000000000").Calendar(cancellationToken);
        var left = new DateOnly(calendar.LastYear, 12, 31).DayNumber - BusinessTime.DateOf(time.GetUtcNow()).DayNumber;
        return left > WarnDays
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"calendar: the last one, of {calendar.LastYear}, ends in {left} days; enter the next year's.");
    }
}
