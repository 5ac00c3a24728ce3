namespace LiaisonStation.Gateway;

/// <summary>Which paths of a service can be reached through the door.</summary>
internal static class ForwardPath
{
    /// <summary>
    /// What services keep for each other. They ask for the role System there as well; here it does not exist at all.
    /// </summary>
    private static readonly string[][] Internal =
    [
        ["health"], ["alive"], ["ready"], ["metrics"], ["history"], ["worklist"], ["openapi"], [".well-known"],
        ["registry", "sign-in"],
    ];

    /// <summary>
    /// The path as the service will see it, escaped anew from its decoded segments, so that what was checked is what is
    /// sent; null where it is not one plain path.
    /// </summary>
    /// <param name="decoded">What follows the service's name, beginning with a slash; <c>%2F</c> still encoded.</param>
    public static string? Canonical(string decoded)
    {
        if (decoded is "" or "/")
        {
            return "/";
        }

        var segments = decoded[1..].Split('/');
        return decoded[0] != '/' || segments.Any(Crooked)
            ? null
            : "/" + string.Join('/', segments.Select(Uri.EscapeDataString));
    }

    public static bool IsInternal(string canonical)
    {
        var segments = canonical[1..].Split('/');
        return Internal.Any(kept => kept.Length <= segments.Length
            && kept.Zip(segments).All(pair => string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Empty, climbing, or read as something else by whoever decodes once more.</summary>
    private static bool Crooked(string segment) =>
        segment is "" or "." or ".." || segment.Any(c => c is '%' or '\\' || char.IsControl(c));
}
