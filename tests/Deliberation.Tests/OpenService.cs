using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace LiaisonStation.Tests;

/// <summary>A service as callers meet it: on a PostgreSQL of its own, no broker to reach, tokens of the test's own key.</summary>
public abstract class OpenService(ServiceModule module, Action<WebApplication> map) : IAsyncLifetime
{
    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Of everybody who calls.</summary>
    public const string Township = "330225109";

    private PostgresServer? _postgres;
    private WebApplication? _app;

    public StreamStore Store => _app!.Services.GetRequiredService<StreamStore>();

    public async Task InitializeAsync()
    {
        _postgres = await PostgresServer.StartTemporaryAsync();
        _app = LiaisonService.Build(
            [
                $"--ConnectionStrings:{module.Store.Database}={_postgres.ConnectionStringFor(module.Store.Database)}",
                $"--ConnectionStrings:vault={_postgres.ConnectionStringFor("vault")}",
                $"--Vault:KeyFile={Path.Combine(AppContext.BaseDirectory, "vault.keys")}",
                "--ConnectionStrings:messaging=amqp://nobody:none@127.0.0.1:9", "--urls=http://127.0.0.1:0",
            ],
            module with
            {
                Services = services =>
                {
                    module.Services!(services);
                    services.AddLogging(l => l.SetMinimumLevel(LogLevel.None));
                    services.PostConfigure<JwtBearerOptions>(
                        JwtBearerDefaults.AuthenticationScheme, o => o.TokenValidationParameters.IssuerSigningKey = Key);
                },
            });
        map(_app);
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        NpgsqlConnection.ClearAllPools();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    /// <summary>What a body is told to be wrong with, field by field; a sound one comes as far as a stream that is not there.</summary>
    public async Task<IEnumerable<string>> Wrong(Role role, string path, object body)
    {
        using var client = As(role);
        using var response = await client.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        var answer = JsonNode.Parse(text)!;
        var errors = answer["errors"]?.AsObject().Select(e => $"{e.Key}: {string.Join(", ", e.Value!.AsArray())}").Order(StringComparer.Ordinal);
        Assert.True((errors is null ? "404 not-found" : "400 malformed") == $"{(int)response.StatusCode} {answer["code"]}", text);
        return errors ?? Enumerable.Empty<string>();
    }

    /// <summary>A body as the service's own API document has it, property by property.</summary>
    public async Task<JsonNode> Described(string body)
    {
        using var client = As(Role.Auditor);
        return (await client.GetFromJsonAsync<JsonNode>("openapi/v1.json"))!["components"]!["schemas"]![body]!["properties"]!;
    }

    /// <summary>What the service itself works with.</summary>
    public T Of<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    public HttpClient As(Role role, string township = "330225109", Guid? person = null, Guid? unit = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = (person ?? Guid.CreateVersion7()).ToString(),
            ["tenant"] = township,
            ["roles"] = new[] { role.ToString() },
        };
        if (unit is not null)
        {
            claims["unit"] = unit.Value.ToString();
        }

        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = SignIn.Issuer,
            Audience = SignIn.Audience,
            Claims = claims,
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
        });
        return new()
        {
            BaseAddress = new(_app!.Urls.First()),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
    }
}
