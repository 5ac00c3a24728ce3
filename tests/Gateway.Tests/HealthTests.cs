using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.Gateway.Tests;

public sealed class HealthTests
{
    private sealed class State
    {
        public volatile string Postgres = "Healthy";

        public void Map(WebApplication app) => app.MapGet("/health", () => Results.Json(
            new
            {
                status = Postgres,
                checks = new Dictionary<string, object>
                {
                    ["postgres"] = new { status = Postgres, detail = "Npgsql.NpgsqlException: at line 1" },
                    ["messaging"] = new { status = "Healthy" },
                },
            },
            statusCode: Postgres == "Healthy" ? 200 : 503));
    }

    [Fact]
    public async Task health_turns_with_the_culprits_name_and_back()
    {
        var state = new State();
        await using var others = await Neighbour.Start(state.Map);
        await using var house = await House.Open(state.Map, new()
        {
            ["services:deliberation:http:0"] = others.Root,
            ["services:supervision:http:0"] = others.Root,
            ["services:evaluation:http:0"] = others.Root,
        });

        Assert.Equal(HttpStatusCode.OK, (await house.Client.GetAsync("/health")).StatusCode);

        state.Postgres = "Unhealthy";
        await Answers.Eventually(async () => (int)(await house.Client.GetAsync("/health")).StatusCode == 503, "503");
        var ill = await (await house.Client.GetAsync("/health")).Content.ReadAsStringAsync();
        Assert.Equal("postgres", Assert.Single(JsonDocument.Parse(ill).RootElement.GetProperty("culprits").EnumerateArray()).GetString());
        Assert.DoesNotContain("Npgsql", ill, StringComparison.Ordinal);

        state.Postgres = "Healthy";
        await Answers.Eventually(async () => (await house.Client.GetAsync("/health")).IsSuccessStatusCode, "200 again");
    }

    [Fact]
    public async Task a_service_that_does_not_answer_is_the_culprit_itself()
    {
        var state = new State();
        await using var well = await Neighbour.Start(state.Map);
        await using var stuck = await Neighbour.Start(app => app.MapGet("/health", (HttpContext http) => Task.Delay(60_000, http.RequestAborted)));
        await using var house = await House.Open(state.Map, new()
        {
            ["services:deliberation:http:0"] = Neighbour.Nowhere(),
            ["services:supervision:http:0"] = stuck.Root,
            ["services:evaluation:http:0"] = well.Root,
            // One of two replicas is enough.
            ["services:evaluation:http:1"] = Neighbour.Nowhere(),
        });

        var answer = await house.Client.GetAsync("/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var said = await answer.Content.ReadFromJsonAsync<WholeHealth>();
        Assert.Equal(["deliberation", "supervision"], said!.Culprits);
        Assert.Equal(["healthy", "unhealthy"], said.Services["evaluation"].Replicas);
        Assert.Equal(HttpStatusCode.OK, (await house.Client.GetAsync("/alive")).StatusCode);
    }
}
