using LiaisonStation.AppHost.Hosting;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>A real PostgreSQL and a real RabbitMQ; every trial has a database and queues of its own.</summary>
public sealed class Servers : IAsyncLifetime
{
    private readonly DirectoryInfo _evidence = Directory.CreateTempSubdirectory("liaisonstation-model-");
    private Task<Place>? _next;

    public PostgresServer Postgres { get; private set; } = null!;

    public RabbitMqServer Rabbit { get; private set; } = null!;

    /// <summary>One that nobody has used; the next one is made meanwhile.</summary>
    internal Task<Place> NewPlaceAsync()
    {
        var ready = _next ?? MakeAsync();
        _next = Task.Run(MakeAsync);
        return ready;
    }

    internal async Task StopAtOnceAndStartAsync()
    {
        await (_next ?? Task.CompletedTask);
        await Postgres.StopImmediateAsync();
        await Postgres.StartAsync();
    }

    public async Task InitializeAsync()
    {
        // A server that is stopped at once still hands what it has written to the system, which goes on.
        var postgres = PostgresServer.StartTemporaryAsync(
            new Dictionary<string, string> { ["max_connections"] = "200", ["fsync"] = "off", ["autovacuum"] = "off" });
        Rabbit = await RabbitMqServer.StartTemporaryAsync();
        Postgres = await postgres;
    }

    public async Task DisposeAsync()
    {
        await (_next ?? Task.CompletedTask);
        await Rabbit.KillAsync();
        await Postgres.KillAsync();
        await Rabbit.DisposeAsync();
        await Postgres.DisposeAsync();
        _evidence.Delete(recursive: true);
    }

    private async Task<Place> MakeAsync()
    {
        var name = $"l{Guid.NewGuid():N}"[..12];
        var place = new Place(name, Postgres.ConnectionStringFor(name), Rabbit.Uri, Path.Combine(_evidence.FullName, name));
        await using var database = new StoreDatabase(Ledger.Module, place.Superuser);
        await database.OpenAsync(default);
        return place;
    }
}

[CollectionDefinition(Name)]
public sealed class OnRealServers : ICollectionFixture<Servers>
{
    public const string Name = "real servers";
}
