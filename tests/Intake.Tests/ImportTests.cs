using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;
using LiaisonStation.Intake.Demonstration;
using Xunit.Abstractions;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class ImportTests(Server server, ITestOutputHelper output)
{
    private const string Here = "330225109";
    private static readonly Guid Clerk = Guid.CreateVersion7();
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task every_row_is_accounted_for()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var import = await Import(station, ImportFileTests.Header
            + "1,甲,路灯,2019/4/24 6:03:40,没有灯,,\n"
            + "2,甲,水管,2019/4/24 6:03:40,漏水,已修复,2019/4/25 6:03:40\n"
            + "2,甲,水管,2019/4/24 6:03:40,漏水,已修复,2019/4/25 6:03:40\n"
            + "2,甲,水管,2019/4/24 6:03:40,又漏水,,\n"
            + "3,乙,,2019/4/24 6:03:40,正文,,\n"
            + "4,乙,公交\n");
        Assert.Equal(("done", "6", "6", "2", "1", "3"), Counts(import));
        Assert.Equal(
            ["2 accepted ", "3 accepted ", "4 duplicate ", "5 rejected changed-since-import", "6 rejected missing-field", "7 rejected column-count"],
            import["rows"]!["items"]!.AsArray().Select(r => $"{r!.Text("line")} {r!.Text("outcome")} {r!["reason"]?.Text("code")}"));
        Assert.Equal("缺少必填内容", import["rows"]!["items"]![4]!["reason"]!["words"]!.Text("zh"));
        Assert.Equal(
            ["appeal_received_v2", "appeal_received_v2", "source_reply_recorded"], await service.Look("select type from mt_events order by seq_id"));
        Assert.Equal(["Collected", "Collected"], await service.Look("select stage from appeals"));
        Assert.Equal(["1"], await service.Look("select count(*) from contacts"));
        Assert.Equal(["1"], await service.Look("select count(distinct data->>'submitter') from mt_events where type = 'appeal_received_v2'"));
        Assert.Empty(await service.Look("select 1 from imports where content is not null"));

        var rejected = await station.GetAsync(new Uri($"imports/{import.Id()}?outcome=rejected&size=2", UriKind.Relative)).Done();
        Assert.Equal(2, rejected["rows"]!["items"]!.AsArray().Count);
        var rest = await station.GetAsync(new Uri($"imports/{import.Id()}?outcome=rejected&size=2&after={rejected["rows"]!.Text("next")}", UriKind.Relative)).Done();
        Assert.Single(rest["rows"]!["items"]!.AsArray());
    }

    [Fact]
    public async Task the_same_file_again_adds_nothing_and_changed_rows_are_rejected()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var rows = string.Concat(Enumerable.Range(1, 250).Select(i => $"{i},用户{i},主题{i},2019/4/24 6:03:40,正文{i},,\n"));
        Assert.Equal(("done", "250", "250", "250", "0", "0"), Counts(await Import(station, ImportFileTests.Header + rows)));
        var before = await service.Look("select count(*), max(seq_id) from mt_events");
        Assert.Equal(("done", "250", "250", "0", "250", "0"), Counts(await Import(station, ImportFileTests.Header + rows)));
        Assert.Equal(("done", "250", "250", "0", "249", "1"), Counts(await Import(station, ImportFileTests.Header + rows.Replace("正文17,", "改了,", StringComparison.Ordinal))));
        Assert.Equal(before, await service.Look("select count(*), max(seq_id) from mt_events"));
        Assert.Equal(["250"], await service.Look("select count(distinct case_number) from appeals"));
    }

    [Fact]
    public async Task two_townships_know_nothing_of_each_others_numbers()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var here = service.As(Clerk, Here, Role.Station);
        using var next = service.As(Clerk, "330225110", Role.Station);
        var file = ImportFileTests.Header + "1,甲,路灯,2019/4/24 6:03:40,没有灯,,\n";
        Assert.Equal("1", (await Import(here, file)).Text("accepted"));
        var other = await Import(next, file);
        Assert.Equal("1", other.Text("accepted"));
        Assert.Equal("404 not-found", await here.GetAsync(new Uri($"imports/{other.Id()}", UriKind.Relative)).Refused());
    }

    [Fact]
    public async Task a_broken_file_says_where_and_imports_nothing()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var import = await Import(station, ImportFileTests.Header + "1,甲,路灯,2019/4/24 6:03:40,没有灯,,\n2,甲,\"水管,2019/4/24 6:03:40,漏水,,\n");
        Assert.Equal(("failed", "unclosed-quote", "3"), (import.Text("state"), import["failure"]!.Text("code"), import["failure"]!.Text("line")));
        Assert.Equal(["0"], await service.Look("select count(*) from mt_events"));
    }

    [Fact]
    public async Task what_cannot_be_taken_in_is_refused_at_once()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var resident = service.As(Clerk, Here, Role.Resident);
        Assert.Equal("403 role-not-allowed", await resident.PostAsync(new Uri("imports", UriKind.Relative), Form("x")).Refused());
        Assert.Equal("400 malformed", await station.PostAsync(new Uri("imports", UriKind.Relative), Form("x", "no-such-preset")).Refused());
        Assert.Equal(["addressedTo: not-an-id", "preset: unknown-value"], (await station.PostAsync(
            new Uri("imports", UriKind.Relative), Form("x", "no-such-preset", "nobody")).Body()).Wrong());
        Assert.Equal("415 media-type-not-supported", await station.PostAsync(new Uri("imports", UriKind.Relative), new StringContent("x")).Refused());
        Assert.Equal("422 addressee-not-a-deputy", await station.PostAsync(
            new Uri("imports", UriKind.Relative), Form("x", addressedTo: Guid.CreateVersion7().ToString())).Refused());
        Assert.Equal(["0"], await service.Look("select count(*) from imports"));
    }

    [Fact]
    public async Task a_file_beyond_the_limit_is_refused()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        Assert.Equal("413 too-large", await station.PostAsync(new Uri("imports", UriKind.Relative), Form(new string('x', Imports.ReceiveImport.LargestFile + 1))).Refused());
    }

    [Fact]
    public async Task a_repeated_upload_is_one_import()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        station.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var first = await station.PostAsync(new Uri("imports", UriKind.Relative), Form("x")).Done();
        Assert.Equal(first.Id(), (await station.PostAsync(new Uri("imports", UriKind.Relative), Form("x")).Done()).Id());
        Assert.Equal("422 idempotency-key-reused", await station.PostAsync(new Uri("imports", UriKind.Relative), Form("y")).Refused());
    }

    [Fact]
    public async Task a_batch_is_taken_by_the_deputy_it_is_addressed_to()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        using var office = service.As(Clerk, Here, Role.CongressOffice);
        var deputy = County.Read().People.Single(p => p.Login == $"{Here}-deputy-1").Id;
        await Import(office, ImportFileTests.Header + "1,甲,路灯,2019/4/24 6:03:40,没有灯,,\n", deputy.ToString());
        using var addressed = service.As(deputy, Here, Role.Deputy);
        var waiting = (await addressed.GetAsync(new Uri("worklist", UriKind.Relative)).Done())["items"]!.AsArray();
        Assert.Equal("accept-appeal", Assert.Single(waiting)!.Text("act"));
    }

    [Fact]
    public async Task a_killed_worker_is_followed_by_one_that_goes_on()
    {
        const int rows = 3000;
        var database = server.NewDatabase();
        Guid import;
        using (var victim = await OtherProcess.StartAsync(database))
        {
            await using var door = await Service.StartAsync(database, importing: false);
            using var station = door.As(Clerk, Here, Role.Station);
            import = (await station.PostAsync(new Uri("imports", UriKind.Relative), Form(ImportFileTests.Header + string.Concat(
                Enumerable.Range(1, rows).Select(i => $"{i},用户{i % 7},主题{i},2019/4/24 6:03:40,正文{i},答复{i},2019/4/25 6:03:40\n")))).Done()).Id();
            await Until(async () => int.Parse((await door.Look("select count(*) from import_rows"))[0], null) > 50);
            victim.Kill();
        }

        await using var service = await Service.StartAsync(database);
        var cut = int.Parse((await service.Look("select count(*) from import_rows"))[0], null);
        Assert.InRange(cut, 51, rows - 1);
        using var reader = service.As(Clerk, Here, Role.Station);
        Assert.Equal(("done", $"{rows}", $"{rows}", $"{rows}", "0", "0"), Counts(await Ended(reader, import)));
        Assert.Equal([$"{rows}|{rows}|{2 * rows}"], await service.Look(
            "select (select count(*) from mt_streams), (select count(*) from appeals), (select count(*) from mt_events)"));
        Assert.Empty(await service.Look("select data->>'sourceId' from mt_events where type = 'appeal_received_v2' group by 1 having count(*) > 1"));
    }

    [Fact]
    public async Task seven_hundred_real_messages_come_in_once()
    {
        var path = Path.Combine(Root(), "..", "shared", "data", "citizen_messages_with_replies.csv");
        if (!File.Exists(path))
        {
            output.WriteLine($"skipped: {Path.GetFullPath(path)} is not there");
            return;
        }

        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var content = await File.ReadAllBytesAsync(path);
        var clock = Stopwatch.StartNew();
        Assert.Equal(("done", "700", "700", "700", "0", "0"), Counts(await Import(station, content)));
        output.WriteLine($"700 rows in {clock.ElapsedMilliseconds} ms");
        Assert.Equal(("done", "700", "700", "0", "700", "0"), Counts(await Import(station, content)));
        var gb = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetBytes(Encoding.UTF8.GetString(content));
        Assert.Equal(("done", "700", "700", "0", "700", "0"), Counts(await Import(station, gb)));
        Assert.Equal(["700|1400"], await service.Look("select (select count(*) from mt_streams), (select count(*) from mt_events)"));
    }

    private static (string State, string Total, string Processed, string Accepted, string Duplicate, string Rejected) Counts(JsonNode import) => (
        import.Text("state"), import.Text("total"), import.Text("processed"), import.Text("accepted"), import.Text("duplicate"), import.Text("rejected"));

    internal static Task<JsonNode> Import(HttpClient client, string content, string? addressedTo = null) =>
        Import(client, Encoding.UTF8.GetBytes(content), addressedTo);

    internal static async Task<JsonNode> Import(HttpClient client, byte[] content, string? addressedTo = null)
    {
        using var answer = await client.PostAsync(new Uri("imports", UriKind.Relative), Form(content, "message-board", addressedTo));
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        return await Ended(client, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.Id());
    }

    private static async Task<JsonNode> Ended(HttpClient client, Guid import)
    {
        JsonNode? shown = null;
        await Until(async () =>
        {
            shown = await client.GetAsync(new Uri($"imports/{import}?size=500", UriKind.Relative)).Done();
            return shown.Text("state") is "done" or "failed";
        });
        return shown!;
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var clock = Stopwatch.StartNew(); !await holds(); await Task.Delay(20))
        {
            Assert.True(clock.Elapsed < Limit, "waited too long");
        }
    }

    private static MultipartFormDataContent Form(string content, string preset = "message-board", string? addressedTo = null) =>
        Form(Encoding.UTF8.GetBytes(content), preset, addressedTo);

    private static MultipartFormDataContent Form(byte[] content, string preset, string? addressedTo)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "留言 一月.csv" }, { new StringContent(preset), "preset" } };
        if (addressedTo is not null)
        {
            form.Add(new StringContent(addressedTo), "addressedTo");
        }

        return form;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LiaisonStation.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}

/// <summary>The service's own program, to be killed.</summary>
internal sealed class OtherProcess : IDisposable
{
    private readonly Process _process;

    private OtherProcess(Process process) => _process = process;

    public static async Task<OtherProcess> StartAsync(string database)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])
        [
            Path.Combine(AppContext.BaseDirectory, "LiaisonStation.Intake.dll"), $"--ConnectionStrings:intake={database}",
            "--ConnectionStrings:messaging=amqp://nobody:none@127.0.0.1:9", "--urls=http://127.0.0.1:0", .. Service.VaultOf(database),
        ])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Now listening", StringComparison.Ordinal))
        {
        }

        _ = process.StandardOutput.ReadToEndAsync();
        Assert.False(process.HasExited, "the other process did not start");
        return new OtherProcess(process);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
