using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Townships;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.Intake.Tests;

/// <summary>The chain on a real PostgreSQL: what is stored, who sees what, and what a crash leaves behind.</summary>
[Collection(nameof(Server))]
public sealed class AppealServiceTests(Server server)
{
    private const string Here = "330225109";
    private static readonly Guid Clerk = Guid.CreateVersion7();
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly Guid Section = County.Read().Units.First(u => u.Township == Here && u.Kind == UnitKind.Section).Id;

    [Fact]
    public async Task a_small_matter_goes_from_a_scan_to_a_rated_answer_and_every_step_is_told()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var resident = service.As(one, Here, Role.Resident);
        using var neighbour = service.As(two, Here, Role.Resident);
        using var stranger = service.As(Guid.CreateVersion7(), Here, Role.Resident);
        using var station = service.As(Clerk, Here, Role.Station);
        using var unit = service.AsOf(Section, Guid.CreateVersion7(), Here, Role.HandlingUnit);
        using var other = service.AsOf(Guid.CreateVersion7(), Guid.CreateVersion7(), Here, Role.HandlingUnit);
        var id = (await resident.PostAsJsonAsync("appeals", new { channel = "StationCode", title = "路灯", text = "没有灯" }).Done()).Id();
        await Post(neighbour, $"appeals/{id}/joiners", new { words = "我家也是" });
        await Post(station, $"appeals/{id}/acceptance", new { });
        await Post(station, $"appeals/{id}/return", new { reason = "哪条路？" });
        Assert.Equal("403 not-a-submitter", await stranger.PostAsJsonAsync($"appeals/{id}/supplements", new { text = "村东" }).Refused());
        await Post(resident, $"appeals/{id}/supplements", new { text = "村东" });
        await Post(station, $"appeals/{id}/review", new { urgency = "Ordinary", category = new { first = "城乡建设" } });
        await Post(station, $"appeals/{id}/routing", new { unit = Section });

        // The unit sees the matter, and not who handed it in.
        Assert.Equal(("没有灯", ""), await Seen(unit, id));
        Assert.Equal("404 not-found", await other.GetAsync(Of($"appeals/{id}")).Refused());
        Assert.Equal("403 identity-not-disclosed", await unit.GetAsync(Of($"appeals/{id}/contact")).Refused());
        Assert.Equal("answer-as-unit", (await unit.GetAsync(Of("worklist")).Done())["items"]!.AsArray().Single()!.Text("act"));
        Assert.Empty((await other.GetAsync(Of("worklist")).Done())["items"]!.AsArray());
        Assert.Single((await unit.GetAsync(Of("appeals")).Done())["items"]!.AsArray());
        Assert.Empty((await other.GetAsync(Of("appeals")).Done())["items"]!.AsArray());
        Assert.Equal("403 routed-to-another-unit", await other.PostAsJsonAsync($"appeals/{id}/unit-answer", new { result = "Solved", text = "已装灯" }).Refused());

        await Post(unit, $"appeals/{id}/unit-answer", new { result = "Solved", text = "已装灯" });
        await Post(station, $"appeals/{id}/answers", new { text = "路灯已装好，感谢反映" });
        await Post(resident, $"appeals/{id}/ratings", new { rating = "Satisfied" });
        await Post(neighbour, $"appeals/{id}/ratings", new { rating = "BasicallySatisfied", comment = "再亮点" });

        var told = await resident.GetAsync(Of($"appeals/{id}/progress")).Done();
        Assert.Equal(
            ["已收到您反映的事项", "联络站已受理", "退回补充，请按说明补充材料 哪条路？", "已收到您的补充 村东", "联络站已审核", "已转交有关单位办理",
             "承办单位已有结果，联络站将向您答复", "联络站答复 路灯已装好，感谢反映", "已收到您的评价"],
            told["steps"]!.AsArray().Select(s => $"{s!["words"]!.Text("zh")} {s["detail"]}".TrimEnd()));
        Assert.StartsWith("Deputies hear your opinion", told["notice"]!.Text("en"), StringComparison.Ordinal);
        Assert.Contains(
            "您已附议 我家也是",
            (await neighbour.GetAsync(Of($"appeals/{id}/progress")).Done())["steps"]!.AsArray().Select(s => $"{s!["words"]!.Text("zh")} {s["detail"]}"));
        Assert.Equal("403 not-a-submitter", await stranger.GetAsync(Of($"appeals/{id}/progress")).Refused());
        Assert.Equal("404 not-found", await neighbour.GetAsync(Of($"appeals/{id}")).Refused());
        Assert.Equal("403 not-a-submitter", await unit.GetAsync(Of($"appeals/{id}/progress")).Refused());
        foreach (var (caller, sees) in new[] { (station, true), (unit, false), (resident, false) })
        {
            Assert.Equal(sees, (await caller.GetStringAsync(Of($"history/{id}"))).Contains("再亮点", StringComparison.Ordinal));
        }

        Assert.Empty(await service.Look("select 1 from mt_events where data::text like '%我家也是%' or data::text like '%感谢反映%' or data::text like '%再亮点%'"));
    }

    [Fact]
    public async Task an_appeal_is_handed_in_at_a_place_the_township_knows()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var neighbour = service.As(Clerk, "330225110", Role.Station);
        var point = (await station.PostAsJsonAsync("contact-points", new { kind = "Shop", name = "小铺", from = "2026-03-02", documentNumber = "1号" }).Done()).Id();
        await Post(station, $"contact-points/{point}/closing", new { on = "2026-06-01", documentNumber = "2号" });
        await SubmitAt(station, point, null).Done();
        Assert.Equal("422 unknown-contact-point", await SubmitAt(neighbour, point, null).Refused());
        Assert.Equal("422 unknown-contact-point", await SubmitAt(station, Guid.CreateVersion7(), null).Refused());
        Assert.Equal("422 unknown-reception", await SubmitAt(station, point, Guid.CreateVersion7()).Refused());
        Assert.Equal(["1"], await service.Look("select count(*) from appeals"));

        static Task<HttpResponseMessage> SubmitAt(HttpClient caller, Guid? contactPoint, Guid? reception) => caller.PostAsJsonAsync(
            "appeals", new { channel = "ReceptionDay", title = "路灯", text = "没有灯", contactPoint, reception });
    }

    [Fact]
    public async Task the_unit_learns_who_it_was_by_consent_or_by_a_stated_need()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        using var station = service.As(Clerk, Here, Role.Station);
        using var unit = service.AsOf(Section, Guid.CreateVersion7(), Here, Role.HandlingUnit);
        using var other = service.AsOf(Guid.CreateVersion7(), Guid.CreateVersion7(), Here, Role.HandlingUnit);
        foreach (var (consent, need) in new[] { (true, (string?)null), (false, "需入户查看") })
        {
            var id = await Routed(station, consent, need);
            Assert.NotEqual("", (await Seen(unit, id)).Submitter);
            Assert.Equal("钱七", (await unit.GetAsync(Of($"appeals/{id}/contact")).Done()).Text("name"));
            Assert.Equal("403 identity-not-disclosed", await other.GetAsync(Of($"appeals/{id}/contact")).Refused());
        }
    }

    [Fact]
    public async Task anybody_reads_what_the_station_approved_and_nothing_else()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var anybody = service.As(Guid.Empty, Here);
        anybody.DefaultRequestHeaders.Authorization = null;
        var id = await Submitted(station, "小巷积水");
        await Submitted(station, "不公开的");
        Assert.Equal("409 published-before-acceptance", await station.PostAsJsonAsync($"appeals/{id}/publication", new { title = "积水", text = "巷内积水" }).Refused());
        await Post(station, $"appeals/{id}/acceptance", new { });
        Assert.Empty((await anybody.GetAsync(Of("public/appeals")).Done())["items"]!.AsArray());
        await Post(station, $"appeals/{id}/publication", new { title = "积水", text = "巷内积水" });
        var shown = await anybody.GetAsync(Of($"public/appeals?township={Here}")).Done();
        var item = Assert.Single(shown["items"]!.AsArray())!;
        Assert.Equal(("积水", "巷内积水", "已受理"), (item.Text("title"), item.Text("text"), item["stage"]!.Text("zh")));
        Assert.Equal(["id", "publishedAt", "stage", "text", "title", "township"], item.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Equal("代表听取并反映您的意见，由有关单位依法办理，代表不直接处理问题。", shown["notice"]!.Text("zh"));
        Assert.Empty((await anybody.GetAsync(Of("public/appeals?township=330225110")).Done())["items"]!.AsArray());
        await Post(station, $"appeals/{id}/publication/withdrawal", new { reason = "有误" });
        Assert.Empty((await anybody.GetAsync(Of("public/appeals")).Done())["items"]!.AsArray());
    }

    [Fact]
    public async Task appeals_are_searched_counted_and_exported()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var first = await Submitted(station, "村口路灯");
        await Submitted(station, "=路灯坏了");
        await Submitted(station, "水管漏水");
        await Post(station, $"appeals/{first}/acceptance", new { });
        await Post(station, $"appeals/{first}/review", new { urgency = "Ordinary", category = new { first = "城乡建设" } });

        Assert.Equal((1, "1"), await Found("q=漏水"));
        Assert.Equal((2, "2"), await Found("q=路灯"));
        Assert.Equal((1, "2"), await Found("q=路灯&size=1"));
        Assert.Equal((1, "1"), await Found("q=-0002"));
        Assert.Equal((1, "1"), await Found("stage=Reviewed&channel=ReceptionDay&category=城乡建设"));
        Assert.Equal((0, "0"), await Found("category=教育"));
        Assert.Equal((0, "0"), await Found("to=2020-01-01"));
        Assert.Equal((1, "3"), await Found("from=2020-01-01&size=1"));

        using var wanted = new HttpRequestMessage(HttpMethod.Get, Of("appeals?q=路灯"));
        wanted.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        var csv = await (await station.SendAsync(wanted)).Content.ReadAsStringAsync();
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains("标题 / Title", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(",=路灯坏了", csv, StringComparison.Ordinal);

        async Task<(int, string)> Found(string query)
        {
            var page = await station.GetAsync(Of($"appeals?{query}")).Done();
            return (page["items"]!.AsArray().Count, page.Text("total"));
        }
    }

    [Fact]
    public async Task figures_count_what_was_answered_of_what_was_due()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        using var station = service.As(Clerk, Here, Role.Station);
        using var unit = service.AsOf(Section, Guid.CreateVersion7(), Here, Role.HandlingUnit);
        var (answered, open, back) = (await Routed(station), await Routed(station), await Routed(station));
        await Post(unit, $"appeals/{answered}/unit-answer", new { result = "Solved", text = "已装灯" });
        await Post(station, $"appeals/{answered}/answers", new { text = "已装灯" });
        await Post(station, $"appeals/{answered}/ratings", new { rating = "BasicallySatisfied" });
        await Post(unit, $"appeals/{back}/send-back", new { reason = "属交通局" });
        Assert.NotEqual(open, back);

        var figures = (await station.GetAsync(Of("figures?from=2026-01-01&to=2199-12-31")).Done()).AsArray()
            .ToDictionary(f => f!.Text("code"), f => (f!.Text("numerator"), f!.Text("denominator")));
        Assert.Equal(("3", ""), figures["appeals-received"]);
        Assert.Equal(("3", ""), figures["received-on-reception-days"]);
        Assert.Equal(("0", ""), figures["received-by-phone"]);
        Assert.Equal(("1", "3"), figures["reply-rate"]);
        Assert.Equal(("1", "3"), figures["answered-within-target"]);
        Assert.Equal(("1", "1"), figures["answers-satisfied"]);
        Assert.Equal(("0", "1"), figures["answers-fully-satisfied"]);
        Assert.Equal(("0", "3"), figures["appeals-taken-up"]);
        Assert.Equal(("1", "3"), figures["problems-solved"]);
        Assert.Equal(("2", "3"), figures["first-dispatch-right"]);
        Assert.Equal(("1", "3"), figures["dispatch-returned"]);
        Assert.Equal(("0", "3"), figures["dispatched-again"]);
    }

    [Fact]
    public async Task a_redo_owes_an_answer_of_its_own_and_what_goes_on_elsewhere_is_counted_there()
    {
        var clock = new MovedClock();
        await using var service = await Service.StartAsync(server.NewDatabase(), importing: false, clock);
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        using var station = service.As(Clerk, Here, Role.Station);
        using var unit = service.AsOf(Section, Guid.CreateVersion7(), Here, Role.HandlingUnit);
        var late = await Routed(station);
        clock.Ahead = TimeSpan.FromDays(10);
        await Post(unit, $"appeals/{late}/unit-answer", new { result = "Solved", text = "已装灯" });
        await Post(station, $"appeals/{late}/answers", new { text = "已装灯" });
        await Post(station, $"appeals/{late}/ratings", new { rating = "Unsatisfied" });
        await Post(station, $"appeals/{late}/redo", new { reason = "太暗" });

        var (into, merged, whole) = (await Submitted(station, "路灯"), await Submitted(station, "路灯"), await Submitted(station, "灯和路"));
        foreach (var id in new[] { into, merged, whole })
        {
            await Post(station, $"appeals/{id}/acceptance", new { });
        }

        await Post(station, $"appeals/{merged}/merger", new { into });
        await Post(station, $"appeals/{whole}/parts", new { parts = new[] { new { title = "灯", text = "没有灯" }, new { title = "路", text = "有坑" } } });

        var figures = await Figures("2026-01-01", "2199-12-31");
        Assert.Equal(("1", "2"), figures["reply-rate"]);
        Assert.Equal(("0", "2"), figures["answered-within-target"]);
        Assert.Equal(("1", "2"), figures["problems-solved"]);
        Assert.Equal(("0", "2"), figures["appeals-taken-up"]);
        Assert.Equal(("0", "2"), figures["appeals-concluded"]);
        Assert.Equal(("4", ""), figures["appeals-received"]);

        // Four in a year and none in the next are all of them fewer.
        var year = (DateTimeOffset.UtcNow + clock.Ahead).ToOffset(TimeSpan.FromHours(8)).Year;
        Assert.Equal(("-4", "4"), (await Figures($"{year + 1}-01-01", $"{year + 1}-12-31"))["volume-change"]);
        Assert.Equal(("4", "0"), (await Figures($"{year}-01-01", $"{year}-12-31"))["volume-change"]);

        await Post(unit, $"appeals/{late}/unit-answer", new { result = "Solved", text = "已换灯" });
        await Post(station, $"appeals/{late}/answers", new { text = "已换灯" });
        figures = await Figures("2026-01-01", "2199-12-31");
        Assert.Equal(("2", "2"), figures["reply-rate"]);
        Assert.Equal(("1", "2"), figures["answered-within-target"]);

        async Task<Dictionary<string, (string, string)>> Figures(string from, string to) =>
            (await station.GetAsync(Of($"figures?from={from}&to={to}")).Done()).AsArray()
                .ToDictionary(f => f!.Text("code"), f => (f!.Text("numerator"), f!.Text("denominator")));
    }

    [Fact]
    public async Task two_walkers_say_once_that_the_deputy_let_the_limit_pass()
    {
        var (database, clock) = (server.NewDatabase(), new MovedClock());
        await using var one = await Service.StartAsync(database, importing: true, clock);
        await using var two = await Service.StartAsync(database, importing: false, clock);
        await LoadCounty.Load(one.Store, County.Read(), CancellationToken.None);
        var deputy = County.Read().People.Single(p => p.Login == $"{Here}-deputy-1").Id;
        using var resident = one.As(Guid.CreateVersion7(), Here, Role.Resident);
        for (var i = 0; i < 5; i++)
        {
            await resident.PostAsJsonAsync("appeals", new { channel = "DeputyCode", title = "a", text = "b", addressedTo = deputy }).Done();
        }

        Assert.Equal(["5"], await one.Look("select count(*) from due where due_at is not null"));
        clock.Ahead = TimeSpan.FromDays(20);
        await Task.WhenAll(new[] { one, two }.SelectMany(s => Enumerable.Range(0, 4)
            .Select(_ => s.Services.GetRequiredService<DueWalk>().Walk(CancellationToken.None))));
        Assert.Equal(["5|5"], await one.Look("select count(*), count(distinct stream_id) from mt_events where type = 'acceptance_lapsed'"));
        Assert.Equal(["0"], await one.Look("select count(*) from due"));
        Assert.Equal(["Station"], await one.Look("select distinct roles from worklist"));
    }

    [Fact]
    public async Task what_was_merged_or_split_before_a_crash_goes_on_after_it()
    {
        await using var rabbit = await RabbitMqServer.StartTemporaryAsync();
        var database = server.NewDatabase();
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Guid target, merged, whole;
        string parts;
        await using (var before = await Service.StartAsync(database))
        {
            // No broker can be reached: what one stream says, the other does not hear.
            using var station = before.As(Clerk, Here, Role.Station);
            using var resident = before.As(one, Here, Role.Resident);
            using var neighbour = before.As(two, Here, Role.Resident);
            target = await Submitted(station, "路灯");
            merged = (await resident.PostAsJsonAsync("appeals", new { channel = "StationCode", title = "路灯", text = "没有灯" }).Done()).Id();
            whole = (await resident.PostAsJsonAsync("appeals", new { channel = "StationCode", title = "灯和路", text = "都坏了" }).Done()).Id();
            await Post(neighbour, $"appeals/{merged}/joiners", new { });
            foreach (var id in new[] { target, merged, whole })
            {
                await Post(station, $"appeals/{id}/acceptance", new { });
            }

            await Post(station, $"appeals/{merged}/merger", new { into = target });
            await Post(station, $"appeals/{merged}/merger", new { into = target });
            var split = new { parts = new[] { new { title = "灯", text = "灯坏了" }, new { title = "路", text = "路坏了" } } };
            await Post(station, $"appeals/{whole}/parts", split);
            await Post(station, $"appeals/{whole}/parts", split);
            parts = string.Join(' ', (await station.GetAsync(Of($"appeals/{whole}")).Done())["parts"]!.AsArray());
            Assert.Equal(["3"], await before.Look("select count(*) from mt_streams"));
            Assert.Equal(["1", "2"], await before.Look("select count(*) from mt_events where type in ('appeal_merged', 'appeal_split') group by type order by 1"));
        }

        await using var service = await Service.StartAsync(database, $"--ConnectionStrings:messaging={rabbit.Uri}");
        for (var clock = Stopwatch.StartNew(); (await service.Look("select 1 from mt_events where type = 'appeal_merged_in'")).Count == 0
            || (await service.Look("select count(*) from appeals where split_from is not null"))[0] != "2"; await Task.Delay(100))
        {
            Assert.True(clock.Elapsed < Limit, "what was merged and split does not go on");
        }

        using var clerk = service.As(Clerk, Here, Role.Station);
        using var submitter = service.As(one, Here, Role.Resident);
        using var joiner = service.As(two, Here, Role.Resident);
        Assert.Equal(["1"], await service.Look("select count(*) from mt_events where type = 'appeal_merged_in'"));
        Assert.Equal("3", (await clerk.GetAsync(Of($"appeals/{target}")).Done()).Text("linked"));
        foreach (var part in parts.Split(' '))
        {
            var shown = await clerk.GetAsync(Of($"appeals/{part}")).Done();
            Assert.Equal(("Accepted", whole.ToString(), one.ToString()), (shown.Text("stage"), shown.Text("splitFrom"), shown.Text("submitter")));
        }

        await Post(clerk, $"appeals/{target}/review", new { urgency = "Ordinary" });
        await Post(clerk, $"appeals/{target}/routing", new { platform = "Hotline" });
        await Post(clerk, $"appeals/{target}/platform-answer", new { result = "Solved", text = "已装灯" });
        await Post(clerk, $"appeals/{target}/answers", new { text = "已装灯，谢谢" });
        foreach (var linked in new[] { submitter, joiner })
        {
            var told = (await linked.GetAsync(Of($"appeals/{merged}/progress")).Done())["steps"]!.AsArray().Select(s => $"{s!["words"]!.Text("zh")} {s["detail"]}").ToArray();
            Assert.Contains("与此前同一事项合并办理，仍会单独答复您 ", told);
            Assert.Contains("联络站答复 已装灯，谢谢", told);
        }

        Assert.Contains(
            (await clerk.GetAsync(Of($"history/{whole}")).Done())["links"]!.AsArray().Select(l => l!.Text("stream")), parts.Split(' ').Contains);
    }

    [Fact]
    public async Task nothing_of_an_erased_joiner_can_be_read_and_the_others_are_answered()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        var two = Guid.CreateVersion7();
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Clerk, Here, Role.CongressOffice);
        using var neighbour = service.As(two, Here, Role.Resident);
        using var unit = service.AsOf(Section, Guid.CreateVersion7(), Here, Role.HandlingUnit);
        var id = await Submitted(station, "路灯");
        await Post(neighbour, $"appeals/{id}/joiners", new { words = "我家也是", contact = new { name = "孙八" } });
        await Post(neighbour, $"appeals/{id}/supplements", new { text = "孙八家门口" });
        await Post(office, $"people/{two}/erasure", new { ground = "ConsentWithdrawn", documentNumber = "申请〔2026〕8号" });
        Assert.Equal(["1"], await service.Look("select count(*) from contacts"));
        await Post(station, $"appeals/{id}/acceptance", new { });
        await Post(station, $"appeals/{id}/review", new { urgency = "Ordinary" });
        await Post(station, $"appeals/{id}/routing", new { unit = Section });
        await Post(unit, $"appeals/{id}/unit-answer", new { result = "Planned", text = "已列入计划" });
        await Post(station, $"appeals/{id}/answers", new { text = "已列入计划" });
        var shown = (await station.GetAsync(Of($"appeals/{id}")).Done()).ToJsonString() + (await station.GetAsync(Of($"history/{id}")).Done()).ToJsonString();
        Assert.Contains("Answered", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("孙八", shown, StringComparison.Ordinal);
        Assert.Equal("422 person-erased", await neighbour.PostAsJsonAsync($"appeals/{id}/ratings", new { rating = "Satisfied" }).Refused());
    }

    private static Uri Of(string path) => new(path, UriKind.Relative);

    private static async Task Post(HttpClient caller, string path, object body) => await caller.PostAsJsonAsync(path, body).Done();

    private static async Task<(string Text, string Submitter)> Seen(HttpClient caller, Guid id)
    {
        var shown = await caller.GetAsync(Of($"appeals/{id}")).Done();
        return (shown.Text("text"), shown.Text("submitter"));
    }

    private static async Task<Guid> Submitted(HttpClient station, string title, bool consent = false) => (await station.PostAsJsonAsync("appeals", new
    {
        channel = "ReceptionDay",
        title,
        text = "正文",
        consentGiven = consent,
        contact = new { name = "钱七", phone = "138 0000 0000" },
    }).Done()).Id();

    private static async Task<Guid> Routed(HttpClient station, bool consent = false, string? need = null)
    {
        var id = await Submitted(station, "路灯", consent);
        await Post(station, $"appeals/{id}/acceptance", new { });
        await Post(station, $"appeals/{id}/review", new { urgency = "Ordinary" });
        await Post(station, $"appeals/{id}/routing", new { unit = Section, needForIdentity = need });
        return id;
    }

    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
