using LiaisonStation.AppHost.Hosting;

namespace LiaisonStation.Relay.Tests;

/// <summary>A real PostgreSQL and a real RabbitMQ that the tests stop, kill and wipe, one test at a time.</summary>
public sealed class Servers : IAsyncLifetime
{
    public PostgresServer Postgres { get; private set; } = null!;

    public RabbitMqServer Rabbit { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var postgres = PostgresServer.StartTemporaryAsync();
        Rabbit = await RabbitMqServer.StartTemporaryAsync();
        Postgres = await postgres;
    }

    public async Task DisposeAsync()
    {
        // Nothing of theirs is kept.
        await Rabbit.KillAsync();
        await Postgres.KillAsync();
        await Rabbit.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class OnRealServers : ICollectionFixture<Servers>
{
    public const string Name = "real servers";
}
