using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore;

public static class EventStoreServices
{
    /// <summary>
    /// Adds the store on <c>ConnectionStrings__&lt;database&gt;</c>: <see cref="StreamStore"/>, <see cref="BulkAppend"/>, <see cref="LogReader"/>,
    /// <see cref="StoreDatabase"/>, <see cref="StoreHealth"/>, and at start the schema, then the async projections and the sealing;
    /// and the health checks <c>postgres</c> and <c>evidence</c>.
    /// </summary>
    /// <remarks>
    /// The schema is put in place before any other hosted service starts. Where the database cannot be reached then, it is tried
    /// again for ever, and until it is open the store throws <see cref="NpgsqlException"/> and <see cref="StoreHealth"/> is not ready.
    /// </remarks>
    public static IServiceCollection AddEventStore(
        this IServiceCollection services, StoreModule module, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("postgres").AddCheck<EvidenceHealth>("evidence");
        return services
            .AddSingleton(module)
            .AddSingleton(_ => new StoreDatabase(
                module, configuration.GetConnectionString(module.Database),
                configuration.GetConnectionString($"{module.Database}-reader")))
            .AddSingleton<StreamStore>()
            .AddSingleton<BulkAppend>()
            .AddSingleton<LogReader>()
            .AddSingleton<StoreHealth>()
            .AddSingleton<Announcer>()
            .AddSingleton<ProjectionRunner>()
            .AddSingleton<HashTree>()
            .AddSingleton<Sealer>()
            .AddSingleton(CheckpointPlaces.From(configuration, module.Database))
            .AddSingleton<Checkpoints>()
            .AddSingleton<VerificationRun>()
            .AddSingleton<ProjectionRebuilder>()
            .AddHostedService<StoreStart>()
            .AddHostedService(s => s.GetRequiredService<Announcer>())
            .AddHostedService<AnnouncementListener>()
            .AddHostedService(s => s.GetRequiredService<ProjectionRunner>())
            .AddHostedService(s => s.GetRequiredService<Sealer>())
            .AddHostedService(s => s.GetRequiredService<Checkpoints>())
            .AddHostedService(s => s.GetRequiredService<ProjectionRebuilder>());
    }
}

/// <summary>Opens the store before anything serves; keeps trying where that fails.</summary>
internal sealed partial class StoreStart(StoreDatabase database, ILogger<StoreStart> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public Task StartingAsync(CancellationToken cancellationToken) => TryAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(250); !database.IsOpen; pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, stoppingToken);
            await TryAsync(stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellation)
    {
        try
        {
            await database.OpenAsync(cancellation);
        }
        catch (Exception e) when (e is StoreSetupException or NpgsqlException or TimeoutException)
        {
            NotOpen(logger, database.Problem);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The event store is not open yet: {Problem}")]
    private static partial void NotOpen(ILogger logger, string? problem);
}
