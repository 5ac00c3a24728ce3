using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace LiaisonStation.CaseLoop.Tests;

/// <summary>One installation for all tests: two would only be in each other's way.</summary>
[CollectionDefinition(nameof(Installed))]
public sealed class Installed : ICollectionFixture<Installation>;

/// <summary>The whole system with its demonstration county, started as <c>./up</c> starts it, in a folder of its own.</summary>
public sealed class Installation : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"案件 loop {Guid.NewGuid():N}");
    private readonly int _port = FreePort();
    private readonly List<string> _output = [];
    private readonly HttpClient _http = new();
    private readonly Collector _collector = new();
    private Process? _appHost;
    private Uri? _status;

    /// <summary>Where everything the running system keeps lies.</summary>
    public string Folder => _folder;

    /// <summary>What was exported as traces, metrics and logs, where it held something that must not be there.</summary>
    public IReadOnlyCollection<string> Exported => _collector.Found;

    public long ExportedBytes => _collector.Bytes;

    /// <summary>All that any part ever said.</summary>
    public string AllOutput
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public Uri Url => new($"http://127.0.0.1:{_port}");

    public string BrokerUri => string.Create(
        CultureInfo.InvariantCulture,
        $"amqp://liaisonstation:{Secret("messaging", "password")}@127.0.0.1:{Secret("messaging", "port")}");

    public string Superuser(string database) => string.Create(
        CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={Secret("postgres", "port")};Username=postgres;Password={Secret("postgres", "password")};Database={database};Pooling=false");

    public async Task InitializeAsync()
    {
        await _collector.StartAsync();
        _appHost = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", AppHost(), "--data", _folder, "--port", $"{_port}", "--demo" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.Url, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" },
        })!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        DataReceivedEventHandler hear = (_, e) => Hear(e.Data, ready);
        _appHost.OutputDataReceived += hear;
        _appHost.ErrorDataReceived += hear;
        _appHost.BeginOutputReadLine();
        _appHost.BeginErrorReadLine();
        var first = await Task.WhenAny(ready.Task, _appHost.WaitForExitAsync(), Task.Delay(StartLimit));
        Assert.True(first == ready.Task, $"The system did not get ready:\n{Output()}");
    }

    public async Task DisposeAsync()
    {
        if (_appHost is { HasExited: false })
        {
            Process.Start("kill", ["-TERM", $"{_appHost.Id}"]).WaitForExit();
            if (await Task.WhenAny(_appHost.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(30))) is { IsCompletedSuccessfully: false })
            {
                _appHost.Kill(entireProcessTree: true);
            }
        }

        await _collector.DisposeAsync();
        Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose()
    {
        _appHost?.Dispose();
        _http.Dispose();
    }

    /// <summary>Ends a resource with SIGKILL and waits until the AppHost has it back.</summary>
    public async Task KillAndAwaitReturn(string resource)
    {
        var before = await Resource(resource);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_status!, $"resources/{resource}/kill"));
        request.Headers.Add("X-AppHost-Token", Secret("apphost", "token"));
        (await _http.SendAsync(request)).EnsureSuccessStatusCode();
        await Wait.Until(
            async () => await Resource(resource) is { Healthy: true } now && now.Restarts > before.Restarts,
            TimeSpan.FromMinutes(2), () => $"{resource} did not come back:\n{Output()}");
    }

    public string Output()
    {
        lock (_output)
        {
            return string.Join('\n', _output.TakeLast(80));
        }
    }

    private static string AppHost()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "LiaisonStation.sln")))
        {
            root = root.Parent;
        }

        // bin/<configuration>/net10.0, as for this project.
        var flavour = Path.GetRelativePath(Path.Combine(root.FullName, "tests", "CaseLoop.Tests"), AppContext.BaseDirectory);
        return Path.Combine(root.FullName, "src", "AppHost", flavour, "LiaisonStation.AppHost.dll");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<ResourceState> Resource(string name)
    {
        var all = await _http.GetFromJsonAsync<List<ResourceState>>(new Uri(_status!, "resources"), JsonSerializerOptions.Web);
        return all!.Single(r => r.Name == name);
    }

    private void Hear(string? line, TaskCompletionSource ready)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
        }

        if (line.Contains("state of every resource: ", StringComparison.Ordinal))
        {
            _status = new Uri(line[line.LastIndexOf("http", StringComparison.Ordinal)..].TrimEnd('/') + "/");
        }

        if (line.StartsWith("ready http", StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }

    private string Secret(string part, string name) => File.ReadAllText(Path.Combine(_folder, part, name)).Trim();

    private sealed record ResourceState(string Name, bool Healthy, int Restarts);
}
