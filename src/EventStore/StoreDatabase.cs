using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>The two ways a service reaches its database: as the app role under row-level security, and as the reader of the log.</summary>
public sealed class StoreDatabase
{
    /// <summary>Completes when schema and roles are in place.</summary>
    public Task WhenOpen(CancellationToken cancellation) => throw new InvalidOperationException($"{this}");

    /// <exception cref="NpgsqlException">The store is not open yet.</exception>
    public NpgsqlDataSource App => throw new InvalidOperationException($"{this}");

    /// <exception cref="NpgsqlException">The store is not open yet.</exception>
    public NpgsqlDataSource Reader => throw new InvalidOperationException($"{this}");
}
