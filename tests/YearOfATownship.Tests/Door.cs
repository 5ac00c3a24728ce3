using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.Tests;

/// <summary>The Gateway in front of the four services, in this process too.</summary>
public sealed class Door : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private Door(WebApplication app) => (_app, _http) = (app, new() { BaseAddress = new(app.Urls.First()) });

    public IEnumerable<EndpointDataSource> Endpoints => _app.Services.GetServices<EndpointDataSource>();

    public static async Task<Door> Open(FourServices services)
    {
        var app = Gateway.Gateway.Build(
        [
            "--urls=http://127.0.0.1:0", "--environment=Development", "--Logging:LogLevel:Default=None", $"--Tokens:KeyPath={services.TokenKey}",
            .. FourServices.Modules.Select(m => $"--services:{m.Name}:http:0={services.UrlOf(m.Name)}"),
        ]);
        await app.StartAsync();
        return new(app);
    }

    /// <param name="login">A demonstration person's; null: nobody's.</param>
    public async Task<Answer> Ask(string? login, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = login is null ? null : await Token(login);
        using var answer = await _http.SendAsync(request);
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<AuthenticationHeaderValue> Token(string login)
    {
        using var answer = await _http.PostAsJsonAsync("/dev/token", new { person = login });
        return new("Bearer", (string)new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()).Body["access_token"]!);
    }
}
