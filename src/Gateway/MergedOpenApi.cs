using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace LiaisonStation.Gateway;

/// <summary>One OpenAPI document for all that can be asked through the door.</summary>
internal sealed class MergedOpenApi(Services services, ServiceClient client, InnerTokens tokens, IServiceProvider provider) : IDisposable
{
    public const string OwnDocument = "gateway";

    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WithHoles = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (string Text, long Until)? _kept;

    public async Task<string> Text(CancellationToken cancel)
    {
        if (_kept is { } ready && Environment.TickCount64 < ready.Until)
        {
            return ready.Text;
        }

        await _one.WaitAsync(cancel);
        try
        {
            var parts = await Task.WhenAll(services.All.Select(async service => (service.Name, Document: await Of(service, cancel))));
            var merged = OpenApiMerge.Merge(await Own(cancel), parts);
            var text = merged.ToJsonString(new JsonSerializerOptions
            {
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            });
            var life = parts.Any(part => part.Document is null) ? WithHoles : Whole;
            _kept = (text, Environment.TickCount64 + (long)life.TotalMilliseconds);
            return text;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<JsonObject?> Of(Service service, CancellationToken cancel)
    {
        try
        {
            return await client.Get<JsonObject>(service, "/openapi/v1.json", tokens.OwnToken(), cancel);
        }
        catch (ServiceUnreachable)
        {
            return null;
        }
    }

    private async Task<JsonObject> Own(CancellationToken cancel)
    {
        var own = await provider.GetRequiredKeyedService<IOpenApiDocumentProvider>(OwnDocument).GetOpenApiDocumentAsync(cancel);
        return JsonNode.Parse(await own.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancel))!.AsObject();
    }

    public void Dispose() => _one.Dispose();
}

/// <summary>Puts documents together: nothing of one can be taken for something of another.</summary>
internal static partial class OpenApiMerge
{
    private static readonly string[] Operations = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private static readonly Dictionary<string, string> Tags = new()
    {
        ["intake"] = "问：收集民情 / Intake",
        ["deliberation"] = "议：议题与议定 / Deliberation",
        ["supervision"] = "督：交办与督办 / Supervision",
        ["evaluation"] = "评：评议与回访 / Evaluation",
        ["door"] = "网关：跨服务的内容 / What runs through all services",
        ["dev"] = "演示登录（仅限开发环境）/ Demonstration sign-in, in Development only",
    };

    public static JsonObject Merge(JsonObject own, IEnumerable<(string Service, JsonObject? Document)> parts)
    {
        var paths = new JsonObject();
        var components = new JsonObject();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var missing = new List<string>();
        Add(own, null, paths, components, ids);
        foreach (var (service, document) in parts)
        {
            if (document is null)
            {
                missing.Add(service);
            }
            else
            {
                Add(document, service, paths, components, ids);
            }
        }

        components["securitySchemes"] = new JsonObject
        {
            ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT" },
        };
        var used = paths.SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value)
            .OfType<JsonObject>().SelectMany(operation => operation["tags"]?.AsArray() ?? []).Select(tag => tag!.GetValue<string>()).ToHashSet();
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "代表联络站 / LiaisonStation",
                ["version"] = "v1",
                ["description"] = "人大代表联络站闭环工作系统的全部接口。/ Every interface of the liaison stations' closed loop."
                    + (missing is [] ? "" : $"\n\n暂缺以下服务的接口 / Missing for now: {string.Join(", ", missing)}"),
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = components,
            ["tags"] = new JsonArray([.. Tags.Where(tag => used.Contains(tag.Key))
                .Select(tag => new JsonObject { ["name"] = tag.Key, ["description"] = tag.Value })]),
        };
    }

    private static void Add(JsonObject document, string? service, JsonObject paths, JsonObject components, HashSet<string> ids)
    {
        var part = document.DeepClone().AsObject();
        Rename(part, service);
        foreach (var (path, item) in part["paths"]?.AsObject().ToList() ?? [])
        {
            if (item is not JsonObject operations || (service is not null && ForwardPath.IsInternal(path)))
            {
                continue;
            }

            part["paths"]!.AsObject().Remove(path);
            foreach (var method in Operations)
            {
                if (operations[method] is JsonObject operation)
                {
                    Settle(operation, service, method, path, ids);
                }
            }

            operations.Remove("servers");
            paths[service is null ? path : $"/api/{service}{(path == "/" ? "" : path)}"] = operations;
        }

        foreach (var (kind, entries) in part["components"]?.AsObject().ToList() ?? [])
        {
            if (kind == "securitySchemes" || entries is not JsonObject named)
            {
                continue;
            }

            var all = components[kind] as JsonObject;
            if (all is null)
            {
                components[kind] = all = [];
            }

            foreach (var (name, entry) in named.ToList())
            {
                named.Remove(name);
                all[Prefixed(service, name)] = entry;
            }
        }
    }

    private static void Settle(JsonObject operation, string? service, string method, string path, HashSet<string> ids)
    {
        var own = operation["operationId"]?.GetValue<string>() ?? $"{method}{NotInNames().Replace(path, "_")}".TrimEnd('_');
        var name = service is null ? own : $"{service}_{own}";
        for (var n = 2; !ids.Add(name); n++)
        {
            name = $"{(service is null ? own : $"{service}_{own}")}_{n}";
        }

        operation["operationId"] = name;
        operation.Remove("servers");
        operation.Remove("security");
        if (service is not null)
        {
            operation["tags"] = new JsonArray(service);
        }
        else if (!path.StartsWith("/api/", StringComparison.Ordinal))
        {
            operation["security"] = new JsonArray();
        }
    }

    /// <summary>Every reference is turned to the place its target will have.</summary>
    private static void Rename(JsonNode? node, string? service)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToList())
                {
                    if (name == "$ref" && value is JsonValue reference && reference.TryGetValue<string>(out var to))
                    {
                        fields[name] = Moved(to, service);
                    }
                    else if (name == "mapping" && value is JsonObject mapping && fields.ContainsKey("propertyName"))
                    {
                        foreach (var (key, target) in mapping.ToList())
                        {
                            mapping[key] = Moved(target!.GetValue<string>(), service);
                        }
                    }
                    else
                    {
                        Rename(value, service);
                    }
                }

                break;
            case JsonArray list:
                foreach (var entry in list)
                {
                    Rename(entry, service);
                }

                break;
        }
    }

    private static string Moved(string reference, string? service) => reference.Split('/') switch
    {
        ["#", "components", var kind, var name, .. var rest] when kind != "securitySchemes" =>
            string.Join('/', ["#", "components", kind, Prefixed(service, name), .. rest]),
        ["#", "paths", var path, .. var rest] when service is not null =>
            string.Join('/', ["#", "paths", $"~1api~1{service}{path}", .. rest]),
        _ => reference,
    };

    private static string Prefixed(string? service, string name) =>
        service is null ? name : $"{char.ToUpperInvariant(service[0])}{service[1..]}{name}";

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotInNames();
}

internal static class OpenApiRoutes
{
    public static void MapMergedOpenApi(this WebApplication app) => app
        .MapGet("/openapi/v1.json", async (MergedOpenApi merged, CancellationToken cancel) =>
            TypedResults.Text(await merged.Text(cancel), "application/json; charset=utf-8", Encoding.UTF8))
        .AllowAnonymous().ExcludeFromDescription();
}
