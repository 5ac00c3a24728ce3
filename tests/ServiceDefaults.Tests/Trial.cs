using System.Net.Http.Headers;
using System.Resources;
using System.Security.Cryptography;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace LiaisonStation.ServiceDefaults.Tests;

/// <summary>A service of no domain, as callers meet it: on a PostgreSQL of its own, without a broker, on a clock that is moved.</summary>
public sealed class Trial : IAsyncLifetime
{
    public const string County = "330225000";
    public const string Township = "330225101";
    public const string Neighbour = "330225102";

    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private PostgresServer? _postgres;
    private WebApplication? _app;

    public MovedClock Clock { get; } = new();

    private static StreamType<Errand, ErrandChanged> Errands { get; } = new("errand", (_, e) => new(e.Waits));

    private static ServiceModule Module { get; } = new(
        "trial",
        new StoreModule(
            "trial", Events: [EventType.Of<ErrandChanged>()], Inline: [Worklist.Of(Errands, errand => errand.Waits)], Async: [],
            Migrations: [Migration.Embedded(typeof(Trial).Assembly, "lamps.sql")]),
        Says: [], Publish: _ => null, Hears: [], Links: _ => null,
        Refusals: new ResourceManager("LiaisonStation.ServiceDefaults.Tests.Words", typeof(Trial).Assembly),
        Figures:
        [
            FigureSource.Count("lamps-seen", p => $"select case_number, whole from lamps where at >= {p.Start} and at < {p.End}"),
            FigureSource.Ratio("lamps-lit", p => $"select case_number, part, whole from lamps where at >= {p.Start} and at < {p.End}"),
        ]);

    public async Task InitializeAsync()
    {
        _postgres = await PostgresServer.StartTemporaryAsync();
        _app = LiaisonService.Build(
            [
                $"--ConnectionStrings:trial={_postgres.ConnectionStringFor("trial")}",
                $"--ConnectionStrings:vault={_postgres.ConnectionStringFor("vault")}",
                $"--Vault:KeyFile={Path.Combine(AppContext.BaseDirectory, "vault.keys")}",
                "--ConnectionStrings:messaging=amqp://nobody:none@127.0.0.1:9", "--urls=http://127.0.0.1:0",
            ],
            Module with
            {
                Services = services =>
                {
                    services.AddSingleton<TimeProvider>(Clock);
                    services.AddLogging(l => l.SetMinimumLevel(LogLevel.None));
                    services.PostConfigure<JwtBearerOptions>(
                        JwtBearerDefaults.AuthenticationScheme, o => o.TokenValidationParameters.IssuerSigningKey = Key);
                },
            });
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

    public StreamStore Store => _app!.Services.GetRequiredService<StreamStore>();

    public HttpClient As(string tenant, params Role[] roles) => As(Guid.NewGuid(), tenant, roles);

    public HttpClient As(Guid person, string tenant, Role[] roles, Guid? group = null, Guid? unit = null)
    {
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = SignIn.Issuer,
            Audience = SignIn.Audience,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = person.ToString(),
                ["tenant"] = tenant,
                ["roles"] = roles.Select(r => r.ToString()).ToArray(),
                ["groups"] = group is null ? [] : new[] { group.ToString()! },
                ["unit"] = unit?.ToString() ?? "",
            },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
        });
        return new() { BaseAddress = new(_app!.Urls.First()), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }

    /// <summary>What an errand waits for from now on.</summary>
    public async Task Waits(string township, Guid errand, params Waiting[] waits) => await Store.Write(
        Errands, errand, new Cause(township, new EventHeaders("somebody", "Station", null, null)), _ => [new ErrandChanged(waits)]);

    /// <summary>As the database's superuser.</summary>
    public async Task Run(FormattableString sql)
    {
        await using var connection = new NpgsqlConnection(_postgres!.ConnectionStringFor("trial"));
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(sql);
        await batch.ExecuteNonQueryAsync();
    }
}

public sealed record ErrandChanged(IReadOnlyList<Waiting> Waits);

public sealed record Errand(IReadOnlyList<Waiting> Waits);

/// <summary>The system's clock, ahead by as much as a test has moved it.</summary>
public sealed class MovedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
