using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Imports;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace LiaisonStation.Intake.Tests;

/// <summary>The service as it runs, with a database of its own, no broker to reach, and tokens of the test's own key.</summary>
public sealed class Service : IAsyncDisposable
{
    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private readonly WebApplication _app;
    private readonly string _superuser;

    private Service(WebApplication app, string superuser) => (_app, _superuser) = (app, superuser);

    public StreamStore Store => _app.Services.GetRequiredService<StreamStore>();

    public IServiceProvider Services => _app.Services;

    private Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static Task<Service> StartAsync(string database, params string[] settings) => StartAsync(database, true, null, settings);

    /// <param name="importing">Whether it imports files itself, or leaves them to another process.</param>
    public static Task<Service> StartAsync(string database, bool importing, params string[] settings) =>
        StartAsync(database, importing, null, settings);

    /// <param name="clock">By which it lives; the system's where left out.</param>
    public static async Task<Service> StartAsync(string database, bool importing, TimeProvider? clock, params string[] settings)
    {
        var module = Intake.Module with
        {
            Services = services =>
            {
                Intake.Module.Services!(services);
                if (!importing)
                {
                    services.Remove(services.Single(s => s.ImplementationType == typeof(ImportWorker)));
                }

                if (clock is not null)
                {
                    services.AddSingleton(clock);
                }

                services.AddLogging(l => l.SetMinimumLevel(LogLevel.Error));
                services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, o =>
                    o.TokenValidationParameters.IssuerSigningKey = Key);
            },
        };
        var app = LiaisonService.Build(
            [.. VaultOf(database), $"--ConnectionStrings:intake={database}", "--ConnectionStrings:messaging=amqp://nobody:none@127.0.0.1:9", "--urls=http://127.0.0.1:0", "--environment=Development", .. settings],
            module);
        app.MapIntake();
        await app.StartAsync();
        return new Service(app, database);
    }

    /// <summary>Every database has a vault and a folder of files of its own beside it; the key file is one for all.</summary>
    public static string[] VaultOf(string database) =>
    [
        $"--ConnectionStrings:vault={new NpgsqlConnectionStringBuilder(database) { Database = NameOfVault(database) }}",
        $"--Vault:KeyFile={Path.Combine(AppContext.BaseDirectory, "vault.keys")}",
        $"--Files:Folder={FilesOf(database)}",
    ];

    public static string NameOfVault(string database) => $"{new NpgsqlConnectionStringBuilder(database).Database}vault";

    public static string FilesOf(string database) => Path.Combine(Server.Files, NameOfVault(database));

    public HttpClient As(Guid person, string tenant, params Role[] roles) => AsOf(null, person, tenant, roles);

    /// <param name="unit">The unit the person acts for.</param>
    public HttpClient AsOf(Guid? unit, Guid person, string tenant, params Role[] roles)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = person.ToString(),
            ["tenant"] = tenant,
            ["roles"] = roles.Select(r => r.ToString()).ToArray(),
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
        return new HttpClient { BaseAddress = Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }

    /// <summary>What stands in the database, whoever may see it.</summary>
    public Task<List<string>> Look(string sql) => Look(_superuser, sql);

    /// <summary>What stands in the vault.</summary>
    public Task<List<string>> LookIntoVault(string sql) =>
        Look(new NpgsqlConnectionStringBuilder(_superuser) { Database = NameOfVault(_superuser) }.ConnectionString, sql);

    public static async Task<List<string>> Look(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join("|", Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i).ToString())));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

public static class Answers
{
    public static async Task<JsonNode> Body(this Task<HttpResponseMessage> answer) =>
        (await (await answer).Content.ReadFromJsonAsync<JsonNode>())!;

    /// <summary>The body of an answer that must be a success.</summary>
    public static async Task<JsonNode> Done(this Task<HttpResponseMessage> answer)
    {
        var response = await answer;
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {body}");
        return JsonNode.Parse(body)!;
    }

    /// <summary>Status and code of a refusal.</summary>
    public static async Task<string> Refused(this Task<HttpResponseMessage> answer)
    {
        var response = await answer;
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((string?)JsonNode.Parse(body)!["code"] is not null, body);
        return $"{(int)response.StatusCode} {(string?)JsonNode.Parse(body)!["code"]}";
    }

    /// <summary>What is told to be wrong with a body, field by field.</summary>
    public static IEnumerable<string> Wrong(this JsonNode answer) => answer["errors"]!.AsObject()
        .Select(e => $"{e.Key}: {string.Join(", ", e.Value!.AsArray())}").Order(StringComparer.Ordinal);

    public static string Text(this JsonNode node, string name) => node[name]?.ToString() ?? "";

    public static Guid Id(this JsonNode node) => Guid.Parse(node.Text("id"));
}
