using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.Gateway.Tests;

public sealed class CaseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);
    private static readonly Guid Appeal = Guid.Parse("01900000-0000-7000-8000-00000000000a");
    private static readonly Guid Topic = Guid.Parse("01900000-0000-7000-8000-00000000000b");
    private static readonly Guid Order = Guid.Parse("01900000-0000-7000-8000-00000000000c");
    private static readonly Guid Review = Guid.Parse("01900000-0000-7000-8000-00000000000d");
    private const string Number = "330225101-20260302-1";

    private static readonly HistoryEvent Received = HistoryTests.Event("intake", Appeal, 1, Noon, null) with { Type = "appeal_received" };
    private static readonly HistoryEvent Asked = HistoryTests.Event("intake", Appeal, 2, Noon.AddHours(1), "key-1") with { Type = "topic_proposal_requested", Actor = "p1", Role = "Station" };
    // Deliberation's clock is two hours behind.
    private static readonly HistoryEvent Proposed = HistoryTests.Event("deliberation", Topic, 1, Noon.AddHours(-1), Asked.Id.ToString()) with { Type = "topic_proposed" };
    private static readonly HistoryEvent Issued = HistoryTests.Event("supervision", Order, 1, Noon.AddHours(2), Proposed.Id.ToString()) with { Type = "order_issued", Round = 1 };

    private static void Intake(WebApplication app)
    {
        app.MapGet("/cases/{name}", (string name) => name == Number || name == Appeal.ToString()
            ? Results.Ok(new { id = Appeal, caseNumber = Number, township = "330225101", stage = "TakenUp", round = 1, title = "路灯不亮" })
            : Results.NotFound());
        app.MapGet("/history/{stream}", () => new StreamHistory([Received, Asked], [new StreamLink("deliberation", Topic)]));
    }

    private static Task<Neighbour> Deliberation() => Neighbour.Start(app =>
    {
        app.MapGet("/history/{stream}", () => new StreamHistory([Proposed], [new StreamLink("supervision", Order)]));
        app.MapGet("/topics/{id}", () => new { stage = "Referred" });
    });

    private static Task<Neighbour> Supervision(int rounds = 1, string stage = "InProgress") => Neighbour.Start(app =>
    {
        app.MapGet("/history/{stream}", () => new StreamHistory([Issued], [new StreamLink("evaluation", Review)]));
        app.MapGet("/orders/{id}", () => new { stage, rounds = Enumerable.Range(1, rounds).Select(number => new { number }) });
    });

    private static Task<Neighbour> Evaluation(int rounds = 1, string stage = "ReturnedForRectification") => Neighbour.Start(app =>
    {
        app.MapGet("/history/{stream}", (Guid stream) => new StreamHistory([HistoryTests.Event("evaluation", stream, 1, Noon.AddHours(3), null)], []));
        app.MapGet("/reviews/{id}", () => new { stage, rounds = Enumerable.Range(1, rounds).Select(number => new { number }) });
    });

    private static async Task<House> Open(Neighbour deliberation, Neighbour supervision, string? evaluation) =>
        await (await House.Open(Intake, new()
        {
            ["services:deliberation:http:0"] = deliberation.Root,
            ["services:supervision:http:0"] = supervision.Root,
            ["services:evaluation:http:0"] = evaluation ?? Neighbour.Nowhere(),
        })).SignedIn();

    [Theory]
    [InlineData(Number)]
    [InlineData("01900000-0000-7000-8000-00000000000a")]
    public async Task the_history_runs_over_all_services_with_causes_first(string name)
    {
        await using var deliberation = await Deliberation();
        await using var supervision = await Supervision();
        await using var evaluation = await Evaluation();
        await using var house = await Open(deliberation, supervision, evaluation.Root);

        var history = await house.Client.GetFromJsonAsync<CaseHistory>($"/api/cases/{name}/history");

        Assert.Equal(Appeal, history!.Id);
        Assert.Equal(Number, history.Number);
        Assert.Equal(["intake", "deliberation", "supervision", "evaluation"], history.Streams.Select(stream => stream.Service));
        Assert.Equal(
            ["appeal_received", "topic_proposal_requested", "topic_proposed", "order_issued", "happened"], history.Events.Select(e => e.Type));
        var asked = await house.Client.GetFromJsonAsync<JsonElement>($"/api/cases/{name}/history");
        var second = asked.GetProperty("events")[1];
        Assert.Equal(
            ["actor", "cause", "correlation", "data", "id", "role", "round", "service", "stream", "time", "traceParent", "type", "unit", "version"],
            second.EnumerateObject().Select(field => field.Name).Order());
        Assert.Equal("Station", second.GetProperty("role").GetString());
        Assert.Equal("key-1", second.GetProperty("cause").GetString());
    }

    [Fact]
    public async Task a_history_with_a_hole_is_not_given()
    {
        await using var deliberation = await Deliberation();
        await using var supervision = await Supervision();
        await using var house = await Open(deliberation, supervision, null);

        var answer = await house.Client.GetAsync($"/api/cases/{Number}/history");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("evaluation", problem.GetProperty("service").GetString());
        Assert.Equal("service-unreachable", problem.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("330225102-20260302-1")]
    [InlineData("01900000-0000-7000-8000-0000000000ff")]
    [InlineData("nonsense")]
    [InlineData("..%5Chealth")]
    public async Task a_case_that_is_unknown_or_anothers_is_not_found(string name)
    {
        await using var house = await House.Open(Intake);
        await house.SignedIn();
        foreach (var path in (string[])[$"/api/cases/{name}", $"/api/cases/{name}/history"])
        {
            var answer = await house.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal("not-found", await answer.Code());
        }
    }

    [Theory]
    [InlineData(1, "Handled", 1, "UnderReview", "UnderReview", 1)]
    [InlineData(1, "Handled", 1, "ReturnedForRectification", "ReturnedForRectification", 1)]
    [InlineData(2, "InProgress", 1, "ReturnedForRectification", "InProgress", 2)]
    [InlineData(3, "Handled", 3, "ClosedConfirmed", "ClosedConfirmed", 3)]
    public async Task the_case_stands_where_the_latest_round_stands(int orders, string order, int reviews, string review, string stage, int round)
    {
        await using var deliberation = await Deliberation();
        await using var supervision = await Supervision(orders, order);
        await using var evaluation = await Evaluation(reviews, review);
        await using var house = await Open(deliberation, supervision, evaluation.Root);

        var found = await house.Client.GetFromJsonAsync<CaseNow>($"/api/cases/{Number}");

        Assert.Equal((stage, round), (found!.Stage, found.Round));
        Assert.Equal((Appeal, Number, "330225101"), (found.Id, found.Number, found.Township));
        Assert.Equal("路灯不亮", found.Title!.Value.GetString());
        Assert.Equal([Appeal, Topic, Order, Review], found.Streams.Select(stream => stream.Stream));
        Assert.NotNull(found.Appeal);
        Assert.NotNull(found.Topic);
        Assert.NotNull(found.Order);
        Assert.NotNull(found.Review);
        Assert.Empty(found.Missing);
    }

    [Fact]
    public async Task what_cannot_be_asked_is_named_and_the_rest_is_shown()
    {
        await using var deliberation = await Deliberation();
        await using var supervision = await Supervision();
        await using var house = await Open(deliberation, supervision, null);

        var found = await house.Client.GetFromJsonAsync<CaseNow>($"/api/cases/{Number}");

        Assert.Equal(["evaluation"], found!.Missing);
        Assert.Equal("InProgress", found.Stage);
        Assert.Null(found.Review);
    }
}
