using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.Gateway.Tests;

public sealed class WorklistTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);

    /// <summary>A service's list, by the rules its real one keeps: after a key, by due time, what has none last, then since when.</summary>
    private sealed class List(string service)
    {
        public List<WorklistItem> Items { get; } = [];

        public bool Away { get; set; }

        public bool Refuses { get; set; }

        public string? Asked { get; private set; }

        public void Map(WebApplication app)
        {
            app.MapGet("/worklist", Answer);
            app.MapGet("/worklist/overview", Answer);
        }

        private IResult Answer(HttpContext http, int size, string? after, string[]? act, string? q)
        {
            Asked = $"{http.Request.Path}{Uri.UnescapeDataString(http.Request.QueryString.Value!)}";
            if (Away || Refuses)
            {
                return Results.StatusCode(Away ? 500 : 403);
            }

            var from = WorklistKey.Parse(after)!;
            var mine = Items.Where(item => (act is null or [] || act.Contains(item.Act))
                && (q is null || item.CaseNumber.Contains(q, StringComparison.Ordinal))).ToList();
            return Results.Json(new WorklistPage(
                [.. mine.Where(item => WorklistKey.Order.Compare(WorklistKey.Of(item), from) > 0).OrderBy(WorklistKey.Of, WorklistKey.Order).Take(size)],
                [.. mine.GroupBy(item => (item.Act, item.Light)).Select(same => new WorklistCount(same.Key.Act, new("办", "do"), same.Key.Light, same.Count()))]));
        }

        public void Add(string act, DateTimeOffset since, DateTimeOffset? due = null) => Items.Add(new WorklistItem(
            act, new Words("办", "do"), "", Guid.NewGuid(), $"330225101-20260302-{Items.Count + 1}", due is null ? null : "=1+1", Guid.NewGuid(), service, 1,
            ["Station"], null, null, null, due, due is null ? Light.None : Light.Yellow, since, "330225101"));
    }

    private static async Task<(House House, List[] Lists, List<Neighbour> Behind)> Open(int seed, int most)
    {
        var lists = Services.Names.Select(name => new List(name)).ToArray();
        var random = new Random(seed);
        foreach (var list in lists)
        {
            for (var n = random.Next(most); n > 0; n--)
            {
                // Few different instants, so that many items share one.
                list.Add(random.Next(2) == 0 ? "call-back" : "accept-appeal", Noon.AddMinutes(random.Next(10)).AddTicks(random.Next(2) * 10), random.Next(3) is > 0 and var d ? Noon.AddDays(d) : null);
            }
        }

        var behind = new List<Neighbour>();
        var settings = new Dictionary<string, string>();
        foreach (var (name, list) in Services.Names.Zip(lists).Skip(1))
        {
            var neighbour = await Neighbour.Start(list.Map);
            behind.Add(neighbour);
            settings[$"services:{name}:http:0"] = neighbour.Root;
        }

        var house = await House.Open(lists[0].Map, settings);
        return (await house.SignedIn(), lists, behind);
    }

    private static async Task Close(House house, List<Neighbour> behind)
    {
        await house.DisposeAsync();
        foreach (var one in behind)
        {
            await one.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 7)]
    [InlineData(4, 100)]
    public async Task pages_over_four_services_have_neither_gap_nor_double(int seed, int size)
    {
        var (house, lists, behind) = await Open(seed, 40);
        var seen = new List<WorklistItem>();
        string? cursor = null;
        do
        {
            var page = await house.Client.GetFromJsonAsync<WhatWaits>($"/api/worklist?size={size}&cursor={cursor}");
            Assert.Empty(page!.Missing);
            Assert.Equal(lists.Sum(list => list.Items.Count), page.Total);
            Assert.Equal(page.Total, page.Acts.Values.Sum());
            Assert.Equal(page.Total, page.Lights.Values.Sum());
            Assert.Equal(page.Total, page.Counts.Sum(count => count.Count));
            Assert.True(page.Items.Count == size || page.Next is null);
            Assert.NotEmpty(page.Items);
            seen.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        var all = lists.SelectMany(list => list.Items)
            .OrderBy(item => item.DueAt ?? DateTimeOffset.MaxValue).ThenBy(item => item.Since).ThenBy(item => item.Stream);
        Assert.Equal(all.Select(item => item.Stream), seen.Select(item => item.Stream));
        await Close(house, behind);
    }

    [Fact]
    public async Task a_service_that_is_away_is_named_and_its_items_follow_when_it_is_back()
    {
        var (house, lists, behind) = await Open(5, 30);
        lists[2].Away = true;
        var first = await house.Client.GetFromJsonAsync<WhatWaits>("/api/worklist?size=5");
        Assert.Equal(["supervision"], first!.Missing);
        Assert.DoesNotContain(first.Items, item => item.Service == "supervision");

        lists[2].Away = false;
        var seen = first.Items.ToList();
        for (var cursor = first.Next; cursor is not null;)
        {
            var page = await house.Client.GetFromJsonAsync<WhatWaits>($"/api/worklist?size=5&cursor={cursor}");
            seen.AddRange(page!.Items);
            cursor = page.Next;
        }

        Assert.Equal(lists.SelectMany(list => list.Items).Select(item => item.Stream).Order(), seen.Select(item => item.Stream).Order());
        await Close(house, behind);
    }

    [Fact]
    public async Task acts_and_numbers_narrow_the_list()
    {
        var (house, lists, behind) = await Open(6, 30);
        var callBacks = await house.Client.GetFromJsonAsync<WhatWaits>("/api/worklist?size=100&act=call-back");
        Assert.Equal(lists.Sum(list => list.Items.Count(item => item.Act == "call-back")), callBacks!.Items.Count);
        var numbered = await house.Client.GetFromJsonAsync<WhatWaits>("/api/worklist?size=100&q=330225101-20260302-7");
        Assert.All(numbered!.Items, item => Assert.Equal("330225101-20260302-7", item.CaseNumber));
        Assert.NotEmpty(numbered.Items);
        await Close(house, behind);
    }

    [Fact]
    public async Task services_are_asked_by_name_and_told_what_narrows_the_list_and_nothing_else()
    {
        var (house, lists, behind) = await Open(7, 10);
        var unit = Guid.NewGuid();
        var page = await house.Client.GetFromJsonAsync<WhatWaits>(
            $"/api/worklist?size=2&act=a&act=b&light=Red&township=330225102&dueBy=2026-03-01&unit={unit}&q=〔&after=x&service=intake&service=evaluation");
        Assert.All([lists[0], lists[3]], list => Assert.Equal(
            $"/worklist?act=a&act=b&light=Red&township=330225102&dueBy=2026-03-01&unit={unit}&q=〔&size=3", list.Asked));
        Assert.All([lists[1], lists[2]], list => Assert.Null(list.Asked));
        Assert.Empty(page!.Missing);
        await Close(house, behind);
    }

    [Fact]
    public async Task the_overview_is_for_those_whom_the_services_show_it()
    {
        var (house, lists, behind) = await Open(8, 20);
        var all = await house.Client.GetFromJsonAsync<WhatWaits>("/api/worklist/overview?size=3");
        Assert.Equal(lists.Sum(list => list.Items.Count), all!.Total);
        Assert.All(lists, list => Assert.Equal("/worklist/overview?size=4", list.Asked));
        lists[1].Refuses = true;
        Assert.Equal("role-not-allowed", await (await house.Client.GetAsync("/api/worklist/overview")).Code());
        await Close(house, behind);
    }

    [Fact]
    public async Task a_spreadsheet_gets_the_whole_list_and_none_with_a_hole()
    {
        var (house, lists, behind) = await Open(9, 80);
        house.Client.DefaultRequestHeaders.Accept.ParseAdd("text/csv");
        var lines = (await house.Client.GetStringAsync("/api/worklist?size=1")).Split("\r\n");
        Assert.Equal("案件编号 / Case number,文书编号 / Document number,待办事项 / What is due,灯 / Light,时限 / Due,等待自 / Since,轮次 / Round,镇街 / Township,待谁办理 / Waits for", lines[0].TrimStart('\uFEFF'));
        Assert.Equal(lists.Sum(list => list.Items.Count) + 2, lines.Length);
        Assert.Matches("^330225101-20260302-[0-9]+,\"'=1\\+1\",办,黄,2026-03-03 12:00,2026-03-02 12:0[0-9],1,330225101,Station$", lines[1]);
        lists[2].Away = true;
        Assert.Equal("service-unreachable", await (await house.Client.GetAsync("/api/worklist")).Code());
        await Close(house, behind);
    }

    [Theory]
    [InlineData("light=Purple")]
    [InlineData("dueBy=2026-02-30")]
    [InlineData("service=kitchen")]
    [InlineData("size=0")]
    [InlineData("size=101")]
    [InlineData("size=many")]
    [InlineData("cursor=nonsense")]
    [InlineData("cursor=eyJ4IjoieSJ9")]
    [InlineData("cursor=%20")]
    public async Task a_question_that_makes_no_sense_is_refused(string query)
    {
        await using var house = await House.Open();
        await house.SignedIn();
        var answer = await house.Client.GetAsync("/api/worklist?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("malformed", await answer.Code());
    }
}
