using System.Text.Json;

namespace LiaisonStation.Gateway;

/// <summary>How one service is: what each of its replicas says of itself and of what it stands on.</summary>
internal sealed record ServiceHealth(string Status, IReadOnlyDictionary<string, string> Checks, IReadOnlyList<string> Replicas);

internal sealed record Alive(string Status);

/// <param name="Culprits">What is to be looked at: <c>postgres</c>, <c>messaging</c>, or a service that does not answer.</param>
internal sealed record WholeHealth(string Status, IReadOnlyList<string> Culprits, IReadOnlyDictionary<string, ServiceHealth> Services);

/// <summary>Asks all four at once, and not more often than once a second whoever asks here.</summary>
internal sealed class HealthOfAll(Services services, ServiceClient client) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _one = new(1, 1);
    private WholeHealth? _last;
    private long _lastAt;

    public async Task<WholeHealth> Look(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (_last is null || Environment.TickCount64 - _lastAt >= 1_000)
            {
                var each = await Task.WhenAll(services.All.Select(service => Of(service, cancel)));
                var culprits = each.SelectMany(found => found.Culprits).Distinct().ToList();
                _last = new WholeHealth(
                    culprits is [] ? "healthy" : "unhealthy", culprits,
                    services.All.Zip(each).ToDictionary(pair => pair.First.Name, pair => pair.Second.Health));
                _lastAt = Environment.TickCount64;
            }

            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<(ServiceHealth Health, IReadOnlyList<string> Culprits)> Of(Service service, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(service.Replicas.Select(replica => client.Health(replica, Limit, cancel)));
        var replicas = answers.Select(answer => Word(answer.Healthy)).ToList();

        // One replica in health serves all; then the others are to be seen but are no reason for alarm.
        var healthy = answers.FirstOrDefault(answer => answer.Healthy);
        if (healthy.Healthy)
        {
            return (new ServiceHealth("healthy", Checks(healthy.Said), replicas), []);
        }

        var told = answers.FirstOrDefault(answer => answer.Said is not null);
        var checks = Checks(told.Said);
        var failing = checks.Where(check => check.Value != "healthy").Select(check => check.Key).ToList();
        return (new ServiceHealth("unhealthy", checks, replicas), failing is [] ? [service.Name] : failing);
    }

    /// <summary>Names and states alone: what else a service says of its troubles is not for everybody.</summary>
    private static Dictionary<string, string> Checks(JsonElement? said)
    {
        var found = new Dictionary<string, string>();
        if (said is { ValueKind: JsonValueKind.Object } whole && whole.TryGetProperty("checks", out var checks))
        {
            if (checks.ValueKind == JsonValueKind.Object)
            {
                foreach (var check in checks.EnumerateObject())
                {
                    found[check.Name] = State(check.Value);
                }
            }
            else if (checks.ValueKind == JsonValueKind.Array)
            {
                foreach (var check in checks.EnumerateArray())
                {
                    if (check.ValueKind == JsonValueKind.Object && check.TryGetProperty("name", out var name))
                    {
                        found[name.ToString()] = State(check);
                    }
                }
            }
        }

        return found;
    }

    private static string State(JsonElement check)
    {
        var status = check.ValueKind == JsonValueKind.Object && check.TryGetProperty("status", out var said) ? said : check;
        return Word(status.ValueKind == JsonValueKind.True
            || (status.ValueKind == JsonValueKind.String
                && status.GetString()!.ToUpperInvariant() is "HEALTHY" or "OK" or "DEGRADED"));
    }

    private static string Word(bool healthy) => healthy ? "healthy" : "unhealthy";

    public void Dispose() => _one.Dispose();
}

internal static class HealthRoutes
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/alive", () => TypedResults.Ok(new Alive("healthy"))).AllowAnonymous()
            .WithTags("door").WithName("alive").WithSummary("网关自身是否在运行 / Whether the Gateway itself runs");
        app.MapGet("/health", async (HealthOfAll all, CancellationToken cancel) =>
        {
            var health = await all.Look(cancel);
            return TypedResults.Json(health, statusCode: health.Culprits is [] ? 200 : 503);
        }).AllowAnonymous().Produces<WholeHealth>().Produces<WholeHealth>(503)
            .WithTags("door").WithName("health").WithSummary("整个系统的健康状况，异常时指出原因 / Health of the whole system, naming the culprit");
    }
}
