using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace LiaisonStation.Townships.Tests;

/// <summary>One replica of a service that has errands, on a clock of the test's own.</summary>
public sealed class Walker : IAsyncDisposable
{
    public const string Town = "330225109";
    public const string Next = "330225110";
    public const string County = "330225000";

    private readonly IHost _host;
    private readonly string _superuser;

    private Walker(IHost host, string superuser) => (_host, _superuser) = (host, superuser);

    public StreamStore Store => _host.Services.GetRequiredService<StreamStore>();

    /// <param name="worker">Whether its worker walks by itself.</param>
    public static async Task<Walker> StartAsync(string database, FakeTimeProvider time, bool worker = false)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:errands"] = database });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddEventStore(
            new StoreModule(
                "errands", Errand.Events, [Deadlines.Of(Errand.Stream, Errand.Due)], [], [Registry.Tables, Deadlines.Table]),
            builder.Configuration);
        builder.Services.AddDeadline(Errand.Stream, Errand.WhenDue);
        if (!worker)
        {
            builder.Services.Remove(builder.Services.Last(s => s.ServiceType == typeof(IHostedService)));
        }

        var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<StoreDatabase>().WhenOpen(CancellationToken.None);
        return new(host, database);
    }

    public Task<int> Walk() => _host.Services.GetRequiredService<DueWalk>().Walk(CancellationToken.None);

    public async Task<Guid> Give(Limit limit, string township = Town, bool decidable = true)
    {
        var id = Guid.CreateVersion7();
        var outcome = await Store.Write(
            Errand.Stream, id, Cause(township), _ => Decision.Of<IErrandEvent>([new ErrandGiven(id, limit, decidable)]), ifVersion: 0);
        Assert.Equal(OutcomeKind.Appended, outcome.Kind);
        return id;
    }

    public async Task<Errand> Look(Guid errand, string township = Town) => (await Store.Load(Errand.Stream, errand, township))!.State;

    /// <summary>As the message of the county's office does.</summary>
    public async Task Publish(CalendarPublished year)
    {
        var document = System.Text.Json.JsonSerializer.Serialize(year, Envelope.Json);
        await Store.Once(
            Cause(County) with { Inbox = new("test", Guid.CreateVersion7()) },
            batch => batch.Add(
                $"""
                insert into registry_calendar values ({year.Year}, {year.Version}, {document}::jsonb)
                on conflict (year) do update set version = excluded.version, document = excluded.document
                """));
    }

    public async Task<HealthReportEntry> Health(string check) =>
        (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(r => r.Name == check)).Entries[check];

    /// <summary>What stands in the database, whoever may see it.</summary>
    public async Task<long> Count(string sql)
    {
        await using var connection = new NpgsqlConnection(_superuser);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static Cause Cause(string township) => new(township, new EventHeaders("test", nameof(Role.System), null, null));
}
