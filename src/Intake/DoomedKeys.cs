using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace LiaisonStation.Intake;

/// <summary>
/// Destroys the keys that what is stored here has doomed, and deletes the file that one of them opened, until it is done; doing it twice
/// does no harm.
/// </summary>
public sealed partial class DoomedKeys(
    StoreDatabase database, StreamStore store, Vault vault, FileStore files, TimeProvider time, ILogger<DoomedKeys> log) : BackgroundService, IHealthCheck
{
    private const int AtOnce = 100;

    /// <summary>The list belongs to no township.</summary>
    private const string NoTownship = "";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>False: the vault, or the folder of files, cannot be asked now; the key stays on the list.</summary>
    /// <param name="file">The hash of the file that the key opens, where it opens one.</param>
    public async Task<bool> TryDestroy(string township, Guid owner, string? file, CancellationToken cancellation)
    {
        try
        {
            await Destroy(township, owner, file, cancellation);
            return true;
        }
        catch (Exception e) when (e is VaultUnreachableException or FilesUnavailableException)
        {
            NotDestroyed(owner, e.Message);
            return false;
        }
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
                FormattableString some = $"select tenant_id, owner_id, file from doomed_keys order by since limit {AtOnce}";
                foreach (var (township, owner, file) in await store.Query(NoTownship, some, r => (r.GetString(0), r.GetGuid(1), r.Word(2)), stoppingToken))
                {
                    try
                    {
                        await Destroy(township, owner, file, stoppingToken);
                    }
                    catch (FilesUnavailableException e)
                    {
                        // The other keys can be destroyed all the same.
                        NotDestroyed(owner, e.Message);
                    }
                }
            }
            catch (VaultUnreachableException e)
            {
                WillTryAgain(e);
            }
            catch (NpgsqlException e) when (!stoppingToken.IsCancellationRequested)
            {
                WillTryAgain(e);
            }
        }
    }

    private async Task Destroy(string township, Guid owner, string? file, CancellationToken cancellation)
    {
        await vault.Destroy(township, owner, cancellation);
        if (file is not null)
        {
            files.Delete(township, file);
        }

        FormattableString done = $"delete from doomed_keys where tenant_id = {township} and owner_id = {owner} returning 1";
        await store.Query(NoTownship, done, r => 0, cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "The key of {Owner} is not destroyed yet, or its file not deleted; will try again: {Problem}")]
    private partial void NotDestroyed(Guid owner, string problem);

    [LoggerMessage(LogLevel.Warning, "Cannot destroy keys now; will try again.")]
    private partial void WillTryAgain(Exception e);
}
