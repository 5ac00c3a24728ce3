using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.Gateway.Tests;

public sealed class FigureTests
{
    private const string Year = "from=2026-01-01&to=2026-12-31";

    private static Action<WebApplication> Serving(string service) => app => app.MapGet(
        "/figures", (string from, string to, string? township) => township switch
        {
            "330226101" => Results.NotFound(),
            "330225109" => Results.StatusCode(403),
            _ => Results.Json((Figure[])
            [
                new(
                    $"{service}-share", new("率", "Share"), 19, 20, DateOnly.Parse(from, null), DateOnly.Parse(to, null),
                    $"/api/{service}/figures/{service}-share/cases?from={from}&to={to}&township={township}"),
            ]),
        });

    internal static async Task<(House House, List<Neighbour> Behind)> Open(params string[] away)
    {
        var behind = new List<Neighbour>();
        var settings = new Dictionary<string, string>();
        foreach (var name in Services.Names.Skip(1))
        {
            behind.Add(await Neighbour.Start(Serving(name)));
            settings[$"services:{name}:http:0"] = away.Contains(name) ? Neighbour.Nowhere() : behind[^1].Root;
        }

        return (await (await House.Open(Serving("intake"), settings)).SignedIn(), behind);
    }

    internal static async Task Close(House house, List<Neighbour> behind)
    {
        await house.DisposeAsync();
        foreach (var one in behind)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task the_figures_of_all_services_stand_in_one_list()
    {
        var (house, behind) = await Open();
        var all = await house.Client.GetFromJsonAsync<AllFigures>($"/api/figures?{Year}&township=330225102");
        Assert.Equal(["intake-share", "deliberation-share", "supervision-share", "evaluation-share"], all!.Items.Select(f => f.Code));
        Assert.Equal($"/api/intake/figures/intake-share/cases?{Year}&township=330225102", all.Items[0].Cases);
        Assert.Empty(all.Missing);
        var shown = await house.Client.GetFromJsonAsync<JsonNode>($"/api/figures?{Year}");
        Assert.Equal(0.95m, shown!["items"]![0]!["value"]!.GetValue<decimal>());
        await Close(house, behind);
    }

    [Fact]
    public async Task a_service_that_is_away_is_named()
    {
        var (house, behind) = await Open("supervision");
        var all = await house.Client.GetFromJsonAsync<AllFigures>($"/api/figures?{Year}");
        Assert.Equal(["intake-share", "deliberation-share", "evaluation-share"], all!.Items.Select(f => f.Code));
        Assert.Equal(["supervision"], all.Missing);
        await Close(house, behind);
    }

    [Theory]
    [InlineData("from=2026-01-01", HttpStatusCode.BadRequest, "malformed")]
    [InlineData($"{Year}&township=330226101", HttpStatusCode.NotFound, "not-found")]
    [InlineData($"{Year}&township=330225109", HttpStatusCode.Forbidden, "role-not-allowed")]
    public async Task what_the_services_refuse_is_refused(string query, HttpStatusCode status, string code)
    {
        var (house, behind) = await Open();
        using var answer = await house.Client.GetAsync($"/api/figures?{query}");
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, await answer.Code());
        await Close(house, behind);
    }
}
