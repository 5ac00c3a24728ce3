using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.Gateway.Tests;

public sealed class PublicCodeTests
{
    private static readonly string Token = $"330225109-{new string('a', 32)}";

    private readonly List<string> _asked = [];

    [Fact]
    public async Task a_phone_that_scans_a_code_is_told_whom_it_addresses_before_anybody_signs_in()
    {
        await using var house = await House.Open(Map);

        var answer = await house.Client.GetAsync($"/public/codes/{Token}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ["name", "notice", "purpose", "subject", "township"], said.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal("王建国", said.GetProperty("name").GetString());
        Assert.Equal("代表不直接处理", said.GetProperty("notice").GetProperty("zh").GetString());
    }

    [Theory]
    [InlineData("330225109-b")]
    [InlineData("..%2Fappeals")]
    [InlineData("a%3Fb=c")]
    public async Task what_is_no_code_is_unknown(string token)
    {
        await using var house = await House.Open(Map);

        var answer = await house.Client.GetAsync($"/public/codes/{token}");

        Assert.Equal((HttpStatusCode.NotFound, "code-unknown"), (answer.StatusCode, await answer.Code()));
        Assert.All(_asked, path => Assert.StartsWith("/codes/", path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task what_is_too_long_for_a_code_is_asked_of_nobody()
    {
        await using var house = await House.Open(Map);

        var answer = await house.Client.GetAsync($"/public/codes/{new string('9', 2_000)}");

        Assert.Equal((HttpStatusCode.NotFound, "code-unknown"), (answer.StatusCode, await answer.Code()));
        Assert.Empty(_asked);
    }

    private void Map(WebApplication app) => app.MapGet("/codes/{token}", (string token, HttpContext http) =>
    {
        Assert.False(http.Request.Headers.ContainsKey("Authorization"));
        _asked.Add(http.Request.Path);
        return token == Token
            ? Results.Ok(new
            {
                township = "330225109",
                purpose = "Deputy",
                subject = FakeRegistry.ZhangId,
                name = "王建国",
                notice = new { zh = "代表不直接处理", en = "A deputy does not handle" },
                inner = "not for a passer-by",
            })
            : Results.NotFound();
    });
}
