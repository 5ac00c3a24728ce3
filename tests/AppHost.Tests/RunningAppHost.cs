using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using LiaisonStation.AppHost.Hosting;

namespace LiaisonStation.AppHost.Tests;

/// <summary>The small system of Program.cs as a process of its own.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly HttpClient Http = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private RunningAppHost(string data, int port, Process process)
    {
        Data = data;
        Door = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        _process = process;
    }

    public string Data { get; }

    public Uri Door { get; }

    public int Id => _process.Id;

    public string Output => string.Join('\n', _lines);

    public Uri Page => new(_lines.Single(l => l.Contains("state of every resource", StringComparison.Ordinal)).Split(' ')[^1]);

    public static RunningAppHost Start(string data, params string[] arguments)
    {
        var port = LoopbackPort.Free();
        var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            "exec", typeof(Program).Assembly.Location, "--data", data,
            "--port", port.ToString(CultureInfo.InvariantCulture), .. arguments,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var running = new RunningAppHost(data, port, process);
        process.OutputDataReceived += (_, e) => running.Keep(e.Data);
        process.ErrorDataReceived += (_, e) => running.Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    public static async Task<RunningAppHost> StartReadyAsync(string data, params string[] arguments)
    {
        var running = Start(data, arguments);
        await running.UntilAsync(() => running._lines.Contains($"ready {running.Door.ToString().TrimEnd('/')}"));
        return running;
    }

    public async Task UntilAsync(Func<bool> condition) => await UntilAsync(() => Task.FromResult(condition()));

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < Limit, $"Not within {Limit}. The AppHost said:\n{Output}");
            await Task.Delay(50);
        }
    }

    public async Task<ResourceReport> ResourceAsync(string name) =>
        (await Http.GetFromJsonAsync<ResourceReport[]>(new Uri(Page, "/resources")))!.Single(r => r.Name == name);

    public async Task<HttpResponseMessage> ActAsync(string name, string act, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Page, $"/resources/{name}/{act}"));
        request.Headers.Add(StatusPage.TokenHeader, token ?? File.ReadAllText(Path.Combine(Data, "apphost", "token")));
        return await Http.SendAsync(request);
    }

    /// <summary>What the services noted: "name what" and when, in the order it happened.</summary>
    public (string What, long At)[] Diary() =>
    [
        .. File.ReadAllLines(Path.Combine(Data, "diary")).Select(l => l.Split(' '))
            .Select(w => ($"{w[0]} {w[1]}", long.Parse(w[2], CultureInfo.InvariantCulture))),
    ];

    public void Send(Signal signal) => _ = LinuxProcess.Kill(Id, (int)signal);

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Send(Signal.Terminate);
            await ExitAsync();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
