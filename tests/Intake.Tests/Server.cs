using LiaisonStation.AppHost.Hosting;
using Npgsql;

namespace LiaisonStation.Intake.Tests;

/// <summary>One PostgreSQL for all tests; every test has a database of its own.</summary>
public sealed class Server : IAsyncLifetime
{
    public static readonly string Files = Directory.CreateTempSubdirectory("文件").FullName;

    private PostgresServer? _postgres;
    private int _databases;

    public string NewDatabase() => _postgres!.ConnectionStringFor($"intake{Interlocked.Increment(ref _databases)}");

    public async Task InitializeAsync() => _postgres = await PostgresServer.StartTemporaryAsync(
        // Many small databases, none of which has to survive a crash.
        new Dictionary<string, string> { ["max_connections"] = "300", ["fsync"] = "off", ["full_page_writes"] = "off" });

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _postgres!.DisposeAsync();
        Directory.Delete(Files, recursive: true);
    }
}

[CollectionDefinition(nameof(Server))]
public sealed class OneServer : ICollectionFixture<Server>;
