using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonStation.Gateway.Tests;

/// <summary>A service on loopback that answers as a test tells it to.</summary>
internal sealed class Neighbour : IAsyncDisposable
{
    private WebApplication _app = null!;

    public string Root { get; private set; } = "";

    public static async Task<Neighbour> Start(Action<WebApplication> routes, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var neighbour = new Neighbour { _app = builder.Build() };
        routes(neighbour._app);
        await neighbour._app.StartAsync();
        neighbour.Root = neighbour._app.Urls.Single();
        return neighbour;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Nobody listens there.</summary>
    public static string Nowhere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}

/// <summary>The registry's answers, as Intake gives them.</summary>
internal sealed class FakeRegistry
{
    public static readonly Guid ZhangId = Guid.Parse("01900000-0000-7000-8000-000000000001");
    public static readonly Guid GroupId = Guid.Parse("01900000-0000-7000-8000-0000000000aa");

    public int SignIns;
    public volatile bool Away;
    public volatile bool ZhangIsInactive;
    public string? LastToken;

    public void Map(WebApplication app)
    {
        app.MapGet("/registry/sign-in/{login}", (string login, HttpContext http) =>
        {
            Interlocked.Increment(ref SignIns);
            LastToken = http.Request.Headers.Authorization;
            if (Away)
            {
                http.Abort();
                return Results.Empty;
            }

            return login switch
            {
                "zhang" when !ZhangIsInactive => Results.Ok(new
                {
                    personId = ZhangId,
                    name = "张三",
                    tenant = "330225101",
                    roles = (string[])["Deputy", "SupervisionGroup", "System"],
                    unit = (Guid?)null,
                    groups = (Guid[])[GroupId],
                }),
                _ => Results.NotFound(),
            };
        });
        app.MapGet("/registry/people", (string? after, string? role) => after is null
            ? Results.Ok(new
            {
                items = (object[])
                [
                    Row("li", "李四", "330225102", ["CongressOffice"], true),
                    Row("robot", "机器", "330225000", ["System"], true),
                    Row("wang", "王五", "330225101", ["Deputy"], false),
                ],
                next = "wang",
            })
            : Results.Ok(new { items = (object[])[Row("zhang", "张三", "330225101", ["Deputy", "SupervisionGroup"], true)], next = (string?)null }));
    }

    private static object Row(string login, string name, string township, string[] roles, bool active) =>
        new { id = Guid.NewGuid(), login, name, township, roles, unitId = (Guid?)null, groups = (Guid[])[], active };
}

/// <summary>A Gateway of its own for each test, with a registry behind it and whatever services the test gives it.</summary>
internal sealed class House : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _behind = [];
    private WebApplication _gateway = null!;

    public FakeRegistry Registry { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    public string Root { get; private set; } = "";

    public string Folder { get; } = Directory.CreateTempSubdirectory("door-").FullName;

    public static async Task<House> Open(Action<WebApplication>? intake = null, Dictionary<string, string>? settings = null)
    {
        var house = new House();
        var registry = await Neighbour.Start(app =>
        {
            house.Registry.Map(app);
            intake?.Invoke(app);
        });
        house._behind.Add(registry);
        var all = new Dictionary<string, string>
        {
            ["environment"] = "Development",
            ["urls"] = "http://127.0.0.1:0",
            ["Tokens:KeyPath"] = Path.Combine(house.Folder, "密钥", "signing.pem"),
            ["services:intake:http:0"] = registry.Root,
            ["Logging:LogLevel:Default"] = "None",
        };
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value;
        }

        house._gateway = Gateway.Build([.. all.Select(setting => $"--{setting.Key}={setting.Value}")]);
        await house._gateway.StartAsync();
        house.Root = house._gateway.Urls.Single();
        house.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
        {
            BaseAddress = new Uri(house.Root),
            Timeout = TimeSpan.FromSeconds(30),
        };
        return house;
    }

    public async Task<House> SignedIn(string login = "zhang")
    {
        var answer = await Client.PostAsJsonAsync("/dev/token", new { person = login });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return this;
    }

    public IServiceProvider Inside => _gateway.Services;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
        foreach (var one in _behind)
        {
            await one.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}

internal static class Answers
{
    public static async Task<string?> Code(this HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]!.GetValue<string>();
    }

    public static async Task Eventually(this Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Waited 15 s in vain for: {what}");
            await Task.Delay(25);
        }
    }
}
