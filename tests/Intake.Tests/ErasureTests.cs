using System.Diagnostics;
using System.Net.Http.Json;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Intake.Registry;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class ErasureTests(Server server)
{
    private const string Here = "330225109";
    private const string Marker = "（已依申请删除） / Erased on request";
    private static readonly Guid Clerk = Guid.CreateVersion7();
    private static readonly Guid Officer = Guid.CreateVersion7();
    private static readonly object Application = new { ground = "ConsentWithdrawn", documentNumber = "申请〔2026〕7号" };
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task nothing_of_an_erased_person_can_be_read_and_everything_still_stands()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Officer, Here, Role.CongressOffice);
        var (id, submitter) = await Submitted(station);
        var stays = await Submitted(station);

        await office.PostAsJsonAsync($"people/{submitter}/erasure", Application).Done();

        var shown = await station.GetAsync(new Uri($"appeals/{id}", UriKind.Relative)).Done();
        Assert.Equal((Marker, Marker, "true", "Collected"), (shown.Text("title"), shown.Text("text"), shown.Text("erased"), shown.Text("stage")));
        var lines = (await station.GetAsync(new Uri("appeals", UriKind.Relative)).Done())["items"]!.AsArray();
        Assert.Equal([("路灯", "false"), (Marker, "true")], lines.Select(l => (l!.Text("title"), l!.Text("erased"))));
        Assert.Equal("404 contact-unknown", await station.GetAsync(new Uri($"appeals/{id}/contact", UriKind.Relative)).Refused());
        Assert.Equal("钱七", (await station.GetAsync(new Uri($"appeals/{stays.Id}/contact", UriKind.Relative)).Done()).Text("name"));
        var told = (await station.GetAsync(new Uri($"history/{id}", UriKind.Relative)).Done())["events"]![0]!["data"]!;
        Assert.Equal((Marker, "true"), (told["text"]!.Text("text"), told["title"]!.Text("erased")));

        Assert.Equal(["1"], await service.Look("select count(*) from contacts"));
        Assert.Equal(["0"], await service.Look("select count(*) from doomed_keys"));
        Assert.Equal(["1"], await service.LookIntoVault($"select count(*) from keys where owner_id = '{submitter}' and wrapped is null"));
        Assert.Equal(
            [$"{Officer}|{{\"ground\": \"ConsentWithdrawn\", \"personId\": \"{submitter}\", \"documentNumber\": \"申请〔2026〕7号\"}}"],
            await service.Look("select headers->>'actor', data from mt_events where type = 'person_erased'"));

        // The matter itself goes on.
        await station.PostAsJsonAsync($"appeals/{id}/acceptance", new { }).Done();
    }

    [Fact]
    public async Task erasing_twice_changes_nothing()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Officer, Here, Role.CongressOffice);
        var (_, submitter) = await Submitted(station);
        await office.PostAsJsonAsync($"people/{submitter}/erasure", Application).Done();
        await office.PostAsJsonAsync($"people/{submitter}/erasure", Application).Done();
        Assert.Equal(["1"], await service.Look("select count(*) from mt_events where type = 'person_erased'"));
    }

    [Fact]
    public async Task only_the_congress_office_erases_and_only_whom_its_township_knows_and_by_a_document()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Officer, Here, Role.CongressOffice);
        using var next = service.As(Officer, "330225110", Role.CongressOffice);
        var (_, submitter) = await Submitted(station);
        Assert.Equal("403 role-not-allowed", await station.PostAsJsonAsync($"people/{submitter}/erasure", Application).Refused());
        Assert.Equal("404 not-found", await next.PostAsJsonAsync($"people/{submitter}/erasure", Application).Refused());
        Assert.Equal("404 not-found", await office.PostAsJsonAsync($"people/{Guid.CreateVersion7()}/erasure", Application).Refused());
        Assert.Equal(["documentNumber: required"], (await office.PostAsJsonAsync(
            $"people/{submitter}/erasure", new { ground = "Unlawful", documentNumber = " " }).Body()).Wrong());
        Assert.Equal(["0"], await service.Look("select count(*) from mt_events where type = 'person_erased'"));
    }

    [Fact]
    public async Task a_resident_of_the_registry_is_erased_with_name_and_sign_in_and_an_office_holder_is_not()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        var (resident, deputy) = (Of("resident"), Of("deputy-1"));
        using var office = service.As(Officer, Here, Role.CongressOffice);
        using var theirs = service.As(resident.Id, Here, Role.Resident);
        using var system = service.As(Officer, "330225000", Role.System);
        await theirs.PostAsJsonAsync("appeals", new { channel = "StationCode", title = "路灯", text = "没有灯" }).Done();

        await office.PostAsJsonAsync($"people/{resident.Id}/erasure", Application).Done();
        Assert.Empty(await service.Look($"select 1 from person_names where person_id = '{resident.Id}'"));
        Assert.Equal("404 not-found", await system.GetAsync(new Uri($"registry/sign-in/{resident.Login}", UriKind.Relative)).Refused());
        Assert.Equal("422 person-erased", await theirs.PostAsJsonAsync("appeals", new { channel = "StationCode", title = "又", text = "又" }).Refused());
        Assert.Equal("422 office-holder", await office.PostAsJsonAsync($"people/{deputy.Id}/erasure", Application).Refused());

        static DemoPerson Of(string word) => County.Read().People.Single(p => p.Login == $"{Here}-{word}");
    }

    [Fact]
    public void who_once_held_an_office_is_not_erased()
    {
        var person = new IPersonEvent[]
        {
            new PersonRegistered(Clerk, [Role.Deputy], [], null, "1"), new PersonReassigned(Clerk, [Role.Resident], [], null, "2"),
            new PersonDeactivated(Clerk, [Role.Resident], null, "3"),
        }.Aggregate((Person?)null, Person.Evolve);
        Assert.Equal("office-holder", ErasingPerson.Decide(person, Clerk, new ErasePerson(ErasureGround.RetentionEnded, "4"), true).Refusal!.Code);
    }

    [Fact]
    public async Task an_import_brings_nothing_of_an_erased_person_back()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Officer, Here, Role.CongressOffice);
        var known = ImportFileTests.Header + "1,甲,路灯,2019/4/24 6:03:40,没有灯,已修复,2019/4/25 6:03:40\n2,乙,水管,2019/4/24 6:03:40,漏水,,\n";
        Assert.Equal("2", (await ImportTests.Import(station, known)).Text("accepted"));
        var submitter = Assert.Single(await service.Look("select submitter from appeals where source_id = '1'"));
        await office.PostAsJsonAsync($"people/{submitter}/erasure", Application).Done();

        var again = await ImportTests.Import(station, known + "3,甲,桥,2019/4/24 6:03:40,桥坏了,,\n");
        Assert.Equal(
            ["rejected person-erased", "duplicate ", "rejected person-erased"],
            again["rows"]!["items"]!.AsArray().Select(r => $"{r!.Text("outcome")} {r!["reason"]?.Text("code")}"));
        Assert.Equal(["2"], await service.Look("select count(*) from appeals"));
    }

    [Fact]
    public async Task while_the_vault_is_away_words_wait_and_an_erasure_is_finished_when_it_is_back()
    {
        await using var apart = await PostgresServer.StartTemporaryAsync();
        await using var service = await Service.StartAsync(
            server.NewDatabase(), $"--ConnectionStrings:vault={apart.ConnectionStringFor("vault")};Timeout=2");
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Officer, Here, Role.CongressOffice);
        var (id, submitter) = await Submitted(station);
        await apart.StopImmediateAsync();

        Assert.Equal("503 vault-unreachable", await station.GetAsync(new Uri($"appeals/{id}", UriKind.Relative)).Refused());
        Assert.Equal("503 vault-unreachable", await station.PostAsJsonAsync("appeals", Body).Refused());
        Assert.Equal(["1"], await service.Look("select count(*) from mt_streams"));
        Assert.Contains("vault", (await station.GetAsync(new Uri("health", UriKind.Relative)).Body())["checks"]!["vault"]!.ToJsonString(), StringComparison.Ordinal);
        await station.PostAsJsonAsync($"appeals/{id}/acceptance", new { }).Done();
        using var accepted = await office.PostAsJsonAsync($"people/{submitter}/erasure", Application);
        Assert.Equal(202, (int)accepted.StatusCode);
        Assert.Equal(["1"], await service.Look("select count(*) from doomed_keys"));

        await apart.StartAsync();
        for (var clock = Stopwatch.StartNew(); (await service.Look("select 1 from doomed_keys")).Count > 0; await Task.Delay(50))
        {
            Assert.True(clock.Elapsed < Limit, "the key was not destroyed");
        }

        Assert.Equal(Marker, (await station.GetAsync(new Uri($"appeals/{id}", UriKind.Relative)).Done()).Text("title"));
        await Submitted(station);
    }

    private static readonly object Body = new
    {
        channel = "ReceptionDay",
        title = "路灯",
        text = "村口没有路灯。",
        contact = new { name = "钱七", phone = "138 0000 0000" },
    };

    private static async Task<(Guid Id, Guid Submitter)> Submitted(HttpClient station)
    {
        var id = (await station.PostAsJsonAsync("appeals", Body).Done()).Id();
        return (id, Guid.Parse((await station.GetAsync(new Uri($"appeals/{id}", UriKind.Relative)).Done()).Text("submitter")));
    }
}
