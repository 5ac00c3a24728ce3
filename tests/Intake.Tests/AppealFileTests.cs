using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Tests;

/// <summary>Photos and files that are given with an appeal: who gives them, who gets them, and how they go.</summary>
[Collection(nameof(Server))]
public sealed class AppealFileTests(Server server)
{
    private const string Here = "330225109";
    private const string Next = "330225110";
    private const string CountyOffice = "330225000";
    private static readonly Guid Clerk = Guid.CreateVersion7();
    private static readonly Guid Resident = Guid.CreateVersion7();
    private static readonly Guid Neighbour = Guid.CreateVersion7();
    private static readonly Guid Stranger = Guid.CreateVersion7();
    private static readonly Guid Section = County.Read().Units.First(u => u.Township == Here && u.Kind == UnitKind.Section).Id;
    private static readonly Guid OtherSection = Guid.CreateVersion7();
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly object Application = new { ground = "ConsentWithdrawn", documentNumber = "申请〔2026〕7号" };
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly Attachment Lamp = new(new string('a', 64), "image/jpeg", 100);
    private static readonly Attachment Road = new(new string('b', 64), "image/jpeg", 200);

    private static readonly AppealReceived Received = new(
        Guid.CreateVersion7(), "330225109-20261120-0002", Channel.StationCode, Resident, null, null, null, Said("路灯"), Said("没有灯"), false, null,
        null, null, null, null);

    private static readonly IAppealEvent[] Accepted = [Received, new FilesAttached(Resident, [Lamp]), new AppealAccepted(Clerk, Role.Station)];

    private static readonly IAppealEvent[] Routed =
    [
        .. Accepted, new AppealReviewed(null, Urgency.Ordinary), new AppealJoined(Neighbour, null),
        new SmallMatterRouted(1, Section, null, new(Today, null, Today, Today, "built-in"), null, null),
    ];

    [Fact]
    public void what_is_handed_in_with_an_appeal_belongs_to_whoever_handed_it_in()
    {
        Says(SubmittingAppeal.Decide(null, Received, true, [Lamp, Road]), Received, new FilesAttached(Resident, [Lamp, Road]));
        Says(SubmittingAppeal.Decide(null, Received, true, []), Received);
        Says(SubmittingAppeal.Decide(Fold(Accepted), Received, true, [Lamp]));
    }

    [Fact]
    public void the_same_words_with_another_photo_are_another_supplement()
    {
        Says(Supplement(Accepted, Resident, [Road]), new AppealSupplemented(Said("村东")), new FilesAttached(Resident, [Road]));
        IAppealEvent[] supplemented = [.. Accepted, new AppealSupplemented(Said("村东")), new FilesAttached(Resident, [Road])];
        Says(Supplement(supplemented, Resident, [Road]));
        Says(Supplement(supplemented, Resident, null));
        var third = Lamp with { Sha256 = new string('c', 64) };
        Says(Supplement(supplemented, Resident, [third]), new AppealSupplemented(Said("村东")), new FilesAttached(Resident, [third]));
        Assert.Equal("not-a-submitter", Supplement(Accepted, Neighbour, [Road]).Refusal!.Code);

        static Decision<IAppealEvent> Supplement(IAppealEvent[] told, Guid person, IReadOnlyList<Attachment>? files) =>
            SupplementingAppeal.Decide(Fold(told), "村东", Said("村东") with { Person = person }, text => text.Sealed, files);
    }

    [Fact]
    public void a_units_answer_has_files_of_nobody_and_with_others_it_is_no_repeat()
    {
        var answer = new AnswerAsUnit(ResultClass.Solved, "已装灯", null, [Road]);
        var answered = AnsweringAsUnit.Decide(Fold(Routed), answer, Section, Today);
        Says(answered, new UnitAnswered(Section, null, ResultClass.Solved, "已装灯", Today), new FilesAttached(null, [Road]));
        IAppealEvent[] after = [.. Routed, .. answered.Events];
        Says(AnsweringAsUnit.Decide(Fold(after), answer, Section, Today));

        // The resident's own photo is no evidence of the unit's.
        Assert.Equal("not-in-ordinary-handling", AnsweringAsUnit.Decide(Fold(after), answer with { Files = [Lamp] }, Section, Today).Refusal!.Code);
        Assert.Equal("routed-to-another-unit", AnsweringAsUnit.Decide(Fold(Routed), answer, OtherSection, Today).Refusal!.Code);
    }

    [Fact]
    public void a_part_has_what_was_given_with_the_whole()
    {
        var part = new AppealSplit(Uuid.Derive(Received.AppealId, "part-1"), "330225109-20261120-0003", Said("灯"), Said("没有灯"));
        var whole = Fold([.. Accepted, part]);
        var founded = Fold([.. WhenAppealContinues.Decide(null, whole, whole.Parts[0]).Events]);
        Assert.Equal([Lamp], Assert.Single(founded.Files).Files);
    }

    /// <summary>Per caller: whether they get the resident's photo, the neighbour's and the unit's.</summary>
    [Theory]
    [InlineData("the resident", true, false, true)]
    [InlineData("the neighbour who joined", false, true, false)]
    [InlineData("a stranger", false, false, false)]
    [InlineData("the unit", true, true, true)]
    [InlineData("another unit", false, false, false)]
    [InlineData("the discipline body", false, false, false)]
    [InlineData("an integrator", false, false, false)]
    [InlineData("the station", true, true, true)]
    [InlineData("a deputy", true, true, true)]
    [InlineData("an auditor", true, true, true)]
    public void each_gets_what_is_theirs_to_see(string who, bool residents, bool neighbours, bool units)
    {
        var caller = who switch
        {
            "the resident" => As(Resident, Role.Resident),
            "the neighbour who joined" => As(Neighbour, Role.Resident),
            "the unit" => As(Clerk, Role.HandlingUnit) with { Unit = Section },
            "another unit" => As(Clerk, Role.HandlingUnit) with { Unit = OtherSection },
            "the discipline body" => As(Clerk, Role.DisciplineBody),
            "an integrator" => As(Clerk, Role.Integrator),
            "the station" => As(Clerk, Role.Station),
            "a deputy" => As(Clerk, Role.Deputy),
            "an auditor" => As(Clerk, Role.Auditor),
            _ => As(Stranger, Role.Resident),
        };
        IAppealEvent[] told = [.. Routed, new FilesAttached(Neighbour, [Road]), new FilesAttached(null, [Lamp])];
        var seen = Fold(told).FilesFor(caller).Select(f => f.Submitter).ToArray();
        Assert.Equal((residents, neighbours, units), (seen.Contains(Resident), seen.Contains(Neighbour), seen.Contains(null)));

        static Caller As(Guid person, Role role) => new(person, Here, role, [role], null, []);
    }

    [Fact]
    public async Task what_a_resident_hands_in_reaches_whoever_works_on_it_byte_for_byte_and_nobody_else()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        using var resident = service.As(Resident, Here, Role.Resident);
        using var neighbour = service.As(Neighbour, Here, Role.Resident);
        using var stranger = service.As(Stranger, Here, Role.Resident);
        using var station = service.As(Clerk, Here, Role.Station);
        using var deputy = service.As(Clerk, Here, Role.Deputy);
        using var unit = service.AsOf(Section, Guid.CreateVersion7(), Here, Role.HandlingUnit);
        using var other = service.AsOf(OtherSection, Guid.CreateVersion7(), Here, Role.HandlingUnit);
        using var elsewhere = service.As(Clerk, Next, Role.Station, Role.Auditor);
        using var county = service.As(Clerk, CountyOffice, Role.Auditor);
        var (lamp, road, repaired) = (Photo("灯"), Photo("路"), Photo("已修"));
        var (given, added, done) = (await Upload(resident, lamp), await Upload(neighbour, road), await Upload(unit, repaired));
        await Upload(stranger, Photo("别的事"));

        Assert.Equal("422 attachment-unknown", await Submit(resident, new JsonObject
        {
            ["sha256"] = Hash(Photo("未上传")),
            ["mediaType"] = "image/jpeg",
            ["size"] = 1,
        }).Refused());
        var id = (await Submit(resident, given).Done()).Id();
        var another = (await Submit(stranger, await Upload(stranger, Photo("别的事"))).Done()).Id();
        await Post(neighbour, $"appeals/{id}/joiners", new { });
        await Post(neighbour, $"appeals/{id}/supplements", new { text = "路也不好", files = new[] { added } });
        await Post(station, $"appeals/{id}/acceptance", new { });
        await Post(station, $"appeals/{id}/review", new { urgency = "Ordinary" });
        Assert.Equal("404 not-found", await Get(unit, id, lamp).Refused());
        await Post(station, $"appeals/{id}/routing", new { unit = Section });
        await Post(unit, $"appeals/{id}/unit-answer", new { result = "Solved", text = "已修好", files = new[] { done } });

        foreach (var (who, sees) in new (HttpClient, byte[][])[]
        {
            (resident, [lamp, repaired]), (neighbour, [road]), (stranger, []), (unit, [lamp, road, repaired]), (other, []),
            (station, [lamp, road, repaired]), (deputy, [lamp, road, repaired]), (elsewhere, []), (county, [lamp, road, repaired]),
        })
        {
            foreach (var file in (byte[][])[lamp, road, repaired])
            {
                var answer = Get(who, id, file);
                if (sees.Contains(file))
                {
                    Assert.Equal(file, await (await answer).Content.ReadAsByteArrayAsync());
                    Assert.Equal("attachment", (await answer).Content.Headers.ContentDisposition!.DispositionType);
                }
                else
                {
                    Assert.Equal("404 not-found", await answer.Refused());
                }
            }

            // Who does not see a file is not told its hash either, and with it could name it elsewhere.
            var history = await (await who.GetAsync(Of($"history/{id}"))).Content.ReadAsStringAsync();
            Assert.DoesNotContain(
                new[] { lamp, road, repaired }.Except(sees), file => history.Contains(Hash(file), StringComparison.Ordinal));
        }

        // A file is an appeal's own.
        Assert.Equal("404 not-found", await Get(station, another, lamp).Refused());
        Assert.Equal([Hash(lamp), Hash(repaired)], await Listed(resident, id));
        Assert.Equal([Hash(lamp), Hash(road), Hash(repaired)], await Listed(unit, id));
        var told = await neighbour.GetAsync(Of($"appeals/{id}/progress")).Done();
        Assert.Single(told["steps"]!.AsArray(), s => s!["words"]!.Text("zh") == "已收到您提交的照片和文件");
    }

    [Fact]
    public async Task with_a_person_goes_what_they_handed_in_and_what_the_unit_answered_with_stays()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        using var resident = service.As(Resident, Here, Role.Resident);
        using var neighbour = service.As(Neighbour, Here, Role.Resident);
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Clerk, Here, Role.CongressOffice);
        using var unit = service.AsOf(Section, Guid.CreateVersion7(), Here, Role.HandlingUnit);
        var (lamp, road, repaired) = (Photo("灯"), Photo("路"), Photo("已修"));
        var id = (await Submit(resident, await Upload(resident, lamp)).Done()).Id();
        await Post(neighbour, $"appeals/{id}/joiners", new { });
        await Post(neighbour, $"appeals/{id}/supplements", new { text = "路也不好", files = new[] { await Upload(neighbour, road) } });
        await Post(station, $"appeals/{id}/acceptance", new { });
        await Post(station, $"appeals/{id}/review", new { urgency = "Ordinary" });
        await Post(station, $"appeals/{id}/routing", new { unit = Section });
        var done = await Upload(unit, repaired);
        await Post(unit, $"appeals/{id}/unit-answer", new { result = "Solved", text = "已修好", files = new[] { done } });

        // Whoever gives the unit's own photo again does not take it along.
        await Upload(resident, repaired);
        await Post(resident, $"appeals/{id}/supplements", new { text = "谢谢", files = new[] { done } });
        await Post(office, $"people/{Resident}/erasure", Application);

        Assert.Equal("410 file-erased", await Get(station, id, lamp).Refused());
        Assert.Equal("410 file-erased", await station.GetAsync(Of($"appeals/{id}/files/{Hash(lamp)}")).Refused());
        Assert.Equal("410 file-erased", await resident.GetAsync(Of($"files/{Hash(lamp)}")).Refused());
        Assert.Equal(road, await (await Get(station, id, road)).Content.ReadAsByteArrayAsync());
        Assert.Equal(repaired, await (await Get(station, id, repaired)).Content.ReadAsByteArrayAsync());
        Assert.Equal(
            new[] { Hash(road), Hash(repaired) }.Order(),
            Directory.EnumerateFiles(Service.FilesOf(database), "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
        Assert.Equal(["0"], await service.Look("select count(*) from doomed_keys"));
        Assert.Equal("422 person-erased", await Submit(resident, await Upload(resident, Photo("又"))).Refused());
    }

    [Fact]
    public async Task while_the_vault_is_away_an_erasure_waits_with_all_its_files()
    {
        await using var apart = await PostgresServer.StartTemporaryAsync();
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(
            database, $"--ConnectionStrings:vault={apart.ConnectionStringFor("vault")};Timeout=2");
        using var resident = service.As(Resident, Here, Role.Resident);
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Clerk, Here, Role.CongressOffice);
        var lamp = Photo("灯");
        var id = (await Submit(resident, await Upload(resident, lamp)).Done()).Id();
        await apart.StopImmediateAsync();
        using var accepted = await office.PostAsJsonAsync($"people/{Resident}/erasure", Application);
        Assert.Equal(202, (int)accepted.StatusCode);
        Assert.Equal(["2"], await service.Look("select count(*) from doomed_keys"));

        await apart.StartAsync();
        for (var clock = Stopwatch.StartNew(); (await service.Look("select 1 from doomed_keys")).Count > 0; await Task.Delay(50))
        {
            Assert.True(clock.Elapsed < Limit, "the keys were not destroyed");
        }

        Assert.Equal("410 file-erased", await Get(station, id, lamp).Refused());
        Assert.Empty(Directory.EnumerateFiles(Service.FilesOf(database), "*", SearchOption.AllDirectories));
    }

    private static Task<HttpResponseMessage> Submit(HttpClient by, JsonNode file) => by.PostAsJsonAsync(
        "appeals", new { channel = "StationCode", title = "路灯", text = "没有灯", files = new[] { file } });

    private static async Task Post(HttpClient caller, string path, object body) => await caller.PostAsJsonAsync(path, body).Done();

    private static async Task<JsonNode> Upload(HttpClient by, byte[] content)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "照片.jpg" } };
        return await by.PostAsync(Of("files"), form).Done();
    }

    private static Task<HttpResponseMessage> Get(HttpClient by, Guid appeal, byte[] content) =>
        by.GetAsync(Of($"appeals/{appeal}/files/{Hash(content)}"));

    private static async Task<IEnumerable<string>> Listed(HttpClient by, Guid appeal) =>
        (await by.GetAsync(Of($"appeals/{appeal}")).Done())["files"]!.AsArray().Select(f => f!.Text("sha256"));

    private static byte[] Photo(string of) => [0xFF, 0xD8, 0xFF, 0xE0, .. Encoding.UTF8.GetBytes($"{of}{new string('x', 500)}")];

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static Uri Of(string path) => new(path, UriKind.Relative);

    private static PersonalText Said(string words) => new(Resident, words);

    private static Appeal Fold(IEnumerable<IAppealEvent> told) => told.Aggregate((Appeal?)null, Appeal.Evolve)!;

    private static void Says(Decision<IAppealEvent> decision, params IAppealEvent[] events)
    {
        Assert.Null(decision.Refusal);
        Assert.Equivalent(events.Cast<object>(), decision.Events.Cast<object>(), strict: true);
    }
}
