using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.Gateway.Tests;

public sealed class CheckpointTests
{
    private const string Note = "330225/intake\n1\nAAAA\n\n\u2014 330225/intake AAAA\n";

    [Fact]
    public async Task anybody_fetches_a_services_checkpoint_and_key_byte_for_byte()
    {
        await using var house = await House.Open(app =>
        {
            app.MapGet("/checkpoints", () => Results.Text(Note));
            app.MapGet("/checkpoints/key", () => Results.Text("330225/intake+00000000+AAAA\n"));
        });
        var answer = await house.Client.GetAsync("/checkpoints/intake");
        Assert.Equal(("text/plain", Note), (answer.Content.Headers.ContentType!.MediaType, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("330225/intake+00000000+AAAA\n", await house.Client.GetStringAsync("/checkpoints/intake/key"));
    }

    [Fact]
    public async Task no_checkpoint_no_such_service_and_a_service_that_is_away_are_told_apart()
    {
        await using var house = await House.Open(
            settings: new() { ["services:supervision:http:0"] = Neighbour.Nowhere() });
        foreach (var (service, status) in new[]
        {
            ("intake", HttpStatusCode.NotFound), ("nothing", HttpStatusCode.NotFound), ("supervision", HttpStatusCode.ServiceUnavailable),
        })
        {
            Assert.Equal(status, (await house.Client.GetAsync($"/checkpoints/{service}")).StatusCode);
        }
    }
}
