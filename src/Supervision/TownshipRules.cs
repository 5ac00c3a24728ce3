using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

internal static class TownshipRules
{
    /// <summary>What rules in the township at the time of the request.</summary>
    public static async Task<(Policy Policy, WorkingCalendar Calendar)> Rules(this HttpContext http, Township township) => (
        await township.Policy(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), http.RequestAborted),
        await township.Calendar(http.RequestAborted));
}
