using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace LiaisonStation.Gateway.Tests;

public sealed class OpenApiTests
{
    private static string Document(string path, string field) => $$$"""
        {
          "openapi": "3.1.1",
          "info": { "title": "x", "version": "1.0.0" },
          "servers": [{ "url": "http://127.0.0.1:1/" }],
          "paths": {
            "/history/{stream}": { "get": { "responses": { "200": { "description": "OK" } } } },
            "{{{path}}}": {
              "get": { "tags": ["LiaisonStation.X"], "responses": { "200": { "description": "OK", "content": { "application/json":
                { "schema": { "$ref": "#/components/schemas/Item" } } } } } },
              "post": { "operationId": "add", "requestBody": { "$ref": "#/components/requestBodies/New" },
                "responses": { "200": { "description": "OK", "content": { "application/json":
                  { "schema": { "$ref": "#/paths/{{{path.Replace("/", "~1", StringComparison.Ordinal)}}}/get/responses/200/content/application~1json/schema" } } } } } }
            }
          },
          "components": {
            "requestBodies": { "New": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Item/properties/parts/items" } } } } },
            "schemas": {
              "Item": { "type": "object", "properties": {
                "{{{field}}}": { "type": "string" },
                "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Kind" } } } },
              "Kind": { "type": "object", "required": ["kind"], "oneOf": [{ "$ref": "#/components/schemas/Item" }], "discriminator": { "propertyName": "kind",
                "mapping": { "item": "#/components/schemas/Item" } } }
            }
          },
          "security": [{ "own": [] }]
        }
        """;

    private static Action<WebApplication> Serving(string document) =>
        app => app.MapGet("/openapi/v1.json", () => Results.Text(document, "application/json"));

    private static async Task<JsonObject> Merged(House house) =>
        JsonNode.Parse(await house.Client.GetStringAsync("/openapi/v1.json"))!.AsObject();

    [Fact]
    public async Task one_document_holds_all_and_every_reference_resolves()
    {
        await using var others = await Neighbour.Start(Serving(Document("/topics", "b")));
        await using var house = await House.Open(Serving(Document("/appeals", "a")), new()
        {
            ["services:deliberation:http:0"] = others.Root,
            ["services:supervision:http:0"] = others.Root,
            ["services:evaluation:http:0"] = others.Root,
        });

        var merged = await Merged(house);

        var paths = merged["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Contains("/api/intake/appeals", paths);
        Assert.Contains("/api/deliberation/topics", paths);
        Assert.Contains("/api/worklist", paths);
        Assert.Contains("/api/cases/{numberOrId}/history", paths);
        Assert.Contains("/dev/token", paths);
        Assert.DoesNotContain(paths, path => path.Contains("/history/{stream}", StringComparison.Ordinal));
        Assert.NotNull(merged["components"]!["schemas"]!["IntakeItem"]!["properties"]!["a"]);
        Assert.NotNull(merged["components"]!["schemas"]!["DeliberationItem"]!["properties"]!["b"]);
        Assert.Equal("http", merged["components"]!["securitySchemes"]!["bearer"]!["type"]!.GetValue<string>());
        Assert.DoesNotContain("127.0.0.1", merged.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("暂缺", merged["info"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);

        var references = References(merged).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(Resolves(merged, reference), reference));

        var ids = merged["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => operation.Value!["operationId"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Contains("intake_add", ids);

        var read = OpenApiDocument.Parse(merged.ToJsonString(), "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public async Task a_service_that_is_down_is_named_and_comes_in_when_it_is_back()
    {
        var root = Neighbour.Nowhere();
        await using var others = await Neighbour.Start(Serving(Document("/topics", "b")));
        await using var house = await House.Open(Serving(Document("/appeals", "a")), new()
        {
            ["services:deliberation:http:0"] = root,
            ["services:supervision:http:0"] = others.Root,
            ["services:evaluation:http:0"] = others.Root,
        });

        var merged = await Merged(house);
        Assert.EndsWith("Missing for now: deliberation", merged["info"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(merged["paths"]!["/api/intake/appeals"]);

        await using var back = await Neighbour.Start(Serving(Document("/topics", "b")), new Uri(root).Port);
        await Answers.Eventually(async () => (await Merged(house))["paths"]!["/api/deliberation/topics"] is not null, "deliberation's paths");
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => field.Key switch
        {
            "$ref" when field.Value is JsonValue => [field.Value.GetValue<string>()],
            "mapping" => field.Value!.AsObject().Select(target => target.Value!.GetValue<string>()),
            _ => References(field.Value),
        }),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static bool Resolves(JsonNode root, string reference)
    {
        JsonNode? at = root;
        foreach (var step in reference.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            at = at is JsonObject fields ? fields[step] : null;
        }

        return reference.StartsWith("#/", StringComparison.Ordinal) && at is not null;
    }
}
