using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

internal static class TownshipRules
{
    /// <summary>The township an order is in: the caller's, or one of the caller's county.</summary>
    public static async Task<Township> TownshipOf(this HttpContext http, StreamStore store, Guid order)
    {
        var tenant = http.Caller().Tenant;
        return new(store, tenant.EndsWith("000", StringComparison.Ordinal)
            ? await store.TownshipOf(order, tenant, http.RequestAborted) ?? tenant
            : tenant);
    }

    /// <summary>What rules in the township at the time of the request.</summary>
    public static async Task<(Policy Policy, WorkingCalendar Calendar)> Rules(this HttpContext http, Township township) => (
        await township.Policy(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), http.RequestAborted),
        await township.Calendar(http.RequestAborted));
}
