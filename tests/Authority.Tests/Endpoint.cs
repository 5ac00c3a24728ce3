using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace LiaisonStation.Authority.Tests;

/// <param name="Operation">As the door's document has it: <c>POST /api/intake/appeals/{id}/acceptance</c>.</param>
/// <param name="Path">As its own service is asked.</param>
internal sealed partial record Endpoint(string Service, string Method, string Path, string? Summary, JsonNode? Body)
{
    private static readonly string[] Things = ["id", "stream", "sha256", "numberOrId"];

    public string Operation => AtTheDoor ? $"{Method} {Path}" : $"{Method} /api/{Service}{Path}";

    /// <summary>The door's own, which lets in whoever is signed in and leaves the rest to the services.</summary>
    public bool AtTheDoor => Service.Length == 0;

    /// <summary>Whether it is about a thing of a township that must be there already.</summary>
    public bool OfOneThing => Things.Any(thing => Path.Contains($"{{{thing}}}", StringComparison.Ordinal));

    public static bool IsThing(string parameter) => Things.Contains(parameter);

    public override string ToString() => $"{Operation}  ({Summary})";

    /// <summary>Every route a service answers, those among it that its document leaves out.</summary>
    public static IEnumerable<Endpoint> All(string service, IEnumerable<EndpointDataSource> sources, JsonNode document, DateOnly today)
    {
        var bodies = new Bodies(document, today);
        foreach (var route in sources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
        {
            var path = "/" + Constraint().Replace(route.RoutePattern.RawText!.Trim('/'), "{$1}");
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var described = (document["paths"]?[path] ?? document["paths"]?[path + "/"])?[method.ToLowerInvariant()];
                yield return new(service, method, path, (string?)described?["summary"], described is null ? null : bodies.Of(service + path, described));
            }
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\{([A-Za-z]+)(:[^}]*|\?)?\}")]
    private static partial System.Text.RegularExpressions.Regex Constraint();
}
