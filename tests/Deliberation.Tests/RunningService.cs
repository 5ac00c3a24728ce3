using System.Collections.Concurrent;
using System.Globalization;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.Tests;

/// <summary>A service's store on a PostgreSQL of its own, and its consumers behind a bus in this process.</summary>
public abstract class RunningService(ServiceModule module) : IAsyncLifetime, IConsumeObserver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int _townships = 330225100;

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<Exception?>> _heard = [];
    private PostgresServer? _postgres;
    private IHost? _host;

    public StreamStore Store => _host!.Services.GetRequiredService<StreamStore>();

    /// <summary>A township nothing is stored for: every test has its own, so the streams may have the same ids.</summary>
    public static string NewTownship() => Interlocked.Increment(ref _townships).ToString(CultureInfo.InvariantCulture);

    public async Task InitializeAsync()
    {
        var withWorklist = module with { Store = module.Store with { Migrations = [.. Worklist.Migrations, .. module.Store.Migrations] } };
        _postgres = await PostgresServer.StartTemporaryAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{module.Store.Database}"] = _postgres.ConnectionStringFor(module.Store.Database),
        });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(withWorklist);
        builder.Services.AddEventStore(withWorklist.Store, builder.Configuration);
        builder.Services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            foreach (var consumer in module.Hears.SelectMany(h => h.Consumers))
            {
                bus.AddConsumer(consumer);
            }

            bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
        });
        _host = builder.Build();
        await _host.StartAsync();
        _host.Services.GetRequiredService<IBusControl>().ConnectConsumeObserver(this);
    }

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }

        NpgsqlConnection.ClearAllPools();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    /// <summary>Says a message and waits until it has been consumed; null when it was, else what the consumer threw.</summary>
    public async Task<Exception?> Hear<T>(string township, T message, Guid id)
        where T : class
    {
        var done = _heard[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _host!.Services.GetRequiredService<IBus>().Publish(message, context =>
        {
            context.MessageId = id;
            context.Headers.Set(Envelope.Tenant, township);
        });
        return await done.Task.WaitAsync(Patience);
    }

    /// <summary>The types of a stream's events, in order.</summary>
    public async Task<IReadOnlyList<string>> Events(string township, Guid stream) =>
        [.. (await Store.Read(stream, township)).Select(e => e.Type)];

    public Task<IReadOnlyList<string>> Acts(string township) =>
        Store.Query(township, $"select act from worklist", row => row.GetString(0));

    Task IConsumeObserver.PreConsume<T>(ConsumeContext<T> context) => Task.CompletedTask;

    Task IConsumeObserver.PostConsume<T>(ConsumeContext<T> context) => Done(context, null);

    Task IConsumeObserver.ConsumeFault<T>(ConsumeContext<T> context, Exception exception) => Done(context, exception);

    private Task Done(ConsumeContext context, Exception? exception)
    {
        if (context.MessageId is { } id && _heard.TryGetValue(id, out var waiting))
        {
            waiting.TrySetResult(exception);
        }

        return Task.CompletedTask;
    }
}
