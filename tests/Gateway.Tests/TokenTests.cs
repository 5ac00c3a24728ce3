using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.Gateway.Tests;

public sealed class TokenTests
{
    private static Action<WebApplication> Echo(List<string> tokens) => app => app.MapGet("/echo", (HttpContext http) =>
    {
        lock (tokens)
        {
            tokens.Add(http.Request.Headers.Authorization.ToString()["Bearer ".Length..]);
        }

        return "好";
    });

    private static async Task<TokenValidationResult> AsAServiceWould(House house, string token)
    {
        var discovery = new ConfigurationManager<OpenIdConnectConfiguration>(
            house.Root + "/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = false });
        var found = await discovery.GetConfigurationAsync(default);
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = "urn:liaisonstation:gateway",
            ValidAudience = "liaisonstation",
            ValidAlgorithms = ["ES256"],
            IssuerSigningKeys = found.SigningKeys,
        });
    }

    [Fact]
    public async Task a_service_gets_an_inner_token_of_ten_minutes_and_never_the_outer_one()
    {
        var tokens = new List<string>();
        await using var house = await House.Open(Echo(tokens));
        await house.SignedIn();

        Assert.Equal(HttpStatusCode.OK, (await house.Client.GetAsync("/api/intake/echo")).StatusCode);

        var inner = Assert.Single(tokens);
        Assert.NotEqual(house.Client.DefaultRequestHeaders.Authorization!.Parameter, inner);
        var checkedToken = await AsAServiceWould(house, inner);
        Assert.True(checkedToken.IsValid, checkedToken.Exception?.Message);
        var read = new JsonWebToken(inner);
        Assert.Equal("ES256", read.Alg);
        Assert.Equal(TimeSpan.FromMinutes(10), read.ValidTo - read.ValidFrom);
        var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(read.EncodedPayload)).RootElement;
        Assert.Equal(FakeRegistry.ZhangId.ToString(), claims.GetProperty("sub").GetString());
        Assert.Equal("330225101", claims.GetProperty("tenant").GetString());
        Assert.Equal(["Deputy", "SupervisionGroup"], claims.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
        Assert.Equal([FakeRegistry.GroupId.ToString()], claims.GetProperty("groups").EnumerateArray().Select(group => group.GetString()!));
        Assert.False(claims.TryGetProperty("unit", out _));
    }

    [Fact]
    public async Task a_demonstration_token_is_worth_nothing_at_a_service_and_an_inner_one_nothing_at_the_door()
    {
        var tokens = new List<string>();
        await using var house = await House.Open(Echo(tokens));
        await house.SignedIn();
        await house.Client.GetAsync("/api/intake/echo");

        Assert.False((await AsAServiceWould(house, house.Client.DefaultRequestHeaders.Authorization!.Parameter!)).IsValid);

        house.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens[0]);
        var answer = await house.Client.GetAsync("/api/intake/echo");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("sign-in-required", await answer.Code());
    }

    [Fact]
    public async Task the_registry_is_asked_with_a_system_token_for_the_whole_county_and_not_for_every_call()
    {
        await using var house = await House.Open(Echo([]));
        await house.SignedIn();
        for (var n = 0; n < 5; n++)
        {
            await house.Client.GetAsync("/api/intake/echo");
        }

        // Once for the demonstration sign-in, once for the exchange.
        Assert.Equal(2, house.Registry.SignIns);
        var own = house.Registry.LastToken!["Bearer ".Length..];
        Assert.True((await AsAServiceWould(house, own)).IsValid);
        var read = new JsonWebToken(own);
        Assert.Equal(Uuid.Derive(Guid.Empty, "gateway").ToString(), read.Subject);
        Assert.Equal("330225000", read.GetClaim("tenant").Value);
        Assert.Equal("System", read.GetClaim("roles").Value);
    }

    [Fact]
    public async Task the_last_answer_serves_while_intake_is_away_but_never_longer_than_its_token()
    {
        var registry = new FakeRegistry();
        await using var intake = await Neighbour.Start(registry.Map);
        var folder = Directory.CreateTempSubdirectory("door-");
        var clock = new Clock();
        var door = new Door(null, Path.Combine(folder.FullName, "signing.pem"), "330225000", TimeSpan.FromSeconds(5));
        using var client = new ServiceClient();
        var tokens = new InnerTokens(door, clock);
        using var exchange = new Exchange(
            new Registry(Behind(intake.Root), client, tokens), tokens, clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Exchange>.Instance);

        var first = await exchange.For("zhang", default);
        registry.Away = true;
        clock.Now += TimeSpan.FromMinutes(9);
        Assert.Equal(first, await exchange.For("zhang", default));
        clock.Now += TimeSpan.FromMinutes(2);
        await Assert.ThrowsAsync<ServiceUnreachable>(() => exchange.For("zhang", default));

        registry.Away = false;
        Assert.NotEqual(first, await exchange.For("zhang", default));
        registry.ZhangIsInactive = true;
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.Null(await exchange.For("zhang", default));
        registry.Away = true;
        await Assert.ThrowsAsync<ServiceUnreachable>(() => exchange.For("zhang", default));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../people")]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task a_crooked_login_finds_nobody(string login)
    {
        await using var house = await House.Open();
        var answer = await house.Client.PostAsJsonAsync("/dev/token", new { person = login });
        Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.BadRequest]);
    }

    [Fact]
    public async Task a_providers_token_is_exchanged_and_an_unknown_person_is_turned_away()
    {
        using var rsa = RSA.Create(2048);
        var key = new RsaSecurityKey(rsa) { KeyId = "k1" };
        await using var provider = await Neighbour.Start(app =>
        {
            app.MapGet("/.well-known/openid-configuration", (HttpRequest request) => Results.Json(new
            {
                issuer = "https://id.example.gov.cn",
                jwks_uri = $"http://{request.Host}/keys",
            }));
            var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(false)) { KeyId = "k1" });
            app.MapGet("/keys", () => Results.Json(new { keys = new[] { new { kty = "RSA", kid = "k1", use = "sig", n = jwk.N, e = jwk.E } } }));
        });
        var tokens = new List<string>();
        await using var house = await House.Open(Echo(tokens), new()
        {
            ["environment"] = "Production",
            ["Oidc:Authority"] = provider.Root,
            ["Oidc:Audience"] = "door",
            ["Oidc:LoginClaim"] = "uid",
        });

        async Task<HttpResponseMessage> With(string login, string audience = "door", SigningCredentials? by = null, string issuer = "https://id.example.gov.cn")
        {
            var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                Claims = new Dictionary<string, object> { ["sub"] = "x", ["uid"] = login },
                Expires = DateTime.UtcNow.AddMinutes(5),
                SigningCredentials = by ?? new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
            });
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/intake/echo");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await house.Client.SendAsync(request);
        }

        Assert.Equal(HttpStatusCode.OK, (await With("zhang")).StatusCode);
        var unknown = await With("nobody");
        Assert.Equal(HttpStatusCode.Forbidden, unknown.StatusCode);
        Assert.Equal("person-unknown", await unknown.Code());
        Assert.Equal(HttpStatusCode.Unauthorized, (await With("zhang", audience: "other")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await With("zhang", issuer: "https://else.example")).StatusCode);
        using var foreign = RSA.Create(2048);
        Assert.Equal(HttpStatusCode.Unauthorized, (await With(
            "zhang", by: new SigningCredentials(new RsaSecurityKey(foreign) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256))).StatusCode);
        // The public key as a shared secret: the old trick.
        Assert.Equal(HttpStatusCode.Unauthorized, (await With(
            "zhang", by: new SigningCredentials(new SymmetricSecurityKey(rsa.ExportSubjectPublicKeyInfo()) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256))).StatusCode);
        Assert.Single(tokens);

        Assert.Equal(HttpStatusCode.NotFound, (await house.Client.GetAsync("/dev/people")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await house.Client.PostAsJsonAsync("/dev/token", new { person = "zhang" })).StatusCode);
    }

    [Fact]
    public async Task a_provider_that_cannot_be_reached_lets_nobody_in_and_is_said()
    {
        await using var house = await House.Open(settings: new()
        {
            ["environment"] = "Production",
            ["Oidc:Authority"] = Neighbour.Nowhere(),
            ["Oidc:Audience"] = "door",
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/intake/echo");
        using var rsa = RSA.Create(2048);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "https://id.example.gov.cn",
            Audience = "door",
            Expires = DateTime.UtcNow.AddMinutes(5),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256),
        }));

        var answer = await house.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("provider-unreachable", await answer.Code());
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task replicas_that_start_at_once_share_one_key_that_only_its_owner_reads()
    {
        var folder = Directory.CreateTempSubdirectory("door-");
        var path = Path.Combine(folder.FullName, "tokens", "signing.pem");

        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SigningKey.At(path).KeyId)));

        Assert.Single(keys.Distinct());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task the_key_set_shows_nothing_private()
    {
        await using var house = await House.Open();
        var keys = await house.Client.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json");
        var key = Assert.Single(keys.GetProperty("keys").EnumerateArray());
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(field => field.Name).Order());
    }

    private static Services Behind(string intake) => new(
        new Microsoft.Extensions.Configuration.ConfigurationBuilder()
            .Add(new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
            {
                InitialData = [new("services:intake:http:0", intake)],
            })
            .Build());

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
