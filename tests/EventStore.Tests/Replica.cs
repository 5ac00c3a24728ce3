using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore.Tests;

/// <summary>One running copy of a service's store, as a host starts it.</summary>
public sealed class Replica : IAsyncDisposable
{
    private readonly IHost _host;

    private Replica(IHost host, string superuser) => (_host, SuperuserString) = (host, superuser);

    public StreamStore Store => Get<StreamStore>();

    public LogReader Log => Get<LogReader>();

    public StoreDatabase Database => Get<StoreDatabase>();

    public string SuperuserString { get; }

    /// <summary>On a database that nobody has used before.</summary>
    public static Task<Replica> StartAsync(Server server, params AsyncProjection[] projections) =>
        StartAsync(server.SuperuserString($"m{Guid.NewGuid():N}"), Meters.Module(projections));

    public static async Task<Replica> StartAsync(
        string connection, StoreModule module, string? reader = null, string? superuser = null, string every = "00:00:00")
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{module.Database}"] = connection,
            [$"ConnectionStrings:{module.Database}-reader"] = reader,
            ["Checkpoints:Folder"] = Evidence(superuser ?? connection),
            ["Checkpoints:KeyPath"] = Path.Combine(Evidence(superuser ?? connection), "key.pem"),
            ["Checkpoints:Every"] = every,
        });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddEventStore(module, builder.Configuration);
        var host = builder.Build();
        await host.StartAsync();
        return new(host, superuser ?? connection);
    }

    public Task<Replica> AnotherAsync(params AsyncProjection[] projections) => StartAsync(SuperuserString, Meters.Module(projections));

    public string CheckpointFolder => Path.Combine(Evidence(SuperuserString), "metering");

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public Task<VerificationReport> VerifyAsync(params string[] held) =>
        new Verification(Database.Reader, Get<Checkpoints>().Outside(held)).RunAsync();

    public async Task<Guid> InstalledAsync(string tenant = Meters.Township)
    {
        var meter = Guid.CreateVersion7();
        var installed = await Store.Write(Meters.Meter, meter, Meters.Cause(tenant), Meters.Install);
        Assert.Equal(OutcomeKind.Appended, installed.Kind);
        return meter;
    }

    /// <summary>One folder for all replicas on a database, and all that come after it.</summary>
    private static string Evidence(string connection) =>
        Path.Combine(Server.Evidence, new NpgsqlConnectionStringBuilder(connection).Database ?? "none");

    /// <summary>A session of the superuser, whom row-level security does not bind.</summary>
    public async Task<NpgsqlConnection> SuperuserAsync()
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(SuperuserString) { Pooling = false, IncludeErrorDetail = true }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task<T> ScalarAsync<T>(FormattableString sql)
    {
        await using var connection = await SuperuserAsync();
        return await connection.Scalar<T>(sql, default);
    }

    public async Task<T> RowAsync<T>(FormattableString sql, Func<NpgsqlDataReader, T> row)
    {
        await using var connection = await SuperuserAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(sql);
        await using var reader = await batch.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return row(reader);
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = await SuperuserAsync();
        await connection.Run(sql, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

public static class Eventually
{
    /// <summary>Waits for a condition, at most a minute.</summary>
    public static async Task Holds(Func<Task<bool>> condition, string what)
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); !await condition();)
        {
            Assert.True(DateTime.UtcNow < until, $"It never came about that {what}.");
            await Task.Delay(20);
        }
    }
}
