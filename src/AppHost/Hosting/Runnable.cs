using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace LiaisonStation.AppHost.Hosting;

/// <summary>One thing the engine keeps running, and how to tell whether it is well.</summary>
internal interface IRunnable
{
    int? ProcessId { get; }

    /// <summary>Completes when what runs now ends; never, where it is not ours to run.</summary>
    Task<int> Exited { get; }

    IReadOnlyList<string> Endpoints { get; }

    /// <summary>A command with which a person can look inside.</summary>
    string? Hint => null;

    Task StartAsync(CancellationToken cancel);

    Task StopAsync(TimeSpan grace);

    Task KillAsync();

    /// <summary>Null when healthy, else why not.</summary>
    Task<string?> CheckAsync(CancellationToken cancel);
}

internal sealed class RunningPostgres(PostgresServer server) : IRunnable
{
    public int? ProcessId => server.ProcessId;

    public Task<int> Exited => server.Exited;

    public IReadOnlyList<string> Endpoints => [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}")];

    public Task StartAsync(CancellationToken cancel) => server.StartAsync(cancel);

    public Task StopAsync(TimeSpan grace) => server.StopAsync(grace);

    public Task KillAsync() => server.KillAsync();

    public Task<string?> CheckAsync(CancellationToken cancel) => ExternalServer.AskAsync(server.ConnectionString, cancel);
}

internal sealed class RunningRabbitMq(RabbitMqServer server) : IRunnable
{
    public int? ProcessId => server.ProcessId;

    public Task<int> Exited => server.Exited;

    public IReadOnlyList<string> Endpoints => [string.Create(CultureInfo.InvariantCulture, $"amqp://127.0.0.1:{server.Port}")];

    public string Hint => $"\"{server.ControlScript}\" list_queues name type messages";

    public Task StartAsync(CancellationToken cancel) => server.StartAsync(cancel);

    public Task StopAsync(TimeSpan grace) => server.StopAsync(grace);

    public Task KillAsync() => server.KillAsync();

    public async Task<string?> CheckAsync(CancellationToken cancel) =>
        await LoopbackPort.AnswersAsync(server.Port, cancel) ? null : "no answer";
}

/// <summary>A server that a connection string names: watched, not run.</summary>
internal sealed class ExternalServer(string place, Func<CancellationToken, Task<string?>> check) : IRunnable
{
    public int? ProcessId => null;

    public Task<int> Exited { get; } = new TaskCompletionSource<int>().Task;

    public IReadOnlyList<string> Endpoints => [place];

    public static ExternalServer Postgres(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return new ExternalServer(
            string.Create(CultureInfo.InvariantCulture, $"{parts.Host}:{parts.Port}"),
            cancel => AskAsync(connectionString, cancel));
    }

    public static ExternalServer RabbitMq(string uri)
    {
        var parts = new Uri(uri);
        var port = parts.Port > 0 ? parts.Port : 5672;
        return new ExternalServer(
            string.Create(CultureInfo.InvariantCulture, $"amqp://{parts.Host}:{port}"),
            async cancel =>
            {
                using var client = new System.Net.Sockets.TcpClient();
                try
                {
                    await client.ConnectAsync(parts.Host, port, cancel);
                    return null;
                }
                catch (System.Net.Sockets.SocketException e)
                {
                    return e.Message;
                }
            });
    }

    public static async Task<string?> AskAsync(string connectionString, CancellationToken cancel)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString)
            {
                Pooling = false,
                Timeout = 3,
                CommandTimeout = 3,
                ApplicationName = "AppHost",
            }.ConnectionString);
            await connection.OpenAsync(cancel);
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            await command.ExecuteScalarAsync(cancel);
            return null;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return e.Message;
        }
    }

    public Task StartAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StopAsync(TimeSpan grace) => Task.CompletedTask;

    public Task KillAsync() => Task.CompletedTask;

    public Task<string?> CheckAsync(CancellationToken cancel) => check(cancel);
}

/// <summary>A database is there once it was made, and as healthy as its server.</summary>
internal sealed class RunningDatabase(PostgresDatabaseResource database, Supervisor server) : IRunnable
{
    public string? Hint => database.Parent.Server is { } own ? $"\"{own.QueryScript}\" {database.DatabaseName}" : null;

    public int? ProcessId => null;

    public Task<int> Exited { get; } = new TaskCompletionSource<int>().Task;

    public IReadOnlyList<string> Endpoints => [];

    public async Task StartAsync(CancellationToken cancel)
    {
        try
        {
            await PostgresServer.CreateDatabaseAsync(database.Parent.ConnectionString!, database.DatabaseName, cancel);
        }
        catch (NpgsqlException e)
        {
            throw new ServerException($"The database {database.DatabaseName} could not be made: {e.Message}");
        }
    }

    public Task StopAsync(TimeSpan grace) => Task.CompletedTask;

    public Task KillAsync() => Task.CompletedTask;

    public Task<string?> CheckAsync(CancellationToken cancel) => Task.FromResult(
        server.State == ResourceState.Healthy ? null : $"{server.Name} is {server.State}");
}

/// <summary>One replica of a service: the built program, run without building.</summary>
internal sealed class RunningProject(
    ProjectResource project, string name, int replica, string processes, Action<string> log) : IRunnable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
        DefaultRequestHeaders = { ConnectionClose = true, UserAgent = { new ProductInfoHeaderValue("AppHost", "1") } },
    };

    private static readonly string Dotnet =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private ChildProcess? _process;

    public int? ProcessId => _process is { HasExited: false } ? _process.Id : null;

    public Task<int> Exited => _process?.Exited ?? throw new InvalidOperationException($"{name} was not started.");

    public IReadOnlyList<string> Endpoints =>
        project.Ports.Length > replica ? [ResourceBuilders.Url(project.Ports[replica])] : [];

    public async Task StartAsync(CancellationToken cancel)
    {
        if (!File.Exists(project.Project.AssemblyPath))
        {
            throw new ServerException($"{project.Project.AssemblyPath} is not built.");
        }

        _process = await ChildProcess.StartAsync(
            new ChildStart(name, Dotnet, ["exec", project.Project.AssemblyPath])
            {
                WorkingDirectory = Path.GetDirectoryName(project.Project.ProjectPath)!,
                InheritEnvironment = true,
                Environment = Variables(),
                RecordFolder = processes,
                Log = log,
            });
    }

    public Task StopAsync(TimeSpan grace) => _process?.StopAsync(grace) ?? Task.CompletedTask;

    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    public async Task<string?> CheckAsync(CancellationToken cancel)
    {
        if (Endpoints is not [var url, ..])
        {
            return null;
        }

        if (project.HealthPath is not { } path)
        {
            return await LoopbackPort.AnswersAsync(project.Ports[replica], cancel) ? null : "no answer";
        }

        try
        {
            using var answer = await Http.GetAsync(new Uri(new Uri(url), path), cancel);
            if (answer.IsSuccessStatusCode)
            {
                return null;
            }

            var text = await answer.Content.ReadAsStringAsync(cancel);
            return $"{(int)answer.StatusCode} {(text.Length > 200 ? text[..200] : text)}".ReplaceLineEndings(" ").TrimEnd();
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return "no answer within 5 s";
        }
    }

    private Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>
        {
            ["OTEL_SERVICE_NAME"] = project.Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={name}",
        };

        // The engine asks for health every second; a line for each would bury the rest.
        const string requests = "Logging__LogLevel__Microsoft.AspNetCore";
        variables[requests] = Environment.GetEnvironmentVariable(requests) ?? "Warning";
        foreach (var variable in new[] { "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT" })
        {
            variables[variable] = Environment.GetEnvironmentVariable(variable) ?? "Development";
        }

        if (Endpoints is [var url, ..])
        {
            variables["ASPNETCORE_URLS"] = url;
        }

        foreach (var (source, connection) in project.Connections)
        {
            variables[$"ConnectionStrings__{connection}"] = source.ConnectionString!;
        }

        foreach (var other in project.References)
        {
            for (var n = 0; n < other.Ports.Length; n++)
            {
                variables[string.Create(CultureInfo.InvariantCulture, $"services__{other.Name}__http__{n}")] =
                    ResourceBuilders.Url(other.Ports[n]);
            }
        }

        foreach (var (variable, value) in project.Environment)
        {
            variables[variable] = value ?? "";
        }

        return variables;
    }
}
