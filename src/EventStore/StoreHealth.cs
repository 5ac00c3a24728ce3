using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LiaisonStation.EventStore;

/// <summary>Whether this replica's store may be worked with now.</summary>
public sealed class StoreHealth(StoreDatabase database, ProjectionRunner projections, ProjectionRebuilder rebuilder)
{
    public async Task<StoreReadiness> CheckAsync(CancellationToken cancellation = default)
    {
        var problem = await database.ProblemAsync(cancellation);
        return new(problem is null, problem, projections.Statuses, problem is null ? await rebuilder.StoppedAsync(cancellation) : []);
    }
}

/// <param name="Ready">False: answer no requests now.</param>
/// <param name="Reason">Why not; begins with <c>postgres</c>.</param>
/// <param name="Projections">A stopped one does not make the service unready; it is shown as degraded.</param>
/// <param name="StoppedRebuilds">Shown as degraded too; what stood before is served still.</param>
public sealed record StoreReadiness(
    bool Ready, string? Reason, IReadOnlyList<ProjectionStatus> Projections, IReadOnlyList<StoppedRebuild> StoppedRebuilds);

/// <summary>The health check <c>postgres</c>.</summary>
internal sealed class StoreHealthCheck(StoreHealth health) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var store = await health.CheckAsync(cancellationToken);
        if (!store.Ready)
        {
            return HealthCheckResult.Unhealthy(store.Reason);
        }

        var stopped = store.Projections
            .Where(p => p.Stopped is not null)
            .Select(p => $"projection {p.Name} stopped at event {p.Stopped!.EventId}: {p.Stopped.Reason}")
            .Concat(store.StoppedRebuilds.Select(r => $"rebuild of projection {r.Projection} stopped{r.At}: {r.Reason}"))
            .ToList();
        return stopped.Count > 0 ? HealthCheckResult.Degraded(string.Join("; ", stopped)) : HealthCheckResult.Healthy();
    }
}
