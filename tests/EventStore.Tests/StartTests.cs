using LiaisonStation.AppHost.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class StartTests(Server server)
{
    [Fact]
    public async Task replicas_that_start_at_once_on_an_empty_server_all_come_up()
    {
        var connection = server.SuperuserString($"m{Guid.NewGuid():N}");
        var replicas = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Replica.StartAsync(connection, Meters.Module()))));
        foreach (var replica in replicas)
        {
            await replica.Database.WhenOpen(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
            await replica.InstalledAsync();
        }

        Assert.Equal(
            ["LiaisonStation.EventStore/append.sql", "LiaisonStation.EventStore/guards.sql",
             "LiaisonStation.EventStore/rebuild.sql", "LiaisonStation.EventStore/stream-tables.sql",
             "LiaisonStation.EventStore/streams.sql", "LiaisonStation.EventStore/tree.sql",
             "LiaisonStation.EventStore/verification.sql", "metering/1"],
            await replicas[0].ScalarAsync<string[]>($"select array_agg(name order by name) from ls_migrations"));
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task a_step_that_was_changed_after_it_ran_is_an_error_that_names_it()
    {
        await using var before = await Replica.StartAsync(server);
        var module = Meters.Module();
        await using var after = await Replica.StartAsync(
            before.SuperuserString, module with { Migrations = [new("metering/1", module.Migrations[0].Sql + " ")] });
        Assert.Equal("postgres: the schema step metering/1 was changed after it had run. Add a new step.", await NotReady(after));
    }

    [Fact]
    public async Task a_later_step_is_added_and_a_broken_one_leaves_no_half()
    {
        await using var before = await Replica.StartAsync(server);
        var module = Meters.Module();
        var broken = new Migration("metering/2", "create table half (id int); select 1/0");
        await using var after = await Replica.StartAsync(
            before.SuperuserString, module with { Migrations = [.. module.Migrations, broken] });
        Assert.Contains("division by zero", await NotReady(after), StringComparison.Ordinal);
        Assert.Equal(-1, await before.ScalarAsync<int>($"select coalesce(to_regclass('half')::oid::int, -1)"));

        await using var mended = await Replica.StartAsync(
            before.SuperuserString, module with { Migrations = [.. module.Migrations, broken with { Sql = "create table half (id int)" }] });
        Assert.True((await mended.Get<StoreHealth>().CheckAsync()).Ready);
    }

    [Fact]
    public async Task handed_the_app_role_it_needs_the_readers_string_too_and_a_schema_in_place()
    {
        await using var administered = await Replica.StartAsync(server);
        var superuser = new NpgsqlConnectionStringBuilder(administered.SuperuserString);
        string As(string role) => new NpgsqlConnectionStringBuilder(superuser.ConnectionString)
        {
            Username = $"{superuser.Database}_{role}",
            Password = StoreRoles.Password(superuser.Password!, $"{superuser.Database}_{role}"),
        }.ConnectionString;

        await using var whole = await Replica.StartAsync(As("app"), Meters.Module(), As("reader"), superuser.ConnectionString);
        Assert.True((await whole.Get<StoreHealth>().CheckAsync()).Ready);
        await whole.InstalledAsync();
        Assert.Single((await whole.Log.ReadAsync(0, 10)).Events);

        await using var half = await Replica.StartAsync(As("app"), Meters.Module());
        Assert.Contains("ConnectionStrings__metering-reader", await NotReady(half), StringComparison.Ordinal);

        await using var wrong = await Replica.StartAsync(As("reader"), Meters.Module());
        Assert.Contains($"is not {superuser.Database}_app", await NotReady(wrong), StringComparison.Ordinal);

        var module = Meters.Module();
        await using var newer = await Replica.StartAsync(
            As("app"), module with { Migrations = [.. module.Migrations, new("metering/2", "select 1")] }, As("reader"));
        Assert.Contains("the schema step metering/2 has not run", await NotReady(newer), StringComparison.Ordinal);

        await administered.RunAsync($"alter role \"{superuser.Database}_owner\" login password 'x'");
        var owner = new NpgsqlConnectionStringBuilder(superuser.ConnectionString)
        {
            Username = $"{superuser.Database}_owner",
            Password = "x",
        };
        await administered.RunAsync($"grant connect on database \"{superuser.Database}\" to \"{superuser.Database}_owner\"");
        await using var asOwner = await Replica.StartAsync(owner.ConnectionString, Meters.Module());
        Assert.Contains("may not create roles", await NotReady(asOwner), StringComparison.Ordinal);
    }

    [Fact]
    public async Task handed_an_administrator_who_is_no_superuser_it_comes_up()
    {
        var database = $"m{Guid.NewGuid():N}";
        await using (var superuser = new NpgsqlConnection(server.SuperuserString("postgres")))
        {
            await superuser.OpenAsync();
            await superuser.Run($"create role {database}_admin login createrole createdb password 'x'", default);
        }

        var admin = new NpgsqlConnectionStringBuilder(server.SuperuserString(database)) { Username = $"{database}_admin", Password = "x" };
        for (var start = 0; start < 2; start++)
        {
            await using var replica = await Replica.StartAsync(
                admin.ConnectionString, Meters.Module(), superuser: server.SuperuserString(database));
            Assert.Equal((true, null), await ReadinessAsync(replica));
            await replica.InstalledAsync();
        }
    }

    [Fact]
    public async Task nothing_configured_is_said_so()
    {
        await using var replica = await Replica.StartAsync(null!, Meters.Module());
        Assert.Equal("postgres: ConnectionStrings__metering is not set.", await NotReady(replica));
    }

    [Fact]
    public async Task it_starts_before_its_database_and_outlives_a_stop_of_it()
    {
        await using var late = await PostgresServer.StartTemporaryAsync();
        await late.StopAsync();
        await using var replica = await Replica.StartAsync(late.ConnectionStringFor("metering"), Meters.Module(Meters.Seen()));
        Assert.StartsWith("postgres: ", await NotReady(replica), StringComparison.Ordinal);

        await late.StartAsync();
        await ReadyAgain(replica);
        await replica.InstalledAsync();

        await late.StopImmediateAsync();
        Assert.StartsWith("postgres: ", await NotReady(replica), StringComparison.Ordinal);
        await late.StartAsync();
        await ReadyAgain(replica);
        await replica.InstalledAsync();
        await Eventually.Holds(
            async () => await replica.ScalarAsync<long>($"select count(*) from seen") == 2, "the projection went on");
    }

    private static async Task<(bool Ready, string? Reason)> ReadinessAsync(Replica replica)
    {
        var health = await replica.Get<StoreHealth>().CheckAsync();
        return (health.Ready, health.Reason);
    }

    private static Task ReadyAgain(Replica replica) =>
        Eventually.Holds(async () => (await replica.Get<StoreHealth>().CheckAsync()).Ready, "the store was ready");

    private static async Task<string> NotReady(Replica replica)
    {
        var health = await replica.Get<StoreHealth>().CheckAsync();
        Assert.False(health.Ready);
        Assert.Equal(
            HealthStatus.Unhealthy, (await replica.Get<HealthCheckService>().CheckHealthAsync()).Entries["postgres"].Status);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => replica.InstalledAsync());
        return health.Reason!;
    }
}
