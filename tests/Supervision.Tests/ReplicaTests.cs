using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

/// <summary>Two replicas of the service on one database, with one clock that is set by hand.</summary>
public sealed class TwoReplicas : IAsyncLifetime
{
    private readonly List<IHost> _hosts = [];
    private PostgresServer? _postgres;

    public SetClock Clock { get; } = new();

    public StreamStore Store => _hosts[0].Services.GetRequiredService<StreamStore>();

    public IReadOnlyList<IBus> Buses => [.. _hosts.Select(h => (IBus)h.Services.GetRequiredService<IBusControl>())];

    public IReadOnlyList<DueWalk> Walks => [.. _hosts.Select(h => h.Services.GetRequiredService<DueWalk>())];

    public async Task InitializeAsync()
    {
        _postgres = await PostgresServer.StartTemporaryAsync();
        for (var replica = 0; replica < 2; replica++)
        {
            var module = Supervision.Module with
            {
                Store = Supervision.Module.Store with { Migrations = [.. Worklist.Migrations, .. Supervision.Module.Store.Migrations] },
            };
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:supervision"] = _postgres.ConnectionStringFor("supervision"),
            });
            builder.Logging.SetMinimumLevel(LogLevel.None);
            builder.Services.AddSingleton<TimeProvider>(Clock);
            builder.Services.AddSingleton(module);
            builder.Services.AddEventStore(module.Store, builder.Configuration);
            module.Services!(builder.Services);
            builder.Services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = true);
            builder.Services.AddMassTransit(bus =>
            {
                bus.DisableUsageTelemetry();
                bus.AddConsumer<WhenOrderReferred>();
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            });
            var host = builder.Build();
            await host.StartAsync();
            _hosts.Add(host);
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        NpgsqlConnection.ClearAllPools();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }
}

public sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = Sample.Now;

    public override DateTimeOffset GetUtcNow() => Now;
}

public sealed class ReplicaTests(TwoReplicas replicas) : IClassFixture<TwoReplicas>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task two_replicas_number_sixty_orders_from_1_to_60_without_gap_or_repeat()
    {
        const string Township = "330225301";
        var orders = Enumerable.Range(0, 60).Select(i => Id(1000 + i)).ToArray();
        await Task.WhenAll(orders.Select((order, i) => replicas.Buses[i % 2].Publish(
            Said with { OrderId = order }, context =>
            {
                context.MessageId = Id(2000 + i);
                context.Headers.Set(Envelope.Tenant, Township);
            })));

        // In both years: the next one begins with 1 again.
        await Until(async () => (await Numbers(Township, 2026)).Count == 60);
        Assert.Equal(Enumerable.Range(1, 60), await Numbers(Township, 2026));
        var borne = new List<string>();
        foreach (var order in orders)
        {
            borne.Add((await replicas.Store.Load(Order.Stream, order, Township))!.State.Number!);
        }

        Assert.Equal(
            Enumerable.Range(1, 60).Select(n => $"督〔2026〕{n}号").Order(StringComparer.Ordinal), borne.Order(StringComparer.Ordinal));
        await replicas.Buses[0].Publish(
            Said with { OrderId = Id(1999), ReferredAt = new(2026, 12, 31, 16, 0, 0, TimeSpan.Zero) }, context =>
            {
                context.MessageId = Id(2999);
                context.Headers.Set(Envelope.Tenant, Township);
            });
        await Until(async () => (await Numbers(Township, 2027)).Count == 1);
        Assert.Equal("督〔2027〕1号", (await replicas.Store.Load(Order.Stream, Id(1999), Township))!.State.Number);
    }

    [Fact]
    public async Task however_many_walk_a_round_is_overdue_once()
    {
        const string Township = "330225302";
        var orders = Enumerable.Range(0, 20).Select(i => Id(3000 + i)).ToArray();
        foreach (var order in orders)
        {
            await replicas.Store.Write<Order, IOrderEvent>(
                Order.Stream, order, new(Township, new("test", "System", null, null), CaseId.ToString()),
                _ => [Issued, Acknowledged, PassedToTwo, Named]);
        }

        // At 24:00 of the last day nothing is late but what was due before; a moment later everything is.
        replicas.Clock.Now = DueAt;
        await Walk();
        Assert.Equal(
            ["assisting_overdue", "milestone_overdue", "milestone_overdue"],
            (await Types(Township, orders[0])).Skip(4).Order(StringComparer.Ordinal));
        replicas.Clock.Now = Past;
        await Walk();
        await Walk();
        foreach (var order in orders)
        {
            var types = await Types(Township, order);
            Assert.Single(types, t => t == "order_overdue");
            Assert.Single(types, t => t == "assisting_overdue");
            Assert.Equal(2, types.Count(t => t == "milestone_overdue"));
        }

        Assert.Equal(0L, (await replicas.Store.Query(
            Township, $"select count(*) from due where tenant_id = {Township}", row => row.GetInt64(0)))[0]);
    }

    private Task<int[]> Walk() => Task.WhenAll(
        Enumerable.Range(0, 4).Select(i => Task.Run(() => replicas.Walks[i % 2].Walk(default))));

    private async Task<IReadOnlyList<string>> Types(string township, Guid order) =>
        [.. (await replicas.Store.Read(order, township)).Select(e => e.Type)];

    private Task<IReadOnlyList<int>> Numbers(string township, int year) => replicas.Store.Query(
        township, $"select serial from order_number where tenant_id = {township} and year = {year} order by serial", row => row.GetInt32(0));

    private static async Task Until(Func<Task<bool>> done)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await done())
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
