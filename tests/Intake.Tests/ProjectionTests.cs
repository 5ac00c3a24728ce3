using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using LiaisonStation.Contracts;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class ProjectionTests(Server server)
{
    private static readonly Uri List = new("projections", UriKind.Relative);
    private static readonly Uri Rebuild = new("projections/nothing/rebuild", UriKind.Relative);

    [Fact]
    public async Task only_auditors_and_services_see_projections_and_ask_for_a_rebuild()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        foreach (var role in new[] { Role.Auditor, Role.System })
        {
            using var allowed = service.As(Guid.NewGuid(), "330225000", role);
            var listed = (await allowed.GetAsync(List).Done()).AsArray();
            Assert.Equal(
                [
                    "answers_owed", "appeals", "codes", "contact_points", "due", "groups", "hand_overs", "people", "publications", "receptions", "units",
                    "worklist",
                ],
                listed.Select(p => p!.Text("name")));
            Assert.Equal("404 not-found", await allowed.PostAsync(Rebuild, null).Refused());
        }

        using var others = service.As(Guid.NewGuid(), "330225000", [.. Enum.GetValues<Role>().Except([Role.Auditor, Role.System])]);
        Assert.Equal("403 role-not-allowed", await others.GetAsync(List).Refused());
        Assert.Equal("403 role-not-allowed", await others.PostAsync(Rebuild, null).Refused());
        others.DefaultRequestHeaders.Authorization = null;
        Assert.Equal("401 sign-in-required", await others.PostAsync(Rebuild, null).Refused());
    }

    [Fact]
    public async Task what_is_served_is_what_a_rebuild_makes_of_the_log_byte_for_byte_over_http_and_on_the_command_line()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        using var station = service.As(Guid.CreateVersion7(), "330225109", Role.Station);
        foreach (var (title, acts) in new[] { ("路灯", 0), ("水压", 1), ("路面", 2) })
        {
            var appeal = await station.PostAsJsonAsync("appeals", new
            {
                channel = "ReceptionDay",
                title,
                text = "请尽快处理。",
                contact = new { name = "钱七", phone = "138 0000 0000" },
            }).Done();
            foreach (var (act, body) in new (string, object)[] { ("acceptance", new { }), ("review", new { urgency = "Urgent" }) }.Take(acts))
            {
                await station.PostAsJsonAsync($"appeals/{appeal.Id()}/{act}", body).Done();
            }
        }

        var deputy = County.Read().People.Single(p => p.Login == "330225109-deputy-1").Id;
        await station.PostAsJsonAsync("appeals", new { channel = "DeputyCode", title = "桥", text = "桥栏松动。", addressedTo = deputy }).Done();
        var published = (await station.PostAsJsonAsync("appeals", new { channel = "Phone", title = "巷", text = "巷内积水。" }).Done()).Id();
        await station.PostAsJsonAsync($"appeals/{published}/acceptance", new { }).Done();
        await station.PostAsJsonAsync($"appeals/{published}/publication", new { title = "积水", text = "巷内积水" }).Done();

        using var auditor = service.As(Guid.NewGuid(), "330225000", Role.Auditor);
        foreach (var (table, byHttp) in new[]
        {
            ("appeals", true), ("worklist", true), ("due", true), ("publications", false), ("people", false), ("units", false),
            ("groups", false),
        })
        {
            var served = await Rows(table);
            await service.Look($"delete from {table} where random() < 0.5");
            if (byHttp)
            {
                var accepted = await auditor.PostAsync(new Uri($"projections/{table}/rebuild", UriKind.Relative), null);
                Assert.Equal(202, (int)accepted.StatusCode);
                await FinishedAsync(auditor, table);
            }
            else
            {
                var (code, said) = await CommandAsync(database, "rebuild", table);
                Assert.Equal(0, code);
                Assert.Contains("已重建并启用 rebuilt and served", said, StringComparison.Ordinal);
            }

            Assert.NotEmpty(served);
            Assert.Equal(served, await Rows(table));
        }

        Assert.Equal(5, (await station.GetAsync(new Uri("worklist", UriKind.Relative)).Done())["items"]!.AsArray().Count);
        Assert.Equal(12, (await CommandAsync(database)).Said.Trim().Split('\n').Length);
        var (unknown, names) = await CommandAsync(database, "rebuild", "nothing");
        Assert.Equal(2, unknown);
        Assert.Contains("answers_owed, appeals, codes, contact_points, due, groups, hand_overs, people, publications, receptions, units, worklist", names, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandAsync(database, "remake")).Code);

        Task<List<string>> Rows(string table) => service.Look($"select t::text from public.{table} t order by 1");
    }

    private static async Task FinishedAsync(HttpClient auditor, string table)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            var listed = (await auditor.GetAsync(List).Done()).AsArray();
            var stage = listed.Single(p => p!.Text("name") == table)!["rebuild"]!.Text("stage");
            if (stage == "Finished")
            {
                return;
            }

            Assert.True(stage != "Stopped" && clock.Elapsed < TimeSpan.FromSeconds(30), $"{table}: {stage}");
        }
    }

    private static async Task<(int Code, string Said)> CommandAsync(string database, params string[] words)
    {
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var module = Intake.Module with { Store = Intake.Module.Store with { Migrations = [.. Worklist.Migrations, .. Intake.Module.Store.Migrations] } };
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:intake"] = database }).Build();
        return (await ProjectionsCommand.RunAsync(module, configuration, words, said, CancellationToken.None), said.ToString());
    }
}
