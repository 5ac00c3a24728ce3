using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake;

public static class Townships
{
    /// <summary>
    /// The township a caller's write belongs to: their own, or for somebody of the whole county the one they name in it.
    /// The rest of the request then acts in that township.
    /// </summary>
    public static bool WritesInto(this HttpContext http, string? named, out string township)
    {
        var caller = http.Caller();
        township = IsCounty(caller.Tenant) ? named ?? "" : caller.Tenant;
        var allowed = IsCounty(caller.Tenant)
            ? township.Length == 9 && township.All(char.IsAsciiDigit) && !IsCounty(township) && township.StartsWith(caller.Tenant[..6], StringComparison.Ordinal)
            : named is null || named == caller.Tenant;
        if (allowed)
        {
            http.Features.Set(caller with { Tenant = township });
        }

        return allowed;
    }

    public static bool IsCounty(string tenant) => tenant.EndsWith("000", StringComparison.Ordinal);
}
