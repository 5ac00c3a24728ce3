using System.Text.Json;

namespace LiaisonStation.Gateway;

/// <summary>How one service is: what each of its replicas says of itself and of what it stands on.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> (it serves, and somebody has to look: the calendar ends soon) or <c>unhealthy</c>.</param>
internal sealed record ServiceHealth(string Status, IReadOnlyDictionary<string, string> Checks, IReadOnlyList<string> Replicas);

internal sealed record Alive(string Status);

/// <param name="Status">The worst of the services'.</param>
/// <param name="Culprits">What is to be looked at: <c>postgres</c>, <c>messaging</c>, <c>calendar</c>, or a service that does not answer.</param>
internal sealed record WholeHealth(string Status, IReadOnlyList<string> Culprits, IReadOnlyDictionary<string, ServiceHealth> Services);

/// <summary>Asks all four at once, and not more often than once a second whoever asks here.</summary>
internal sealed class HealthOfAll(Services services, ServiceClient client) : IDisposable
{
    private const string Healthy = "healthy";
    private const string Degraded = "degraded";
    public const string Unhealthy = "unhealthy";

    private static readonly string[] FromGoodToBad = [Healthy, Degraded, Unhealthy];
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
                _last = new WholeHealth(
                    Worst(each.Select(found => found.Health.Status)), [.. each.SelectMany(found => found.Culprits).Distinct()],
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
        var replicas = answers.Select(answer => answer.Healthy ? Worst([Healthy, .. Checks(answer.Said).Values]) : Unhealthy).ToList();

        // One replica in health serves all; then the others are to be seen but are no reason for alarm.
        var told = answers.OrderByDescending(answer => answer.Healthy).ThenByDescending(answer => answer.Said is not null).FirstOrDefault();
        var checks = Checks(told.Said);
        var failing = checks.Where(check => check.Value != Healthy).Select(check => check.Key).ToList();
        return answers.Any(answer => answer.Healthy)
            ? (new ServiceHealth(Worst([Healthy, .. checks.Values]), checks, replicas), failing)
            : (new ServiceHealth(Unhealthy, checks, replicas), failing is [] ? [service.Name] : failing);
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
        return status.ValueKind == JsonValueKind.True ? Healthy
            : status.ValueKind != JsonValueKind.String ? Unhealthy
            : status.GetString()!.ToLowerInvariant() switch
            {
                Healthy or "ok" => Healthy,
                Degraded => Degraded,
                _ => Unhealthy,
            };
    }

    private static string Worst(IEnumerable<string> states) => states.MaxBy(state => Array.IndexOf(FromGoodToBad, state))!;

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
            return TypedResults.Json(health, statusCode: health.Status == HealthOfAll.Unhealthy ? 503 : 200);
        }).AllowAnonymous().Produces<WholeHealth>().Produces<WholeHealth>(503)
            .WithTags("door").WithName("health").WithSummary("整个系统的健康状况，异常时指出原因 / Health of the whole system, naming the culprit");
    }
}
