using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>Where one trial's store lives, whichever process runs it.</summary>
/// <param name="Name">Of its database and of its queues.</param>
/// <param name="Superuser">Connection string of the superuser to its database.</param>
internal sealed record Place(string Name, string Superuser, string Broker, string Evidence);

/// <summary>A service's store with all that follows its log, as a host starts it.</summary>
internal sealed class RunningStore : IAsyncDisposable
{
    private readonly IHost _host;

    private RunningStore(IHost host) => _host = host;

    public StreamStore Store => Get<StreamStore>();

    public static async Task<RunningStore> StartAsync(Place place, bool withRelay = true)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{Ledger.Module.Database}"] = place.Superuser,
            ["Checkpoints:Folder"] = place.Evidence,
            ["Checkpoints:KeyPath"] = Path.Combine(place.Evidence, "key.pem"),
            ["Checkpoints:Every"] = "00:00:00",
        });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddEventStore(Ledger.Module, builder.Configuration);
        if (withRelay)
        {
            builder.Services.AddRelay(new(
                place.Name, new(place.Broker), [Says.To<EntryTold>(Ledger.Queue(place.Name))], Ledger.Publish));
        }

        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
