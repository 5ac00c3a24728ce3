using LiaisonStation.AppHost.Hosting;

namespace LiaisonStation.EventStore.Tests;

/// <summary>One PostgreSQL for all tests; every test has a database, and with it roles, of its own.</summary>
public sealed class Server : IAsyncLifetime
{
    private PostgresServer? _postgres;

    public static string Evidence { get; } = Path.Combine(Path.GetTempPath(), $"liaisonstation-evidence-{Environment.ProcessId}");

    public string SuperuserString(string database) => _postgres!.ConnectionStringFor(database);

    public async Task InitializeAsync() => _postgres = await PostgresServer.StartTemporaryAsync(
        // Many small databases, none of which has to survive a crash; and no transactions but the tests' own.
        new Dictionary<string, string> { ["max_connections"] = "300", ["fsync"] = "off", ["autovacuum"] = "off" });

    public async Task DisposeAsync()
    {
        await _postgres!.StopImmediateAsync();
        await _postgres.DisposeAsync();
        if (Directory.Exists(Evidence))
        {
            Directory.Delete(Evidence, recursive: true);
        }
    }
}

[CollectionDefinition(nameof(Server))]
public sealed class OneServer : ICollectionFixture<Server>;
