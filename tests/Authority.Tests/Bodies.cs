using System.Text.Json.Nodes;

namespace LiaisonStation.Authority.Tests;

/// <summary>A body that a route takes, made from what its service's document says of it: all that is required, and nothing else.</summary>
internal sealed class Bodies(JsonNode document, DateOnly today)
{
    // Of several that may each be left out, one is asked for.
    private static readonly Dictionary<string, string> OneOfSeveral = new()
    {
        ["intake/appeals/{id}/corrections"] = """{ "urgency": "Ordinary" }""",
        ["intake/appeals/{id}/routing"] = """{ "platform": "Hotline" }""",
        ["intake/appeals/{id}/direct-routing"] = """{ "platform": "Hotline" }""",
        ["intake/appeals/{id}/parts"] = """{ "parts": [ { "title": "灯", "text": "灯不亮" }, { "title": "路", "text": "有坑" } ] }""",
        ["deliberation/topics/{id}/corrections"] = """{ "advice": "先修后管" }""",
        ["supervision/orders/{id}/corrections"] = """{ "content": "修复路灯" }""",
        ["evaluation/reviews/{id}/corrections"] = """{ "verdict": "Satisfied" }""",
    };

    public JsonNode? Of(string path, JsonNode operation)
    {
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is not { } schema)
        {
            return null;
        }

        var body = Sample(schema, "");
        if (OneOfSeveral.TryGetValue(path, out var more))
        {
            foreach (var (name, value) in JsonNode.Parse(more)!.AsObject())
            {
                body![name] = value!.DeepClone();
            }
        }

        return body;
    }

    private JsonNode? Sample(JsonNode schema, string name)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            return Sample(document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!, name);
        }

        if (Choices(schema) is [var first, ..])
        {
            return Sample(first, name);
        }

        if (schema["enum"] is JsonArray { Count: > 0 } values)
        {
            return values.First(v => v is not null)!.DeepClone();
        }

        return Type(schema) switch
        {
            "object" => Object(schema),
            "array" => new JsonArray(schema["items"] is { } item ? Sample(item, name) : null),
            "integer" or "number" => Math.Max(1, (int?)schema["minimum"] ?? 1),
            "boolean" => true,
            _ => Text(schema, name),
        };
    }

    private static JsonNode[] Choices(JsonNode schema) =>
        [.. ((schema["oneOf"] ?? schema["anyOf"]) as JsonArray ?? []).Where(s => Type(s!) != "null").Select(s => s!)];

    private static string? Type(JsonNode schema) => schema["type"] switch
    {
        JsonArray all => (string?)all.FirstOrDefault(t => (string?)t is not ("null" or "string")) ?? "string",
        { } one => (string?)one,
        null => null,
    };

    private JsonObject Object(JsonNode schema) => new(
        ((schema["required"] as JsonArray) ?? []).Select(required => (string)required!)
            .Select(name => KeyValuePair.Create(name, Sample(schema["properties"]![name]!, name))));

    private JsonValue Text(JsonNode schema, string name) => JsonValue.Create((string?)schema["format"] switch
    {
        "uuid" => $"{Guid.CreateVersion7()}",
        "date" => $"{today:yyyy-MM-dd}",
        "date-time" => $"{today:yyyy-MM-dd}T00:00:00",
        "time" => "09:00:00",
        _ => Pattern((string?)schema["pattern"], name),
    });

    private static string Pattern(string? pattern, string name) => pattern switch
    {
        null => "字",
        _ when pattern.Contains("{9}-", StringComparison.Ordinal) => "330225109-somebody",
        _ => throw new NotSupportedException($"{name}: say in Bodies what fits {pattern}."),
    };
}
