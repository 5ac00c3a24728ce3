using System.Security.Cryptography;
using LiaisonStation.EventStore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// The keys of people's words, in a database of their own (<c>ConnectionStrings__vault</c>), wrapped by a key from outside
/// (<c>Vault__KeyFile</c>). No key outlives the request that asked for it: once destroyed, it opens nothing anywhere.
/// </summary>
/// <remarks>A service that makes keys works as the role <c>vault_app</c>, any other as <c>vault_reader</c>.</remarks>
public sealed partial class Vault : BackgroundService, IHostedLifecycleService, IHealthCheck
{
    private const int KeyLength = 32;
    private const int AtOnce = 500;
    private static readonly Migration Schema = Migration.Embedded(typeof(Vault).Assembly, "vault.sql");
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly StoreDatabase _database;
    private readonly bool _makesKeys;
    private readonly string? _keyFile;
    private readonly string _county;
    private readonly ILogger<Vault> _logger;
    private volatile OuterKeys? _outer;
    private volatile string? _problem = "vault: it is not open yet.";

    public Vault(ServiceModule module, IConfiguration configuration, ILogger<Vault> logger)
    {
        (_makesKeys, _keyFile, _logger) = (module.MakesKeys, configuration["Vault:KeyFile"], logger);
        _county = $"{configuration["County"] ?? "330225"}000";
        _database = new StoreDatabase(
            "vault", [Schema], configuration.GetConnectionString("vault"), _makesKeys ? StoreAccess.App : StoreAccess.Reader);
    }

    private OuterKeys Outer => _outer ?? throw new VaultUnreachableException(_problem);

    /// <summary>The keys of these owners; who has none yet gets one, on disk when this returns. A destroyed one is not replaced.</summary>
    /// <exception cref="VaultUnreachableException"/>
    public Task<KeyRing> Make(string township, IEnumerable<Guid> owners, CancellationToken cancellation)
    {
        // In order, so that two who make the same keys do not wait for each other.
        var (outer, all) = (Outer, owners.Distinct().Order().ToArray());
        byte[][] fresh = [.. all.Select(o => outer.Wrap(RandomNumberGenerator.GetBytes(KeyLength), BoundTo(township, o)))];
        return Read(
            township, all,
            batch => batch.Add($"""
                insert into keys (owner_id, tenant_id, outer_key, wrapped)
                select o.id, {township}, {outer.Current}, o.wrapped from unnest({all}, {fresh}) as o (id, wrapped)
                on conflict do nothing
                """),
            cancellation);
    }

    /// <summary>The keys of these owners, as a township sees them, or a county where the code ends in 000.</summary>
    /// <exception cref="VaultUnreachableException"/>
    public Task<KeyRing> Fetch(string tenant, IEnumerable<Guid> owners, CancellationToken cancellation) =>
        Read(tenant, [.. owners.Distinct()], _ => { }, cancellation);

    /// <summary>From here on nothing that was sealed under the owner's key opens, and no key takes its place.</summary>
    /// <exception cref="VaultUnreachableException"/>
    public Task Destroy(string township, Guid owner, CancellationToken cancellation) => Run(
        township,
        batch =>
        {
            batch.Add($"insert into keys (owner_id, tenant_id, destroyed_at) values ({owner}, {township}, now()) on conflict do nothing");
            batch.Add($"""
                update keys set outer_key = null, wrapped = null, destroyed_at = now()
                where owner_id = {owner} and tenant_id = {township} and wrapped is not null
                """);
        },
        _ => 0, cancellation);

    /// <summary>HMAC-SHA256 under the key for fingerprints: whoever has only the databases can try no words against it.</summary>
    /// <exception cref="VaultUnreachableException"/>
    public IncrementalHash Fingerprint() => Outer.Fingerprint();

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        (_problem ?? await _database.ProblemAsync(cancellationToken)) is { } problem
            ? HealthCheckResult.Unhealthy(Named(problem))
            : HealthCheckResult.Healthy();

    public Task StartingAsync(CancellationToken cancellationToken) => TryOpen(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _database.DisposeAsync().AsTask();

    internal static string BoundTo(string township, Guid owner) => $"{township}/{owner}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_problem is not null || (_makesKeys && !await TryWrapAnew(stoppingToken)))
        {
            await Task.Delay(Pause, stoppingToken);
            await TryOpen(stoppingToken);
        }
    }

    private async Task<KeyRing> Read(string tenant, Guid[] owners, Action<NpgsqlBatch> before, CancellationToken cancellation)
    {
        if (owners.Length == 0)
        {
            return new KeyRing([]);
        }

        var keys = await Run(
            tenant,
            batch =>
            {
                before(batch);
                batch.Add($"select tenant_id, owner_id, outer_key, wrapped from keys where owner_id = any({owners})");
            },
            Wrapped.Read, cancellation);
        return new KeyRing(keys.Select(k => new OwnedKey(k.Owner, k.Township, k.By is null ? null : Unwrap(k))).ToList());
    }

    // Another replica may have been given a new outer key first.
    private byte[] Unwrap(Wrapped key)
    {
        if (!Outer.Ids.Contains(key.By))
        {
            _outer = OuterKeys.Read(_keyFile!);
        }

        return Outer.Ids.Contains(key.By)
            ? Outer.Unwrap(key.By!, key.Key!, BoundTo(key.Township, key.Owner))
            : throw new VaultUnreachableException($"vault: {_keyFile} does not hold the key {key.By}.");
    }

    /// <summary>One transaction, done when this returns; answers the rows of what it selects.</summary>
    private async Task<List<T>> Run<T>(string tenant, Action<NpgsqlBatch> statements, Func<NpgsqlDataReader, T> row, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await (_makesKeys ? _database.App : _database.Reader).OpenConnectionAsync(cancellation);
            await using var batch = new NpgsqlBatch(connection);
            batch.Add($"select set_config('app.tenant', {tenant}, true)");
            statements(batch);
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            var rows = new List<T>();
            while (await reader.NextResultAsync(cancellation))
            {
                while (await reader.ReadAsync(cancellation))
                {
                    rows.Add(row(reader));
                }
            }

            return rows;
        }
        catch (NpgsqlException e) when (e is not PostgresException server || server.IsTransient || server.SqlState.StartsWith("57P", StringComparison.Ordinal))
        {
            throw new VaultUnreachableException(e.Message, e);
        }
    }

    private async Task TryOpen(CancellationToken cancellation)
    {
        if (_problem is null)
        {
            return;
        }

        try
        {
            var path = _keyFile ?? throw new StoreSetupException("vault: Vault__KeyFile is not set.");
            _outer = File.Exists(path) ? OuterKeys.Read(path) : null;
            await _database.OpenAsync(cancellation);
            var known = _outer?.Ids ?? [];
            var unknown = await Run(
                _county, batch => batch.Add($"select outer_key from keys where outer_key <> all({known}) limit 1"), row => row.GetString(0), cancellation);
            if (unknown is [var id])
            {
                throw new StoreSetupException($"vault: {path} does not hold the key {id}, by which keys are wrapped.");
            }

            OuterKeys.Create(path);
            (_outer, _problem) = (OuterKeys.Read(path), null);
        }
        catch (Exception e) when (e is StoreSetupException or NpgsqlException or TimeoutException or VaultUnreachableException or IOException
            or UnauthorizedAccessException)
        {
            _problem = Named(e.Message);
            NotOpen(_problem);
        }
    }

    /// <summary>After another key was put first in the file: wraps all keys by it, so that the old one can be thrown away.</summary>
    private async Task<bool> TryWrapAnew(CancellationToken cancellation)
    {
        var outer = Outer;
        try
        {
            foreach (var old in outer.Ids.Where(id => id != outer.Current))
            {
                for (var done = 0; ;)
                {
                    var some = await Run(
                        _county,
                        batch => batch.Add($"select tenant_id, owner_id, outer_key, wrapped from keys where outer_key = {old} limit {AtOnce}"),
                        Wrapped.Read, cancellation);
                    foreach (var key in some)
                    {
                        var anew = outer.Wrap(Unwrap(key), BoundTo(key.Township, key.Owner));
                        await Run(
                            key.Township,
                            batch => batch.Add($"""
                                update keys set outer_key = {outer.Current}, wrapped = {anew}
                                where owner_id = {key.Owner} and tenant_id = {key.Township} and outer_key = {old}
                                """),
                            _ => 0, cancellation);
                    }

                    done += some.Count;
                    if (some.Count < AtOnce)
                    {
                        WrappedAnew(done, old);
                        break;
                    }
                }
            }

            return true;
        }
        catch (VaultUnreachableException e)
        {
            NotOpen(e.Message);
            return false;
        }
    }

    private static string Named(string problem) => problem.StartsWith("vault", StringComparison.Ordinal) ? problem : $"vault: {problem}";

    /// <param name="By">Null: destroyed.</param>
    private sealed record Wrapped(string Township, Guid Owner, string? By, byte[]? Key)
    {
        public static Wrapped Read(NpgsqlDataReader row) => row.IsDBNull(2)
            ? new(row.GetString(0), row.GetGuid(1), null, null)
            : new(row.GetString(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<byte[]>(3));
    }

    [LoggerMessage(LogLevel.Warning, "The vault cannot be used yet: {Problem}")]
    private partial void NotOpen(string problem);

    [LoggerMessage(LogLevel.Information, "{Keys} keys were wrapped anew; none needs the outer key {Id} any more: it may be thrown away.")]
    private partial void WrappedAnew(int keys, string id);
}

/// <summary>The vault cannot be asked now. Nothing was sealed, opened or destroyed.</summary>
public sealed class VaultUnreachableException(string? message, Exception? inner = null) : Exception(message, inner);
