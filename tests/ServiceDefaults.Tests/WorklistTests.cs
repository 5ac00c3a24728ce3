using System.Net;
using System.Net.Http.Json;
using LiaisonStation.Contracts;

namespace LiaisonStation.ServiceDefaults.Tests;

public sealed class WorklistTests(Trial trial) : IClassFixture<Trial>, IAsyncLifetime
{
    private static readonly Guid Group = Guid.NewGuid();
    private static readonly Guid Unit = Guid.NewGuid();

    public async Task InitializeAsync()
    {
        trial.Clock.Ahead = TimeSpan.Zero;
        await trial.Run($"delete from worklist");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static Waiting Bread(string number, Role role = Role.Station) => new("fetch-bread", Guid.NewGuid(), number, 1, [role]);

    private static Waiting Letter(string number, Role role = Role.Station) => new("post-letter", Guid.NewGuid(), number, 1, [role]);

    private static async Task<WorklistPage> Get(HttpClient client, string query = "", string path = "worklist") =>
        (await client.GetFromJsonAsync<WorklistPage>($"{path}?{query}"))!;

    private static async Task<string[]> Seen(HttpClient client, string query = "", string path = "worklist")
    {
        using (client)
        {
            return [.. (await Get(client, query, path)).Items.Select(i => i.CaseNumber)];
        }
    }

    [Fact]
    public async Task an_errand_waits_for_several_at_once_each_since_its_own_time()
    {
        var errand = Guid.NewGuid();
        using var station = trial.As(Trial.Township, Role.Station, Role.Deputy);
        var (bread, first, second) = (Bread("a-1"), Letter("a-1") with { Part = "1" }, Letter("a-1") with { Part = "2", Roles = [Role.Deputy] });
        await trial.Waits(Trial.Township, errand, bread, first);
        var before = (await Get(station)).Items;
        Assert.Equal([("fetch-bread", ""), ("post-letter", "1")], before.Select(i => (i.Act, i.Part)));

        trial.Clock.Ahead += TimeSpan.FromHours(1);
        await trial.Waits(Trial.Township, errand, bread with { Round = 2 }, first with { DueAt = null, Number = "〔2026〕1号" }, second);
        var after = (await Get(station)).Items.ToDictionary(i => (i.Act, i.Part));
        Assert.Equal(3, after.Count);
        Assert.Equal(before[1].Since, after[("post-letter", "1")].Since);
        Assert.Equal("〔2026〕1号", after[("post-letter", "1")].Number);
        Assert.True(after[("fetch-bread", "")].Since > before[0].Since.AddMinutes(59));
        Assert.Equal(["Deputy"], after[("post-letter", "2")].Roles);
        Assert.Equal(new Words("寄信", "Post the letter"), after[("post-letter", "2")].ActWords);

        await trial.Waits(Trial.Township, errand, second);
        Assert.Equal([("post-letter", "2")], (await Get(station)).Items.Select(i => (i.Act, i.Part)));
        await trial.Waits(Trial.Township, errand);
        Assert.Empty((await Get(station)).Items);
    }

    [Fact]
    public async Task two_that_nothing_tells_apart_are_shown_once_and_refuse_no_append()
    {
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("a-1"), Bread("a-2"), Letter("a-3"));
        Assert.Equal(["a-1", "a-3"], await Seen(trial.As(Trial.Township, Role.Station)));
    }

    [Fact]
    public async Task the_light_turns_yellow_and_red_with_the_clock_and_is_counted_by_act()
    {
        var due = trial.Clock.GetUtcNow().AddHours(10);
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("a-1") with { DueAt = due, WarnAt = due.AddHours(-4) }, Letter("a-1"));
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("a-2") with { DueAt = due.AddHours(2) });
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("b-1") with { Roles = [Role.TownChair] });
        using var station = trial.As(Trial.Township, Role.Station);

        Assert.Equal([("fetch-bread", Light.Green, 2), ("post-letter", Light.None, 1L)], await Counts());
        trial.Clock.Ahead = TimeSpan.FromHours(7);
        Assert.Equal([("fetch-bread", Light.Green, 1), ("fetch-bread", Light.Yellow, 1), ("post-letter", Light.None, 1L)], await Counts());
        Assert.Equal([Light.Yellow, Light.Green, Light.None], (await Get(station)).Items.Select(i => i.Light));
        trial.Clock.Ahead = TimeSpan.FromHours(11);
        Assert.Equal([("fetch-bread", Light.Green, 1), ("fetch-bread", Light.Red, 1), ("post-letter", Light.None, 1L)], await Counts());
        Assert.Equal(["a-1"], (await Get(station, "light=Red&light=Yellow")).Items.Select(i => i.CaseNumber));
        Assert.Equal([("fetch-bread", Light.Red, 1L)], await Counts("light=Red&size=1"));

        async Task<IEnumerable<(string, Light, long)>> Counts(string query = "") =>
            (await Get(station, query)).Counts.Select(c => (c.Act, c.Light, c.Count));
    }

    [Fact]
    public async Task what_is_only_aimed_at_is_yellow_once_past_and_never_red()
    {
        var due = trial.Clock.GetUtcNow().AddHours(10);
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("a-1") with { DueAt = due, IsTarget = true });
        using var station = trial.As(Trial.Township, Role.Station);
        Assert.Equal(Light.Green, (await Get(station)).Items.Single().Light);
        trial.Clock.Ahead = TimeSpan.FromDays(30);
        Assert.Equal(Light.Yellow, (await Get(station)).Items.Single().Light);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(200)]
    public async Task pages_go_by_due_time_then_waiting_time_without_gap_or_double(int size)
    {
        var noon = trial.Clock.GetUtcNow().AddDays(1);
        var random = new Random(size);
        for (var i = 0; i < 9; i++)
        {
            // Few different instants, so that many share one.
            await trial.Waits(
                Trial.Township, Guid.NewGuid(),
                [.. Enumerable.Range(0, 3).Select(part => Bread($"a-{i}") with { Part = $"{part}", DueAt = random.Next(3) is > 0 and var d ? noon.AddDays(d) : null })]);
        }

        using var station = trial.As(Trial.Township, Role.Station);
        var seen = new List<WorklistItem>();
        for (IReadOnlyList<WorklistItem> page; (page = (await Get(station, $"size={size}&after={After()}")).Items).Count > 0;)
        {
            Assert.True(page.Count <= size);
            seen.AddRange(page);
        }

        Assert.Equal(27, seen.Count);
        Assert.Equal(27, seen.Select(WorklistKey.Of).Distinct().Count());
        Assert.Equal(seen.Select(WorklistKey.Of).Order(WorklistKey.Order), seen.Select(WorklistKey.Of));
        Assert.Equal(seen.Select(i => i.DueAt ?? DateTimeOffset.MaxValue).Order(), seen.Select(i => i.DueAt ?? DateTimeOffset.MaxValue));

        string After() => seen.Count == 0 ? "" : Uri.EscapeDataString(WorklistKey.Of(seen[^1]).ToString());
    }

    [Fact]
    public async Task everybody_sees_what_waits_for_them_and_nothing_else()
    {
        var (me, other) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var waiting in new[]
        {
            Bread("1-role"), Bread("2-me", Role.Deputy) with { Person = me }, Bread("3-other", Role.Deputy) with { Person = other },
            Bread("4-group", Role.SupervisionGroup) with { Group = Group }, Bread("5-not-i", Role.SupervisionGroup) with { Group = Group, Except = [me] },
            Bread("6-unit", Role.HandlingUnit) with { Unit = Unit }, Bread("7-handler", Role.HandlingUnit) with { Unit = Unit, Person = me },
            Bread("8-either") with { Roles = [Role.TownChair, Role.Deputy] },
        })
        {
            await trial.Waits(Trial.Township, Guid.NewGuid(), waiting);
        }

        await trial.Waits(Trial.Neighbour, Guid.NewGuid(), Bread("9-neighbour"));
        Assert.Equal(["1-role"], await Seen(trial.As(Trial.Township, Role.Station)));
        Assert.Equal(["2-me", "8-either"], await Seen(trial.As(me, Trial.Township, [Role.Deputy])));
        Assert.Equal(["3-other", "8-either"], await Seen(trial.As(other, Trial.Township, [Role.Deputy])));
        Assert.Equal(["4-group"], await Seen(trial.As(me, Trial.Township, [Role.SupervisionGroup], group: Group)));
        Assert.Equal(["4-group", "5-not-i"], await Seen(trial.As(other, Trial.Township, [Role.SupervisionGroup], group: Group)));
        Assert.Empty(await Seen(trial.As(other, Trial.Township, [Role.SupervisionGroup], group: Guid.NewGuid())));
        Assert.Equal(["6-unit"], await Seen(trial.As(other, Trial.Township, [Role.HandlingUnit], unit: Unit)));
        Assert.Equal(["6-unit", "7-handler"], await Seen(trial.As(me, Trial.Township, [Role.HandlingUnit], unit: Unit)));
        Assert.Equal(["8-either"], await Seen(trial.As(Trial.Township, Role.TownChair)));
        Assert.Equal(["9-neighbour"], await Seen(trial.As(Trial.Neighbour, Role.Station)));
        Assert.Equal(["1-role", "9-neighbour"], await Seen(trial.As(Trial.County, Role.Station)));
        Assert.Equal(["9-neighbour"], await Seen(trial.As(Trial.County, Role.Station), $"township={Trial.Neighbour}"));
        using var station = trial.As(Trial.Township, Role.Station);
        Assert.Equal(HttpStatusCode.NotFound, (await station.GetAsync($"worklist?township={Trial.Neighbour}")).StatusCode);
    }

    [Theory]
    [InlineData("", "a-11 a-12 a-13 b-21")]
    [InlineData("act=fetch-bread", "a-11 b-21")]
    [InlineData("act=fetch-bread&act=post-letter", "a-11 a-12 a-13 b-21")]
    [InlineData("dueBy=2031-03-01", "a-11")]
    [InlineData("dueBy=2031-03-02", "a-11 a-12")]
    [InlineData("q=a-1", "a-11 a-12 a-13")]
    [InlineData("q=1", "a-11 a-12 a-13 b-21")]
    [InlineData("q=-21", "b-21")]
    [InlineData("q=象石人大督", "a-13")]
    [InlineData("q=POST", "a-12 a-13")]
    [InlineData("q=面包", "a-11 b-21")]
    [InlineData("q=%25", "")]
    [InlineData("light=None&q=21", "b-21")]
    public async Task the_list_is_narrowed_and_so_are_its_counts(string query, string numbers)
    {
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("a-11") with { DueAt = new(2031, 3, 1, 16, 0, 0, TimeSpan.Zero) });
        await trial.Waits(Trial.Township, Guid.NewGuid(), Letter("a-12") with { DueAt = new(2031, 3, 1, 16, 0, 1, TimeSpan.Zero) });
        await trial.Waits(Trial.Township, Guid.NewGuid(), Letter("a-13") with { Number = "象石人大督〔2026〕7号" });
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("b-21"));
        using var station = trial.As(Trial.Township, Role.Station);
        var page = await Get(station, query);
        Assert.Equal(numbers, string.Join(' ', page.Items.Select(i => i.CaseNumber)));
        Assert.Equal(page.Items.Count, page.Counts.Sum(c => c.Count));
    }

    [Fact]
    public async Task the_overview_shows_all_that_is_open_whoever_it_waits_for()
    {
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("a-1", Role.Deputy) with { Person = Guid.NewGuid() });
        await trial.Waits(Trial.Township, Guid.NewGuid(), Letter("a-2", Role.HandlingUnit) with { Unit = Unit });
        await trial.Waits(Trial.Neighbour, Guid.NewGuid(), Letter("b-1", Role.SupervisionGroup) with { Group = Group });
        const string Overview = "worklist/overview";
        Assert.Equal(["a-1", "a-2"], await Seen(trial.As(Trial.Township, Role.TownChair), "", Overview));
        Assert.Equal(["a-2"], await Seen(trial.As(Trial.Township, Role.CongressOffice), $"unit={Unit}", Overview));
        Assert.Equal(["b-1"], await Seen(trial.As(Trial.County, Role.Auditor), $"group={Group}", Overview));
        Assert.Equal(["a-1", "a-2", "b-1"], await Seen(trial.As(Trial.County, Role.StandingCommittee), "", Overview));
        Assert.Equal(["b-1"], await Seen(trial.As(Trial.County, Role.StandingCommittee), $"township={Trial.Neighbour}", Overview));
        using var station = trial.As(Trial.Township, Role.Station, Role.Deputy, Role.HandlingUnit);
        Assert.Equal(HttpStatusCode.Forbidden, (await station.GetAsync(Overview)).StatusCode);
    }

    [Theory]
    [InlineData("light=Purple")]
    [InlineData("dueBy=2026-02-30")]
    [InlineData("unit=7")]
    [InlineData("after=nonsense")]
    [InlineData("after=2026-01-01|2026-01-01|x|a|b")]
    [InlineData("size=many")]
    public async Task a_question_that_makes_no_sense_is_refused(string query)
    {
        using var office = trial.As(Trial.Township, Role.CongressOffice);
        Assert.Equal(HttpStatusCode.BadRequest, (await office.GetAsync($"worklist?{query}")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await office.GetAsync($"worklist/overview?{query}")).StatusCode);
    }

    [Fact]
    public async Task what_waits_for_others_is_not_looked_through()
    {
        var me = Guid.NewGuid();
        await trial.Run(
            $"""
            insert into worklist (tenant_id, stream_id, act, case_id, case_number, round, roles, person_id, except_ids, since)
            select '3302251' || lpad((n % 3)::text, 2, '0'), gen_random_uuid(), 'fetch-bread', gen_random_uuid(), n::text, 1,
                   case n % 2 when 0 then 'Deputy' else 'Station' end, case n % 2 when 0 then gen_random_uuid() end, array[]::uuid[], now()
              from generate_series(1, 30000) n
            """);
        await trial.Run($"analyze worklist");
        await trial.Waits(Trial.Township, Guid.NewGuid(), Bread("mine", Role.Deputy) with { Person = me }, Letter("ours", Role.Deputy));
        foreach (var tenant in new[] { Trial.Township, Trial.County })
        {
            var plan = await trial.Store.Query(
                tenant, $"explain select * from worklist_of({me}, {new[] { "Deputy" }}, {Array.Empty<Guid>()}, null::uuid)", r => r.GetString(0));
            Assert.Contains(plan, line => line.Contains("worklist_whom", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("Seq Scan", StringComparison.Ordinal));
            Assert.Equal(["mine", "ours"], (await Seen(trial.As(me, tenant, [Role.Deputy]))).Order());
        }
    }
}
