using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>What a service tells others, and where.</summary>
/// <param name="Service">Its name; of its marker too.</param>
/// <param name="Broker">amqp://user:password@host:port</param>
/// <param name="Says">Every contract it publishes, with all listeners' queues.</param>
/// <param name="Publish">Maps a stored event to the one message that tells others, or null.</param>
public sealed record RelayModule(
    string Service, Uri Broker, IReadOnlyList<Says> Says, Func<RecordedEvent, object?> Publish);

/// <summary>
/// The event log is the outbox: one leader over all replicas reads it in order, publishes, and stores its position when the
/// broker has confirmed everything up to it. What cannot be published is never passed over.
/// </summary>
/// <remarks>
/// A marker tells a broker that has kept its queues from one that has lost them. Where it is missing everything is published
/// again from the log's beginning; the listeners' inboxes make repeats free.
/// </remarks>
public sealed partial class Relay(
    RelayModule module, StoreDatabase database, LogReader log, TimeProvider time, ILogger<Relay> logger) : BackgroundService
{
    private const string Purpose = "relay";
    private const int PageSize = 256;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly string _marker = $"{module.Service}-relay";
    private readonly HashSet<Type> _contracts = [.. module.Says.Select(s => s.Contract)];
    private TimeSpan _pause = ShortestPause;
    private Broker? _broker;
    private volatile RelayState _state = new(false, 0, null, null);

    public RelayState State => _broker?.Blocked is { } reason
        ? _state with { Trouble = $"the broker takes no messages: {reason}" }
        : _state;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Lead(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                var stoppedAt = e switch
                {
                    UnpublishableEventException unpublishable => unpublishable.Id,
                    UnreadableEventException unreadable => unreadable.Id,
                    _ => (Guid?)null,
                };
                var trouble = $"{e.GetType().Name}: {e.Message}";
                _state = _state with { Leads = false, Trouble = trouble, StoppedAt = stoppedAt };
                LogTrouble(module.Service, _state.Position, trouble, _pause.TotalSeconds, stoppedAt is null ? null : e);
                await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    private async Task Lead(CancellationToken stopping)
    {
        await using var leadership = await Leadership.AcquireAsync(database, Purpose, stopping);
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(stopping, leadership.Lost);
        await using var broker = _broker = await Broker.Connect(module.Broker, $"{module.Service} relay", leading.Token);
        try
        {
            await Follow(leadership, broker, leading.Token);
        }
        finally
        {
            _broker = null;
        }
    }

    private async Task Follow(Leadership leadership, Broker broker, CancellationToken leading)
    {
        var position = await leadership.PositionAsync(Purpose, leading);
        if (!await broker.IsMarked(_marker, leading) && position > 0)
        {
            LogForgetful(module.Service, position);
            await Store(position = 0);
        }

        await broker.Declare(module.Says, leading);
        // Only now: a crash up to here finds the marker missing again.
        await broker.Mark(_marker, leading);
        LogLeads(module.Service, position);
        while (true)
        {
            _state = new RelayState(true, position, null, null);
            var page = await log.ReadAsync(position, PageSize, leading);
            var (messages, reached, unpublishable) = Map(page);
            Faults.At?.Invoke(FaultPoint.BeforePublishing);
            await Task.WhenAll(messages.Select(m => broker.Publish(m, leading).AsTask()));
            if (reached > position)
            {
                Faults.At?.Invoke(FaultPoint.Published);
                await Store(position = reached);
                _pause = ShortestPause;
            }

            if (unpublishable is not null)
            {
                throw unpublishable;
            }

            if (!broker.IsOpen)
            {
                throw new IOException("The broker closed the connection.");
            }

            if (page.Events.Count == 0)
            {
                await log.WaitForNewEvents(page, leading);
            }
        }

        // On the connection that holds the lock: a leader that was frozen and has been followed by another is refused here.
        Task Store(long reached) =>
            leadership.ExecuteAsync(batch => Leadership.StorePosition(batch, Purpose, reached), leading);
    }

    private (List<Envelope> Messages, long Reached, UnpublishableEventException? Unpublishable) Map(LogPage page)
    {
        var messages = new List<Envelope>();
        var before = page.Events.Count > 0 ? page.Events[0].Sequence - 1 : page.Position;
        foreach (var stored in page.Events)
        {
            try
            {
                if (module.Publish(stored) is { } message)
                {
                    messages.Add(_contracts.Contains(message.GetType())
                        ? Envelope.Of(stored, message)
                        : throw new InvalidOperationException($"{message.GetType()} is not among what {module.Service} says."));
                }
            }
            catch (Exception e)
            {
                return (messages, before, new UnpublishableEventException(stored, e));
            }

            before = stored.Sequence;
        }

        return (messages, page.Position, null);
    }

    [LoggerMessage(LogLevel.Information, "The relay of {Service} leads, from position {Position}.")]
    private partial void LogLeads(string service, long position);

    [LoggerMessage(LogLevel.Warning, "The broker does not know {Service}'s marker: publishing again all that stands before position {Position}.")]
    private partial void LogForgetful(string service, long position);

    [LoggerMessage(LogLevel.Warning, "The relay of {Service} is held up at position {Position}: {Trouble} Next try in {Seconds} s.")]
    private partial void LogTrouble(string service, long position, string trouble, double seconds, Exception? stopped);
}

/// <param name="Leads">False: another replica leads, or nobody can.</param>
/// <param name="Position">Sequence up to which everything is confirmed, as this replica last knew it.</param>
/// <param name="Trouble">What holds it up.</param>
/// <param name="StoppedAt">The event that it can neither publish nor pass over.</param>
public sealed record RelayState(bool Leads, long Position, string? Trouble, Guid? StoppedAt);

/// <summary>A stored event for which no message could be made. The relay stops there.</summary>
public sealed class UnpublishableEventException(RecordedEvent stored, Exception cause)
    : Exception($"Event {stored.Id} (sequence {stored.Sequence}, type {stored.Type}) cannot be published: {cause.Message}", cause)
{
    public Guid Id { get; } = stored.Id;
}

/// <summary>Leader or standby, how far behind, or stopped and at which event.</summary>
internal sealed class RelayHealth(Relay relay, LogReader log) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = relay.State;
        if (state.StoppedAt is { } id)
        {
            return HealthCheckResult.Unhealthy($"stopped at event {id}: {state.Trouble}");
        }

        var part = state.Leads ? $"leads, at {state.Position}{await Lag(state.Position, cancellationToken)}" : "stands by";
        return state.Trouble is { } trouble
            ? HealthCheckResult.Degraded($"{part}; {trouble}")
            : HealthCheckResult.Healthy(part);
    }

    private async Task<string> Lag(long position, CancellationToken cancellation)
    {
        try
        {
            var lag = await log.LagAsync(position, cancellation);
            return $", {lag.Events} behind, the oldest for {lag.Oldest.TotalSeconds:0} s";
        }
        catch (NpgsqlException)
        {
            return ", lag unknown";
        }
    }
}

public static class RelayServices
{
    /// <summary>Publishes the service's events to its listeners, and shows it as the health check <c>relay</c>.</summary>
    public static IServiceCollection AddRelay(this IServiceCollection services, RelayModule module)
    {
        services.AddSingleton(module);
        services.AddSingleton<Relay>();
        services.AddHostedService(s => s.GetRequiredService<Relay>());
        services.AddHealthChecks().AddCheck<RelayHealth>("relay");
        return services;
    }
}
