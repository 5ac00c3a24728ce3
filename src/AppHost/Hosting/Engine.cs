using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace LiaisonStation.AppHost.Hosting;

/// <summary>Runs what AppHost.cs describes: starts by health, watches, restarts, and stops in reverse order.</summary>
internal sealed class Engine(IReadOnlyList<Resource> resources, IConfiguration configuration)
{
    private static readonly TimeSpan DoorGrace = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan ServiceGrace = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan AllGrace = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan Impatience = TimeSpan.FromSeconds(1);

    private readonly Terminal _terminal = Terminal.Ours();

    public async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        var sinceFirst = new Stopwatch();
        void OnSignal(PosixSignalContext context)
        {
            // One key press or one timeout(1) can arrive twice. A later one is impatience: end at once, and the kernel
            // then ends the children.
            context.Cancel = sinceFirst.Elapsed < Impatience;
            sinceFirst.Start();
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        try
        {
            using var data = await DataFolder.TakeAsync(
                configuration["data"]!, string.Equals(configuration["fresh"], "true", StringComparison.OrdinalIgnoreCase));
            return await RunAsync(data, stop);
        }
        catch (ServerException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task<int> RunAsync(DataFolder data, CancellationTokenSource stop)
    {
        AllocatePorts();
        var supervisors = Supervise(data);
        _terminal.Expect(["apphost", .. supervisors.Select(s => s.Name)]);
        await using var page = await StatusPage.StartAsync(supervisors, data, IsDevelopment);
        _terminal.Line("apphost", $"state of every resource: {page.Url}");

        var lives = supervisors.Select(s => s.SuperviseAsync(stop.Token)).ToArray();
        try
        {
            await AnnounceAsync(supervisors, lives, stop.Token);
            await await Task.WhenAny(lives);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _terminal.Line("apphost", "stopping");
            return 0;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(lives).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            var clock = Stopwatch.StartNew();
            await StopAsync(supervisors);
            _terminal.Line("apphost", string.Create(
                CultureInfo.InvariantCulture, $"stopped after {clock.Elapsed.TotalSeconds:0.0} s; the data stays in {data.Path}"));
        }
    }

    private bool IsDevelopment =>
        (configuration["ASPNETCORE_ENVIRONMENT"] ?? configuration["DOTNET_ENVIRONMENT"] ?? "Development") == "Development";

    private void AllocatePorts()
    {
        foreach (var project in resources.OfType<ProjectResource>().Where(p => p.HasEndpoint))
        {
            if (project.FixedPort is not { } port)
            {
                project.Ports = [.. Enumerable.Range(0, project.Replicas).Select(_ => LoopbackPort.Free())];
            }
            else if (project.Replicas > 1)
            {
                throw new ServerException($"{project.Name} has a fixed port and {project.Replicas} replicas.");
            }
            else if (!LoopbackPort.IsFree(port))
            {
                throw new ServerException(string.Create(
                    CultureInfo.InvariantCulture, $"Port {port} on 127.0.0.1 is taken; choose another with --port N."));
            }
            else
            {
                project.Ports = [port];
            }
        }
    }

    private List<Supervisor> Supervise(DataFolder data)
    {
        var all = new List<Supervisor>();
        var of = new Dictionary<Resource, List<Supervisor>>();
        void Add(Resource resource, string name, IRunnable run)
        {
            var supervisor = new Supervisor(name, resource.Kind, run, _terminal);
            all.Add(supervisor);
            (of.TryGetValue(resource, out var replicas) ? replicas : of[resource] = []).Add(supervisor);
        }

        Action<string> Log(string name) => line => _terminal.Line(name, line);

        foreach (var resource in resources)
        {
            var name = resource.Name;
            switch (resource)
            {
                case PostgresServerResource { External: { } external }:
                    RefuseFresh(name);
                    Add(resource, name, ExternalServer.Postgres(external));
                    break;
                case PostgresServerResource postgres:
                    postgres.Server = new PostgresServer(data.Of(name), log: Log(name));
                    Add(resource, name, new RunningPostgres(postgres.Server));
                    break;
                case PostgresDatabaseResource database:
                    Add(resource, name, new RunningDatabase(database, of[database.Parent].Single()));
                    break;
                case RabbitMQServerResource { External: { } external }:
                    RefuseFresh(name);
                    Add(resource, name, ExternalServer.RabbitMq(external));
                    break;
                case RabbitMQServerResource rabbit:
                    rabbit.Server = new RabbitMqServer(data.Of(name), Log(name));
                    Add(resource, name, new RunningRabbitMq(rabbit.Server));
                    break;
                case ProjectResource project:
                    for (var n = 0; n < project.Replicas; n++)
                    {
                        var replica = project.Replicas == 1
                            ? name
                            : string.Create(CultureInfo.InvariantCulture, $"{name}-{n}");
                        Add(resource, replica, new RunningProject(project, replica, n, data.Processes, Log(replica)));
                    }

                    break;
            }
        }

        foreach (var (resource, replicas) in of)
        {
            foreach (var supervisor in replicas)
            {
                supervisor.WaitsFor = [.. resource.WaitsFor.SelectMany(w => of[w]).Distinct()];
            }
        }

        return all;
    }

    private void RefuseFresh(string name)
    {
        if (string.Equals(configuration["fresh"], "true", StringComparison.OrdinalIgnoreCase))
        {
            throw new ServerException(
                $"--fresh does not delete anything on the server that ConnectionStrings__{name} names. Empty it yourself and start without --fresh.");
        }
    }

    /// <summary>Tells every few seconds what is still missing, and once that all is healthy.</summary>
    private async Task AnnounceAsync(IReadOnlyList<Supervisor> supervisors, Task[] lives, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var told = TimeSpan.Zero;
        while (supervisors.Where(s => s.State != ResourceState.Healthy).ToArray() is { Length: > 0 } missing)
        {
            if (lives.FirstOrDefault(l => l.IsFaulted) is { } failed)
            {
                await failed;
            }

            if (clock.Elapsed - told > TimeSpan.FromSeconds(5))
            {
                told = clock.Elapsed;
                _terminal.Line("apphost", string.Create(CultureInfo.InvariantCulture, $"{told.TotalSeconds:0} s; not yet healthy: ")
                    + string.Join("; ", missing.Select(s => $"{s.Name} ({s.State.ToString().ToLowerInvariant()}{(s.Reason is { } r ? " " + r : "")})")));
            }

            await Task.Delay(50, cancel);
        }

        foreach (var door in resources.OfType<ProjectResource>().Where(p => p.IsDoor))
        {
            _terminal.Bare($"ready {ResourceBuilders.Url(door.Ports[0])}");
        }
    }

    private async Task StopAsync(IReadOnlyList<Supervisor> supervisors)
    {
        var clock = Stopwatch.StartNew();
        var doors = resources.OfType<ProjectResource>().Where(p => p.IsDoor).Select(p => p.Name).ToHashSet();
        bool IsDoor(Supervisor s) => doors.Contains(s.Name);
        var order = supervisors
            .GroupBy(s => (IsDoor(s), s.Depth))
            .OrderByDescending(g => g.Key.Item1)
            .ThenByDescending(g => g.Key.Depth);
        foreach (var together in order)
        {
            await Task.WhenAll(together.Select(s =>
            {
                var left = AllGrace - clock.Elapsed;
                var own = IsDoor(s) ? DoorGrace : s.Kind == "project" ? ServiceGrace : AllGrace;
                return s.Run.StopAsync(left < own ? left > TimeSpan.Zero ? left : TimeSpan.Zero : own);
            }));
        }
    }
}
