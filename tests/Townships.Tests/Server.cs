using LiaisonStation.AppHost.Hosting;

namespace LiaisonStation.Townships.Tests;

/// <summary>One PostgreSQL for all tests; every test has a database of its own.</summary>
public sealed class Server : IAsyncLifetime
{
    private PostgresServer? _postgres;

    public string NewDatabase() => _postgres!.ConnectionStringFor($"t{Guid.NewGuid():N}");

    public async Task InitializeAsync() => _postgres = await PostgresServer.StartTemporaryAsync(
        new Dictionary<string, string> { ["max_connections"] = "300", ["fsync"] = "off" });

    public async Task DisposeAsync()
    {
        await _postgres!.StopImmediateAsync();
        await _postgres.DisposeAsync();
    }
}

[CollectionDefinition(nameof(Server))]
public sealed class OneServer : ICollectionFixture<Server>;
