using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.Gateway.Tests;

public sealed class DevSignInTests
{
    private static readonly string KeyPath = Path.Combine(Path.GetTempPath(), "no-door", "signing.pem");

    [Theory]
    [InlineData("Production", "http://127.0.0.1:0", "Development")]
    [InlineData("Development", "http://0.0.0.0:0", "loopback")]
    [InlineData("Development", "http://*:0", "loopback")]
    [InlineData("Development", "http://127.0.0.1:0;http://+:0", "loopback")]
    [InlineData("Development", "http://[::]:0", "loopback")]
    [InlineData("Development", "http://door.example:0", "loopback")]
    public void without_a_provider_the_door_opens_only_in_development_and_on_loopback(string environment, string urls, string says)
    {
        var refused = Assert.Throws<StartRefused>(() =>
            Gateway.Build([$"--environment={environment}", $"--urls={urls}", $"--Tokens:KeyPath={KeyPath}"]));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains("拒绝启动", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http_ports=8080")]
    [InlineData("--Kestrel:Endpoints:A:Url=http://0.0.0.0:8080")]
    public void a_port_given_in_another_way_counts_too(string setting) =>
        Assert.Throws<StartRefused>(() => Gateway.Build(["--environment=Development", $"--Tokens:KeyPath={KeyPath}", setting]));

    [Fact]
    public void a_provider_without_an_audience_is_refused() =>
        Assert.Contains("Oidc:Audience", Assert.Throws<StartRefused>(() =>
            Gateway.Build([$"--Tokens:KeyPath={KeyPath}", "--Oidc:Authority=https://id.example"])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task people_are_listed_with_their_roles_by_township_and_role()
    {
        await using var house = await House.Open();

        var all = await house.Client.GetFromJsonAsync<List<JsonElement>>("/dev/people");
        Assert.Equal(["li", "zhang"], all!.Select(person => person.GetProperty("login").GetString()!));
        var zhang = all![1];
        Assert.Equal("张三", zhang.GetProperty("name").GetString());
        Assert.Equal("330225101", zhang.GetProperty("township").GetString());
        Assert.Equal("Deputy", zhang.GetProperty("roles")[0].GetString());

        Assert.Single((await house.Client.GetFromJsonAsync<List<JsonElement>>("/dev/people?township=330225102"))!);
        Assert.Equal(HttpStatusCode.BadRequest, (await house.Client.GetAsync("/dev/people?role=King")).StatusCode);
    }

    [Fact]
    public async Task a_token_is_given_to_people_of_the_registry_only()
    {
        await using var house = await House.Open();

        var unknown = await house.Client.PostAsJsonAsync("/dev/token", new { person = "nobody" });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("person-not-in-registry", await unknown.Code());
        var empty = await house.Client.PostAsJsonAsync("/dev/token", new { });
        Assert.Equal("malformed", await empty.Code());
        var known = await (await house.Client.PostAsJsonAsync("/dev/token", new { person = "zhang" })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Bearer", known.GetProperty("token_type").GetString());
        Assert.Equal(8 * 3600, known.GetProperty("expires_in").GetInt32());
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "localhost.evil.example:8080")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    [InlineData("Forwarded", "for=10.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task a_page_from_elsewhere_signs_nobody_in(string header, string value)
    {
        await using var house = await House.Open();
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Post, "/dev/token"), (HttpMethod.Get, "/dev/people")])
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.TryAddWithoutValidation(header, value);
            request.Content = method == HttpMethod.Post ? JsonContent.Create(new { person = "zhang" }) : null;
            var answer = await house.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal("this-machine-only", await answer.Code());
        }

        Assert.Equal(0, house.Registry.SignIns);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task a_form_signs_nobody_in(string type)
    {
        await using var house = await House.Open();
        var answer = await house.Client.PostAsync("/dev/token", new StringContent("""{"person":"zhang"}""", Encoding.UTF8, type));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("media-type-not-supported", await answer.Code());
    }

    [Fact]
    public async Task no_other_origin_is_told_that_it_may_ask()
    {
        await using var house = await House.Open();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/dev/token");
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        var answer = await house.Client.SendAsync(request);
        Assert.False(answer.IsSuccessStatusCode);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task every_route_either_asks_for_a_token_or_is_one_of_the_few_that_are_open()
    {
        await using var house = await House.Open();
        var open = house.Inside.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IAuthorizeData>() is null || route.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(route => route.RoutePattern.RawText!).Order(StringComparer.Ordinal);
        Assert.Equal(
            ["/", "/.well-known/jwks.json", "/.well-known/openid-configuration", "/alive", "/checkpoints/{service}", "/checkpoints/{service}/key", "/dev/people", "/dev/token", "/health", "/openapi/v1.json", "/public/appeals", "/public/codes/{token}"],
            open);
    }

    [Fact]
    public async Task the_landing_page_speaks_chinese_first_and_runs_no_script()
    {
        await using var house = await House.Open();
        var answer = await house.Client.GetAsync("/");
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("lang=\"zh-CN\"", page, StringComparison.Ordinal);
        Assert.Contains("/openapi/v1.json", page, StringComparison.Ordinal);
        Assert.Contains("style-src 'sha256-", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_does_not_exist_is_refused_in_both_languages()
    {
        await using var house = await House.Open();
        var answer = await house.Client.GetAsync("/no/such/page");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("not-found", problem.GetProperty("code").GetString());
        Assert.StartsWith("未找到", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("Not found", problem.GetProperty("words").GetProperty("en").GetString(), StringComparison.Ordinal);
        Assert.Equal("method-not-allowed", await (await house.Client.DeleteAsync("/alive")).Code());
    }
}
