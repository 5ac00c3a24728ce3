using System.Runtime.Versioning;
using System.Security.Cryptography;
using LiaisonStation.Contracts;
using LiaisonStation.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class VaultTests(Server server) : IDisposable
{
    private const string Here = "330225109";
    private const string Next = "330225110";
    private const string County = "330225000";
    private static readonly Guid Resident = Guid.CreateVersion7();
    private static readonly Guid Another = Guid.CreateVersion7();

    private readonly string _folder = Directory.CreateTempSubdirectory("钥匙").FullName;

    private string KeyFile => Path.Combine(_folder, "vault.keys");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task two_replicas_at_once_make_one_key()
    {
        var database = server.NewDatabase();
        var replicas = new[] { await Open(database), await Open(database) };
        var texts = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
            (await replicas[i % 2].Make(Here, [Another, Resident], default)).Seal(Resident, $"{i}")));
        Assert.Equal(["2"], await Look(database, "select count(*) from keys"));
        var keys = await replicas[0].Fetch(Here, [Resident], default);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), texts.Select(keys.Open));
    }

    [Fact]
    public async Task what_is_sealed_opens_for_its_person_in_its_township_alone()
    {
        var vault = await Open(server.NewDatabase());
        var text = (await vault.Make(Here, [Resident, Another], default)).Seal(Resident, "村口路灯");
        await vault.Make(Next, [Resident], default);

        Assert.Equal("村口路灯", (await vault.Fetch(Here, [Resident], default)).Open(text));
        Assert.Equal("村口路灯", (await vault.Fetch(County, [Resident], default)).Open(text));
        Assert.Null((await vault.Fetch("330226000", [Resident], default)).Open(text));
        Assert.Null((await vault.Fetch("", [Resident], default)).Open(text));
        var next = await vault.Fetch(Next, [Resident], default);
        Assert.ThrowsAny<CryptographicException>(() => next.Open(text));
        var here = await vault.Fetch(Here, [Resident, Another], default);
        Assert.ThrowsAny<CryptographicException>(() => here.Open(text with { Person = Another }));
        for (var i = 0; i < Convert.FromBase64String(text.Sealed).Length; i++)
        {
            var changed = Convert.FromBase64String(text.Sealed);
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => here.Open(text with { Sealed = Convert.ToBase64String(changed) }));
        }
    }

    [Fact]
    public async Task the_same_words_are_never_sealed_the_same()
    {
        var keys = await (await Open(server.NewDatabase())).Make(Here, [Resident], default);
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => keys.Seal(Resident, "路灯").Sealed).Distinct().Count());
    }

    [Fact]
    public async Task a_destroyed_key_leaves_nothing_and_is_not_replaced()
    {
        var database = server.NewDatabase();
        var vault = await Open(database);
        var text = (await vault.Make(Here, [Resident], default)).Seal(Resident, "路灯");
        await vault.Destroy(Here, Resident, default);
        await vault.Destroy(Here, Resident, default);
        var keys = await vault.Make(Here, [Resident], default);
        Assert.True(keys.IsDestroyed(Resident));
        Assert.Null(keys.Open(text));
        Assert.Throws<InvalidOperationException>(() => keys.Seal(Resident, "路灯"));
        Assert.Equal(["||True"], await Look(database, "select outer_key, wrapped, destroyed_at is not null from keys"));
        Assert.False((await vault.Fetch(Here, [Another], default)).IsDestroyed(Another));

        await vault.Destroy(Here, Another, default);
        Assert.True((await vault.Make(Here, [Another], default)).IsDestroyed(Another));
    }

    [Fact]
    public async Task a_service_that_only_reads_neither_makes_nor_destroys_keys()
    {
        var database = server.NewDatabase();
        var text = (await (await Open(database)).Make(Here, [Resident], default)).Seal(Resident, "路灯");
        var reader = await Open(database, makesKeys: false);
        Assert.Equal("路灯", (await reader.Fetch(Here, [Resident], default)).Open(text));
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => reader.Make(Here, [Another], default))).SqlState);
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => reader.Destroy(Here, Resident, default))).SqlState);
    }

    [Theory]
    [InlineData("app", "delete from keys")]
    [InlineData("app", "truncate keys")]
    [InlineData("app", "update keys set owner_id = gen_random_uuid()")]
    [InlineData("app", "update keys set tenant_id = '330225110'")]
    [InlineData("app", "insert into keys (owner_id, tenant_id, destroyed_at) values (gen_random_uuid(), '330225110', now())")]
    [InlineData("app", "alter table keys disable row level security")]
    [InlineData("reader", "update keys set outer_key = 'x'")]
    [InlineData("reader", "delete from keys")]
    [InlineData("auditor", "select * from keys")]
    public async Task the_roles_may_no_more_than_they_must(string role, string sql)
    {
        var database = server.NewDatabase();
        await (await Open(database)).Make(Here, [Resident], default);
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => As(database, role, Here, sql))).SqlState);
    }

    [Fact]
    public async Task neither_role_sees_or_touches_another_townships_keys()
    {
        var database = server.NewDatabase();
        await (await Open(database)).Make(Here, [Resident], default);
        foreach (var tenant in (string[])[Next, "", "330226000"])
        {
            Assert.Equal(["0"], await As(database, "app", tenant, "select count(*) from keys"));
            Assert.Equal(["0"], await As(database, "reader", tenant, "select count(*) from keys"));
            Assert.Empty(await As(database, "app", tenant, "update keys set outer_key = 'x' returning 1"));
        }

        Assert.Empty(await As(database, "app", County, "update keys set outer_key = 'x' returning 1"));
        Assert.Equal(["1"], await As(database, "app", Here, "select count(*) from keys"));
    }

    [Fact]
    public async Task another_outer_key_wraps_all_keys_anew_and_the_old_one_may_go()
    {
        var database = server.NewDatabase();
        var before = await Open(database, keyFile: KeyFile);
        var text = (await before.Make(Here, [Resident], default)).Seal(Resident, "路灯");
        await before.Make(Next, [Another], default);
        await before.Destroy(Next, Another, default);
        var old = await File.ReadAllTextAsync(KeyFile);
        var added = $"wrap {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n";
        await File.WriteAllTextAsync(KeyFile, added + old);

        var after = await Open(database, keyFile: KeyFile);
        await after.StartAsync(default);
        await after.ExecuteTask!;
        Assert.Equal(["2"], await Look(database, "select count(distinct outer_key) + count(*) filter (where wrapped is null) from keys"));

        await File.WriteAllTextAsync(KeyFile, added + string.Join('\n', old.Split('\n').Where(l => l.StartsWith("fingerprint", StringComparison.Ordinal))));
        Assert.Equal("路灯", (await (await Open(database, keyFile: KeyFile)).Fetch(Here, [Resident], default)).Open(text));

        // The replica that was there before reads the file again.
        Assert.Equal("路灯", (await before.Fetch(Here, [Resident], default)).Open(text));

        await File.WriteAllTextAsync(KeyFile, old);
        Assert.Contains("does not hold the key", await Problem(await Open(database, keyFile: KeyFile)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task without_its_key_file_the_vault_stays_closed_and_makes_no_other()
    {
        var database = server.NewDatabase();
        await (await Open(database, keyFile: KeyFile)).Make(Here, [Resident], default);
        File.Delete(KeyFile);
        var vault = await Open(database, keyFile: KeyFile);
        Assert.Contains("does not hold the key", await Problem(vault), StringComparison.Ordinal);
        Assert.False(File.Exists(KeyFile));
        await Assert.ThrowsAsync<VaultUnreachableException>(() => vault.Make(Here, [Resident], default));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task a_key_file_that_strangers_may_read_is_refused()
    {
        var database = server.NewDatabase();
        Assert.Null(await Problem(await Open(database, keyFile: KeyFile)));
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("strangers", await Problem(await Open(database, keyFile: KeyFile)), StringComparison.Ordinal);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(KeyFile, "wrap short\nfingerprint short\n");
        Assert.Contains("must hold", await Problem(await Open(database, keyFile: KeyFile)), StringComparison.Ordinal);
    }

    private static async Task<Vault> Open(string database, bool makesKeys = true, string? keyFile = null)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(Service.VaultOf(database)).AddInMemoryCollection(
            keyFile is null ? [] : new Dictionary<string, string?> { ["Vault:KeyFile"] = keyFile }).Build();
        var vault = new Vault(Intake.Module with { MakesKeys = makesKeys }, settings, NullLogger<Vault>.Instance);
        await vault.StartingAsync(default);
        return vault;
    }

    private static async Task<string?> Problem(Vault vault) => (await vault.CheckHealthAsync(new HealthCheckContext())).Description;

    private static Task<List<string>> As(string database, string role, string tenant, string sql) => Look(
        database, $"set role {Service.NameOfVault(database)}_{role}; set app.tenant = '{tenant}'; {sql}");

    private static Task<List<string>> Look(string database, string sql) => Service.Look(
        new NpgsqlConnectionStringBuilder(database) { Database = Service.NameOfVault(database), Pooling = false }.ConnectionString, sql);
}
