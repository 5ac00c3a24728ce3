using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LiaisonStation.CaseLoop.Tests;

/// <summary>Takes in what the services export by OTLP over HTTP, and keeps only what must not be in it.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _found = new();
    private WebApplication? _app;
    private long _bytes;

    public string Url => _app!.Urls.First();

    public IReadOnlyCollection<string> Found => _found;

    public long Bytes => Interlocked.Read(ref _bytes);

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPost("/v1/{what}", async (HttpContext http, string what) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            Interlocked.Add(ref _bytes, body.Length);
            if (Canary.In(body.GetBuffer().AsSpan(0, (int)body.Length)) is { } form)
            {
                _found.Enqueue($"{what}: {form}");
            }
        });
        await _app.StartAsync();
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
}
