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

    [Fact]
    public async Task what_a_service_warns_of_is_named_and_it_serves_all_the_same()
    {
        await using var well = await Neighbour.Start(new State().Map);
        await using var house = await House.Open(
            app => app.MapGet("/health", () => new
            {
                status = "Degraded",
                checks = new { postgres = new { status = "Healthy" }, calendar = new { status = "Degraded", detail = "ends in 20 days" } },
            }),
            new()
            {
                ["services:deliberation:http:0"] = well.Root,
                ["services:supervision:http:0"] = well.Root,
                ["services:evaluation:http:0"] = well.Root,
            });

        var answer = await house.Client.GetAsync("/health");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var said = await answer.Content.ReadFromJsonAsync<WholeHealth>();
        Assert.Equal(("degraded", "calendar"), (said!.Status, Assert.Single(said.Culprits)));
        var intake = said.Services["intake"];
        Assert.Equal(("degraded", "healthy", "degraded", "degraded"), (intake.Status, intake.Checks["postgres"], intake.Checks["calendar"], intake.Replicas.Single()));
        Assert.Equal("healthy", said.Services["evaluation"].Status);
    }
}
