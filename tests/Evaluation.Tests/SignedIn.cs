using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.Evaluation.Appraisals;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace LiaisonStation.Evaluation.Tests;

/// <summary>The service on a PostgreSQL of its own, as people who are signed in meet it, on a clock that is moved.</summary>
public sealed class SignedIn : IAsyncLifetime
{
    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private readonly string _files = Directory.CreateTempSubdirectory("回访").FullName;
    private PostgresServer? _postgres;
    private WebApplication? _app;

    public MovedClock Clock { get; } = new();

    public StreamStore Store => _app!.Services.GetRequiredService<StreamStore>();

    public Vault Vault => _app!.Services.GetRequiredService<Vault>();

    internal BallotBox Box => _app!.Services.GetRequiredService<BallotBox>();

    public async Task InitializeAsync()
    {
        _postgres = await PostgresServer.StartTemporaryAsync();
        _app = LiaisonService.Build(
            [
                $"--ConnectionStrings:evaluation={_postgres.ConnectionStringFor("evaluation")}",
                $"--ConnectionStrings:vault={_postgres.ConnectionStringFor("vault")}",
                $"--Vault:KeyFile={Path.Combine(AppContext.BaseDirectory, "ballot.keys")}",
                $"--Files:Folder={_files}",
                "--ConnectionStrings:messaging=amqp://nobody:none@127.0.0.1:9", "--urls=http://127.0.0.1:0",
            ],
            Evaluation.Module with
            {
                // In Intake's place.
                MakesKeys = true,
                Services = services =>
                {
                    services.AddSingleton<TimeProvider>(Clock);
                    Evaluation.Module.Services!(services);
                    services.AddLogging(l => l.SetMinimumLevel(LogLevel.None));
                    services.PostConfigure<JwtBearerOptions>(
                        JwtBearerDefaults.AuthenticationScheme, o => o.TokenValidationParameters.IssuerSigningKey = Key);
                },
            });
        _app.MapEvaluation();
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

        Directory.Delete(_files, recursive: true);
    }

    /// <summary>As Intake takes a file in.</summary>
    public async Task<Attachment> Upload(string township, byte[] content)
    {
        await using var draft = _app!.Services.GetRequiredService<FileStore>().Begin();
        var attachment = (await draft.Take(new MemoryStream(content), CancellationToken.None)).Attachment!;
        draft.Keep(township, attachment, await Vault.Make(township, [FileStore.Owner(township, attachment.Sha256)], CancellationToken.None));
        return attachment;
    }

    public async Task<byte[]> Download(string township, Role role, string path)
    {
        using var client = As(township, Sample.Caller, role, null);
        return await client.GetByteArrayAsync(path);
    }

    /// <summary>What an act or a question answers: the status with the refusal's code, and the body.</summary>
    public async Task<(string Answer, JsonNode? Body)> Ask(
        string township, Guid person, Role role, HttpMethod method, string path, object? body = null, Guid? unit = null)
    {
        using var client = As(township, person, role, unit);
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = text.Length > 0 && response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) is true
            ? JsonNode.Parse(text)
            : null;
        return ($"{(int)response.StatusCode} {(json as JsonObject)?["code"]}".TrimEnd(), json);
    }

    public async Task<string> Page(string township, Role role, string path, Guid? unit = null)
    {
        using var client = As(township, Sample.Caller, role, unit);
        return WebUtility.HtmlDecode(await client.GetStringAsync(path));
    }

    /// <summary>Puts people, groups and units into the service's copy of the registry.</summary>
    public Task Know(string township, Action<NpgsqlBatch> rows) =>
        Store.Once(new(township, new("test", "System", null, null), Inbox: new("test", Guid.NewGuid())), rows);

    /// <summary>As the database's superuser, who sees every row whatever the township.</summary>
    public async Task<List<T>> Everything<T>(FormattableString sql, Func<NpgsqlDataReader, T> row)
    {
        await using var connection = new NpgsqlConnection(_postgres!.ConnectionStringFor("evaluation"));
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(sql);
        await using var reader = await batch.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    private HttpClient As(string township, Guid person, Role role, Guid? unit)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = person.ToString(),
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
        return new() { BaseAddress = new(_app!.Urls.First()), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }
}

/// <summary>The system's clock, ahead by as much as a test has moved it.</summary>
public sealed class MovedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
