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

    /// <summary>A service's list, by the rules its real one keeps: after a key, in order of since then stream.</summary>
    private sealed class List(string service)
    {
        public List<WorklistItem> Items { get; } = [];

        public bool Away { get; set; }

        public void Map(WebApplication app) => app.MapGet("/worklist", (HttpContext http, int size, string? after, string? act, string? number) =>
        {
            if (Away)
            {
                return Results.StatusCode(500);
            }

            var (since, stream) = (DateTimeOffset.MinValue, Guid.Empty);
            if (after?.Split('|') is [var s, var id])
            {
                (since, stream) = (DateTimeOffset.Parse(s, CultureInfo.InvariantCulture), Guid.Parse(id));
            }

            var mine = Items.Where(item => (act is null || item.Act == act)
                && (number is null || item.CaseNumber.StartsWith(number, StringComparison.Ordinal))).ToList();
            return Results.Json(new WorklistPage(
                [.. mine.Where(item => item.Since > since || (item.Since == since && item.Stream.CompareTo(stream) > 0))
                    .OrderBy(item => item.Since).ThenBy(item => item.Stream).Take(size)],
                mine.Count, mine.GroupBy(item => item.Act).ToDictionary(same => same.Key, same => (long)same.Count())));
        });

        public void Add(string act, DateTimeOffset since) => Items.Add(new WorklistItem(
            act, new Words("办", "do"), Guid.NewGuid(), $"330225101-20260302-{Items.Count + 1}", Guid.NewGuid(), service, 1, null, since, "330225101"));
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
                list.Add(random.Next(2) == 0 ? "call-back" : "accept-appeal", Noon.AddMinutes(random.Next(10)).AddTicks(random.Next(2) * 10));
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
            Assert.Equal(page.Total, page.Counts.Values.Sum());
            Assert.True(page.Items.Count == size || page.Next is null);
            Assert.NotEmpty(page.Items);
            seen.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        var all = lists.SelectMany(list => list.Items).OrderBy(item => item.Since).ThenBy(item => item.Stream);
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

    [Theory]
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
