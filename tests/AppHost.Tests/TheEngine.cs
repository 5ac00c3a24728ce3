using System.Diagnostics;
using System.Net;
using LiaisonStation.AppHost.Hosting;
using Npgsql;

namespace LiaisonStation.AppHost.Tests;

public sealed class TheEngine : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("liaisonstation 联络站 ");

    public TheEngine() => PrivateFolder.Passable(_temporary.FullName);

    private string Data => Path.Combine(_temporary.FullName, ".data");

    public void Dispose() => _temporary.Delete(recursive: true);

    [Fact]
    public async Task starts_a_service_after_what_it_waits_for_is_healthy_and_closes_the_door_first()
    {
        int[] processes;
        await using (var host = await RunningAppHost.StartReadyAsync(Data))
        {
            processes = [(await host.ResourceAsync("first")).Pid!.Value, (await host.ResourceAsync("door")).Pid!.Value];
            host.Send(Signal.Interrupt);
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, await host.ExitAsync());
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            Assert.Equal(
                ["first started", "first healthy", "door started", "door healthy", "door stopped", "first stopped"],
                host.Diary().Select(n => n.What));
        }

        Assert.All(processes, id => Assert.Null(LinuxProcess.StartTime(id)));
    }

    [Fact]
    public async Task hands_services_that_refer_to_each_other_their_urls()
    {
        await using var host = await RunningAppHost.StartReadyAsync(Data);
        using var http = new HttpClient();
        var first = (await host.ResourceAsync("first")).Endpoints.Single();
        Assert.Equal(first, await http.GetStringAsync(new Uri(host.Door, "/environment?name=services__first__http__0")));
        Assert.Equal(
            host.Door, new Uri(await http.GetStringAsync(new Uri(new Uri(first), "/environment?name=services__door__http__0"))));
        Assert.Equal("door", await http.GetStringAsync(new Uri(host.Door, "/environment?name=OTEL_SERVICE_NAME")));
    }

    [Fact]
    public async Task starts_a_crashing_service_again_and_waits_longer_each_time()
    {
        await using var host = await RunningAppHost.StartReadyAsync(Data, "--crashes", "3");
        var starts = host.Diary().Where(n => n.What == "first started").Select(n => n.At).ToArray();
        Assert.Equal(4, starts.Length);
        Assert.True(starts[1] - starts[0] >= 500);
        Assert.True(starts[2] - starts[1] >= 1000);
        Assert.True(starts[3] - starts[2] >= 2000);
        Assert.Equal(3, (await host.ResourceAsync("first")).Restarts);
    }

    [Fact]
    public void waits_at_most_fifteen_seconds_and_briefly_again_after_health()
    {
        var backOff = new BackOff();
        Assert.Equal([0.5, 1, 2, 4, 8, 15, 15], Enumerable.Range(0, 7).Select(_ => backOff.Next().TotalSeconds));
        backOff.Reset();
        Assert.Equal(0.5, backOff.Next().TotalSeconds);
    }

    [Fact]
    public async Task brings_a_killed_service_back_on_its_port_and_keeps_a_stopped_one_stopped()
    {
        await using var host = await RunningAppHost.StartReadyAsync(Data);
        var before = await host.ResourceAsync("first");

        Assert.Equal(HttpStatusCode.OK, (await host.ActAsync("first", "kill")).StatusCode);
        await host.UntilAsync(async () => await host.ResourceAsync("first") is { Restarts: 1, Healthy: true });
        var after = await host.ResourceAsync("first");
        Assert.NotEqual(before.Pid, after.Pid);
        Assert.Equal(before.Endpoints, after.Endpoints);

        await host.ActAsync("first", "stop");
        await host.UntilAsync(async () => await host.ResourceAsync("first") is { State: "Stopped", Pid: null });
        await host.ActAsync("first", "start");
        await host.UntilAsync(async () => await host.ResourceAsync("first") is { Healthy: true });
        Assert.Equal(1, (await host.ResourceAsync("first")).Restarts);
    }

    [Fact]
    public async Task lets_nobody_act_without_the_token_and_nobody_in_under_another_name()
    {
        await using var host = await RunningAppHost.StartReadyAsync(Data);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.ActAsync("first", "kill", token: "guessed")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.ActAsync("nobody", "kill")).StatusCode);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "apphost", "token")));

        using var http = new HttpClient();
        Assert.Contains("联络站", await http.GetStringAsync(host.Page), StringComparison.Ordinal);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, host.Page) { Headers = { Host = "evil.example" } };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await http.SendAsync(rebound)).StatusCode);
        Assert.Equal(0, (await host.ResourceAsync("first")).Restarts);
    }

    [Fact]
    public async Task refuses_a_second_start_in_the_same_folder()
    {
        await using var host = await RunningAppHost.StartReadyAsync(Data);
        await using var second = RunningAppHost.Start(Data);
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains($"already running in {Data} (process {host.Id})", second.Output, StringComparison.Ordinal);
        Assert.True((await host.ResourceAsync("first")).Healthy);
    }

    [Fact]
    public async Task restarts_servers_on_their_ports_and_starts_again_with_its_data_after_being_killed()
    {
        var killed = await RunningAppHost.StartReadyAsync(Data, "--servers", "true");
        var postgres = await killed.ResourceAsync("postgres");
        var messaging = await killed.ResourceAsync("messaging");
        await using (var connection = await OpenAsync(killed))
        {
            await using var create = new NpgsqlCommand("CREATE TABLE t AS SELECT 1 AS n", connection);
            await create.ExecuteNonQueryAsync();
        }

        await Task.WhenAll(killed.ActAsync("postgres", "kill"), killed.ActAsync("messaging", "kill"));
        await killed.UntilAsync(async () => await killed.ResourceAsync("postgres") is { Restarts: 1, Healthy: true }
            && await killed.ResourceAsync("messaging") is { Restarts: 1, Healthy: true });
        Assert.Equal(postgres.Endpoints, (await killed.ResourceAsync("postgres")).Endpoints);
        Assert.Equal(messaging.Endpoints, (await killed.ResourceAsync("messaging")).Endpoints);

        killed.Send(Signal.Kill);
        await killed.ExitAsync();
        await using (var next = await RunningAppHost.StartReadyAsync(Data, "--servers", "true"))
        {
            await using var connection = await OpenAsync(next);
            await using var read = new NpgsqlCommand("SELECT n FROM t", connection);
            Assert.Equal(1, await read.ExecuteScalarAsync());
        }

        await killed.DisposeAsync();
        await using var fresh = await RunningAppHost.StartReadyAsync(Data, "--fresh");
        Assert.Equal(["apphost"], Directory.GetDirectories(Data).Select(Path.GetFileName));
    }

    [Fact]
    public async Task ends_exactly_the_processes_that_a_killed_predecessor_recorded()
    {
        var records = Path.Combine(_temporary.FullName, "processes");
        var start = new ChildStart("sleep", "/bin/sleep", ["1000"]) { RecordFolder = records };
        using var left = await ChildProcess.StartAsync(start);
        using var bystander = await ChildProcess.StartAsync(start with { RecordFolder = Path.Combine(_temporary.FullName, "other") });

        // As a predecessor's record would look whose number went to another process since.
        var record = await File.ReadAllTextAsync(Path.Combine(records, $"{left.Id}"));
        var started = record.Split(' ')[1];
        await File.WriteAllTextAsync(
            Path.Combine(records, $"{bystander.Id}"), record.Replace(started, "1", StringComparison.Ordinal));

        await ChildProcess.EndLeftoversAsync(records, TimeSpan.FromSeconds(5));

        Assert.Null(LinuxProcess.StartTime(left.Id));
        Assert.NotNull(LinuxProcess.StartTime(bystander.Id));
        Assert.Empty(Directory.GetFiles(records));
    }

    private static async Task<NpgsqlConnection> OpenAsync(RunningAppHost host)
    {
        using var http = new HttpClient();
        var first = new Uri((await host.ResourceAsync("first")).Endpoints.Single());
        var text = await http.GetStringAsync(new Uri(first, "/environment?name=ConnectionStrings__first"));
        var connection = new NpgsqlConnection(text + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
