using LiaisonStation.AppHost.Hosting;
using Npgsql;

namespace LiaisonStation.Intake.Tests;

/// <summary>One PostgreSQL for all tests; every test has a database of its own.</summary>
public sealed class Server : IAsyncLifetime
{
    private PostgresServer? postgres;
    private int databases;

    public string NewDatabase() => postgres!.ConnectionStringFor($"intake{Interlocked.Increment(ref databases)}");

    public async Task InitializeAsync() => postgres = await PostgresServer.StartTemporaryAsync(
        new Dictionary<string, string> { ["max_connections"] = "300" });

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await postgres!.DisposeAsync();
    }
}

[CollectionDefinition(nameof(Server))]
public sealed class OneServer : ICollectionFixture<Server>;
