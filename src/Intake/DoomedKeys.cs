using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace LiaisonStation.Intake;

/// <summary>Destroys the keys that what is stored here has doomed, until it is done; doing it twice does no harm.</summary>
public sealed partial class DoomedKeys(
    StoreDatabase database, StreamStore store, Vault vault, TimeProvider time, ILogger<DoomedKeys> log) : BackgroundService, IHealthCheck
{
    private const int AtOnce = 100;

    /// <summary>The list belongs to no township.</summary>
    private const string NoTownship = "";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>False: the vault cannot be asked now; the key stays on the list.</summary>
    public async Task<bool> TryDestroy(string township, Guid owner, CancellationToken cancellation)
    {
        try
        {
            await vault.Destroy(township, owner, cancellation);
        }
        catch (VaultUnreachableException e)
        {
            NotDestroyed(owner, e.Message);
            return false;
        }

        FormattableString done = $"delete from doomed_keys where tenant_id = {township} and owner_id = {owner} returning 1";
        await store.Query(NoTownship, done, r => 0, cancellation);
        return true;
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        FormattableString late = $"select count(*) from doomed_keys where since < {time.GetUtcNow() - Patience}";
        try
        {
            return (await store.Query(NoTownship, late, r => r.GetInt64(0), cancellationToken))[0] is > 0 and var waiting
                ? HealthCheckResult.Degraded($"{waiting} keys are yet to be destroyed")
                : HealthCheckResult.Healthy();
        }
        catch (NpgsqlException)
        {
            // The database's own check says more.
            return HealthCheckResult.Healthy();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenOpen(stoppingToken);
        for (; ; await Task.Delay(Pause, time, stoppingToken))
        {
            try
            {
                FormattableString some = $"select tenant_id, owner_id from doomed_keys order by since limit {AtOnce}";
                foreach (var (township, owner) in await store.Query(NoTownship, some, r => (r.GetString(0), r.GetGuid(1)), stoppingToken))
                {
                    if (!await TryDestroy(township, owner, stoppingToken))
                    {
                        break;
                    }
                }
            }
            catch (NpgsqlException e) when (!stoppingToken.IsCancellationRequested)
            {
                WillTryAgain(e);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The key of {Owner} is not destroyed yet; will try again: {Problem}")]
    private partial void NotDestroyed(Guid owner, string problem);

    [LoggerMessage(LogLevel.Warning, "Cannot look for keys to destroy; will try again.")]
    private partial void WillTryAgain(Exception e);
}
