using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>Where a service's checkpoints and their key are kept.</summary>
/// <param name="Origin"><c>&lt;county&gt;/&lt;service&gt;</c></param>
/// <param name="Folder">The service's own folder of checkpoints; null: none are made.</param>
/// <param name="KeyPath">PEM file; made where there is none.</param>
/// <param name="AcceptKeyPath">
/// Verifier key of the county's accept-lists, which lie beside the checkpoints; null: no such list is believed.
/// </param>
/// <param name="Every">How often a log that has grown gets one; zero: only on demand.</param>
public sealed record CheckpointPlaces(string Origin, string? Folder, string? KeyPath, string? AcceptKeyPath, TimeSpan Every)
{
    /// <summary>Reads <c>County</c>, <c>Checkpoints:Folder</c>, <c>:KeyPath</c>, <c>:AcceptKeyPath</c> and <c>:Every</c>.</summary>
    internal static CheckpointPlaces From(IConfiguration settings, string service)
    {
        var folder = settings["Checkpoints:Folder"];
        return new(
            $"{settings["County"] ?? "330225"}/{service}",
            string.IsNullOrWhiteSpace(folder) ? null : Path.Combine(Path.GetFullPath(folder), service),
            settings["Checkpoints:KeyPath"],
            settings["Checkpoints:AcceptKeyPath"],
            TimeSpan.TryParse(settings["Checkpoints:Every"], null, out var every) ? every : TimeSpan.FromMinutes(3));
    }
}

/// <summary>Signs what the log is, every few minutes where it has grown, and whenever asked.</summary>
public sealed partial class Checkpoints(
    CheckpointPlaces places, StoreDatabase database, HashTree tree, TimeProvider time, ILogger<Checkpoints> logger) : BackgroundService
{
    private static readonly TimeSpan LongestSealing = TimeSpan.FromSeconds(20);

    private readonly Lazy<CheckpointKey> _key = new(
        () => CheckpointKey.At(places.KeyPath ?? throw new CheckpointException(CheckpointFault.Key, "Checkpoints__KeyPath is not set.")),
        LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Null: none are made here, because <c>Checkpoints__Folder</c> is not set.</summary>
    public CheckpointFolder? Folder { get; } = places.Folder is { } path ? new(path) : null;

    public string Origin => places.Origin;

    /// <summary>Why none could be made the last time; null when all is well.</summary>
    public string? Trouble { get; private set; }

    /// <exception cref="CheckpointException">It cannot be used.</exception>
    public CheckpointKey Key => _key.Value;

    /// <summary>What a verification of this log is held against.</summary>
    /// <param name="held">Signed notes that others have kept.</param>
    /// <exception cref="CheckpointException">A key cannot be used.</exception>
    public OutsideEvidence Outside(IReadOnlyList<string> held) => new(
        Origin, Folder is null ? null : Key, Folder, held,
        places.AcceptKeyPath is { } path ? CheckpointKey.OfVerifier(File.ReadAllText(path)) : null);

    /// <summary>Signs the log as it is now, everything included that was committed before the call.</summary>
    /// <returns>The signed note.</returns>
    /// <exception cref="CheckpointException">The log does not extend the last one, or the key cannot be used.</exception>
    /// <exception cref="TimeoutException">The log is not sealed in time.</exception>
    public async Task<string> SignNowAsync(CancellationToken cancellation = default)
    {
        await SealedAsync(cancellation);
        return await SignAsync(evenIfNoLarger: true, cancellation)
            ?? throw new CheckpointException(CheckpointFault.Key, "Checkpoints__Folder is not set.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Folder is null || places.Every <= TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(places.Every, time);
        do
        {
            try
            {
                await SignAsync(evenIfNoLarger: false, stoppingToken);
                Trouble = null;
            }
            catch (Exception e) when (e is CheckpointException or NpgsqlException or TimeoutException or IOException
                or UnauthorizedAccessException or ArgumentOutOfRangeException or System.Security.Cryptography.CryptographicException)
            {
                Trouble = e is CheckpointException ? e.Message : e.GetType().Name;
                NotSigned(logger, e, places.Origin);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public override void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }

        base.Dispose();
    }

    private async Task SealedAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestSealing);
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        var last = await connection.Scalar<long>($"select coalesce(max(seq_id), 0) from mt_events", cancellation);
        try
        {
            while ((await tree.SizeAsync(limit.Token)).Position < last)
            {
                await Task.Delay(50, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("The log is not sealed up to its end yet.");
        }
    }

    // One at a time over all replicas, so that each stands on the one before.
    private async Task<string?> SignAsync(bool evenIfNoLarger, CancellationToken cancellation)
    {
        if (Folder is not { } folder)
        {
            return null;
        }

        await using var turn = await Leadership.AcquireAsync(database, "checkpoint", cancellation);
        var (size, _) = await tree.SizeAsync(cancellation);
        var last = folder.Latest() is { } note ? Checkpoint.Open(note, places.Origin, Key) : null;
        if (last is not null && (last.Size > size || !(await tree.RootAsync(last.Size, cancellation)).AsSpan().SequenceEqual(last.Root)))
        {
            throw new CheckpointException(
                CheckpointFault.NotExtended,
                $"The log of {size} events does not extend the checkpoint of {last.Size} events signed at {Chain.Time(last.SignedAt)}.");
        }

        if (!evenIfNoLarger && size == (last?.Size ?? 0))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var next = new Checkpoint(
            places.Origin, size, await tree.RootAsync(size, cancellation),
            new(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero));
        var signed = next.Sign(Key);
        folder.Add(next, signed);
        return signed;
    }

    [LoggerMessage(LogLevel.Error, "No checkpoint of {Origin} could be signed.")]
    private static partial void NotSigned(ILogger logger, Exception cause, string origin);
}

/// <summary>The health check <c>evidence</c>: whether the log is sealed and signed.</summary>
internal sealed class EvidenceHealth(Sealer sealer, Checkpoints checkpoints) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((sealer.Trouble, checkpoints.Trouble) switch
        {
            (null, null) => HealthCheckResult.Healthy(checkpoints.Folder is null ? "no checkpoints: Checkpoints__Folder is not set" : null),
            var (sealing, signing) => HealthCheckResult.Degraded(string.Join(
                "; ", new[] { sealing is null ? null : $"sealing: {sealing}", signing }.OfType<string>())),
        });
}
