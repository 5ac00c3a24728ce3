using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation;
using LiaisonStation.Evaluation;
using LiaisonStation.EventStore;
using LiaisonStation.Intake;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Supervision;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace LiaisonStation.Tests;

/// <summary>The four services in this process, on one clock and a PostgreSQL of their own, with the demonstration county's people.</summary>
public sealed class FourServices : IAsyncDisposable
{
    private static readonly (ServiceModule Module, Action<WebApplication> Map)[] All =
    [
        (Intake.Intake.Module, app => app.MapIntake()),
        (Deliberation.Deliberation.Module, app => app.MapDeliberation()),
        (Supervision.Supervision.Module, app => app.MapSupervision()),
        (Evaluation.Evaluation.Module, app => app.MapEvaluation()),
    ];

    // What is promised of a disk is tested elsewhere.
    private static readonly Dictionary<string, string> InHaste = new() { ["fsync"] = "off", ["full_page_writes"] = "off" };

    private readonly string _folder = Directory.CreateTempSubdirectory("liaisonstation-services-").FullName;
    private readonly Dictionary<string, WebApplication> _apps = [];
    private readonly ConcurrentDictionary<Guid, AuthenticationHeaderValue> _tokens = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(100) };
    private PostgresServer _postgres = null!;

    private readonly ECDsaSecurityKey _key;

    private FourServices(MovedClock clock)
    {
        (Clock, TokenKey) = (clock, Path.Combine(_folder, "tokens.pem"));
        KeyFile.Create(TokenKey);
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(TokenKey));
        _key = new(key);
    }

    public static IReadOnlyList<ServiceModule> Modules { get; } = [.. All.Select(s => s.Module)];

    public MovedClock Clock { get; }

    /// <summary>PEM file of the key whose tokens the services believe: the door's too, where there is one.</summary>
    public string TokenKey { get; }

    /// <param name="broker">Where messages go; null: nowhere, and whoever wants them handed over does so.</param>
    public static async Task<FourServices> Start(MovedClock clock, string? broker = null)
    {
        var services = new FourServices(clock) { _postgres = await PostgresServer.StartTemporaryAsync(InHaste) };
        foreach (var (module, map) in All)
        {
            var app = services._apps[module.Name] = LiaisonService.Build(
                [.. services.Settings(module.Name), $"--ConnectionStrings:messaging={broker ?? "amqp://nobody:none@127.0.0.1:9"}"],
                module with
                {
                    Services = s =>
                    {
                        module.Services!(s);
                        s.AddSingleton<TimeProvider>(clock);
                        s.AddLogging(l => l.SetMinimumLevel(LogLevel.None));
                        s.PostConfigure<JwtBearerOptions>(
                            JwtBearerDefaults.AuthenticationScheme, o => o.TokenValidationParameters.IssuerSigningKey = services._key);
                    },
                });
            map(app);
            await app.StartAsync();
        }

        return services;
    }

    /// <summary>Returns when the demonstration county's people are there.</summary>
    public async Task CountyStands()
    {
        while ((await Ask(null, HttpMethod.Get, "intake/health")).Text.Contains("being loaded", StringComparison.Ordinal))
        {
            await Task.Delay(50);
        }
    }

    public string UrlOf(string service) => _apps[service].Urls.First();

    public IServiceProvider Of(string service) => _apps[service].Services;

    public StreamStore Store(string service) => Of(service).GetRequiredService<StreamStore>();

    /// <summary>Asks once, whatever is answered.</summary>
    /// <param name="path">The service's name and the path at it: <c>intake/appeals</c>.</param>
    /// <param name="role">The role the act is done in, where the person holds several.</param>
    public async Task<Answer> Ask(Bearer? who, HttpMethod method, string path, HttpContent? body = null, Role? role = null, string? key = null)
    {
        var service = path[..path.IndexOf('/', StringComparison.Ordinal)];
        using var request = new HttpRequestMessage(method, $"{UrlOf(service)}/{path[(service.Length + 1)..]}") { Content = body };
        request.Headers.Authorization = who is null ? null : _tokens.GetOrAdd(who.Id, _ => Token(who));
        if (role is not null)
        {
            request.Headers.Add(SignIn.ActingRole, $"{role}");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await _http.SendAsync(request);
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps.Values)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        _http.Dispose();
        NpgsqlConnection.ClearAllPools();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private AuthenticationHeaderValue Token(Bearer who) => new("Bearer", new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = SignIn.Issuer,
        Audience = SignIn.Audience,
        Claims = new Dictionary<string, object>
        {
            ["sub"] = $"{who.Id}",
            ["tenant"] = who.Township,
            ["roles"] = who.Roles.Select(r => $"{r}").ToArray(),
            ["groups"] = who.Groups.Select(g => $"{g}").ToArray(),
            ["unit"] = $"{who.Unit}",
        },
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
    }));

    private string[] Settings(string service) =>
    [
        "--urls=http://127.0.0.1:0", "--environment=Development", "--Demo=true",
        $"--ConnectionStrings:{service}={_postgres.ConnectionStringFor(service)}",
        $"--ConnectionStrings:vault={_postgres.ConnectionStringFor("vault")}",
        $"--Files:Folder={Directory.CreateDirectory(Path.Combine(_folder, "files")).FullName}",
        $"--Vault:KeyFile={Path.Combine(_folder, "vault.keys")}",
        $"--Checkpoints:Folder={Path.Combine(_folder, "checkpoints")}", $"--Checkpoints:KeyPath={Path.Combine(_folder, $"{service}.pem")}",
    ];
}

/// <param name="Text">JSON, a problem's details among it.</param>
public sealed record Answer(int Status, string Text)
{
    public bool IsDone => Status is >= 200 and < 300;

    public JsonNode Body => JsonNode.Parse(Text)!;

    /// <summary>A refusal's code.</summary>
    public string? Code => Text.StartsWith('{') ? (string?)Body["code"] : null;

    public override string ToString() => $"{Status} {Text}";
}
