using System.Text.Json;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Gateway.Tests;

public sealed class HistoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Random cases: streams in four services whose clocks are up to a day apart, events caused by any earlier event.
    /// </summary>
    [Fact]
    public void however_clocks_differ_causes_come_before_effects_and_streams_keep_their_order()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            OneCase(seed);
        }
    }

    private static void OneCase(int seed)
    {
        var random = new Random(seed);
        var skews = Enumerable.Range(0, 4).Select(_ => TimeSpan.FromSeconds(random.Next(-86_400, 86_400))).ToArray();
        var streams = Enumerable.Range(0, random.Next(1, 9)).Select(_ => (Service: random.Next(4), Id: Guid.NewGuid())).ToList();
        var versions = streams.ToDictionary(stream => stream.Id, _ => 0L);
        var truth = new List<HistoryEvent>();
        for (var n = random.Next(1, 60); n > 0; n--)
        {
            var (service, stream) = streams[random.Next(streams.Count)];
            string? cause = random.Next(4) switch
            {
                0 => null,
                1 => "an-idempotency-key",
                _ when truth.Count == 0 => null,
                _ => truth[random.Next(truth.Count)].Id.ToString(),
            };
            truth.Add(Event(
                Services.Names[service], stream, ++versions[stream], Noon.AddSeconds(truth.Count * random.Next(0, 3)) + skews[service], cause));
        }

        var merged = History.Merge(truth.OrderBy(_ => random.Next()));

        Assert.Equal(truth.Select(e => e.Id).Order(), merged.Select(e => e.Id).Order());
        var place = merged.Select((e, at) => (e.Id, at)).ToDictionary(pair => pair.Id, pair => pair.at);
        foreach (var e in merged)
        {
            if (Guid.TryParse(e.Cause, out var cause) && place.TryGetValue(cause, out var at))
            {
                Assert.True(at < place[e.Id], $"seed {seed}: an effect stands before its cause");
            }
        }

        foreach (var stream in merged.GroupBy(e => e.Stream))
        {
            Assert.Equal(stream.Select(e => e.Version).Order(), stream.Select(e => e.Version));
        }

        // Where the services answer in another order, the history is the same.
        Assert.Equal(merged, History.Merge(truth.OrderBy(_ => random.Next())));
    }

    [Fact]
    public void what_no_cause_binds_stands_in_order_of_time()
    {
        var a = Event("intake", Guid.NewGuid(), 1, Noon.AddMinutes(2), null);
        var b = Event("deliberation", Guid.NewGuid(), 1, Noon.AddMinutes(1), null);
        var c = Event("evaluation", Guid.NewGuid(), 1, Noon.AddMinutes(3), null);
        Assert.Equal([b, a, c], History.Merge([a, b, c]));
    }

    [Fact]
    public void an_effect_whose_clock_is_behind_stands_right_after_its_cause()
    {
        var cause = Event("intake", Guid.NewGuid(), 1, Noon, null);
        var effect = Event("deliberation", Guid.NewGuid(), 1, Noon.AddHours(-1), cause.Id.ToString().ToUpperInvariant());
        var later = Event("supervision", Guid.NewGuid(), 1, Noon.AddMinutes(1), null);
        Assert.Equal([cause, effect, later], History.Merge([effect, later, cause]));
    }

    [Fact]
    public void causes_in_a_circle_hide_nothing()
    {
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        var a = Event("intake", Guid.NewGuid(), 1, Noon, two.ToString()) with { Id = one };
        var b = Event("deliberation", Guid.NewGuid(), 1, Noon, one.ToString()) with { Id = two };
        var c = Event("evaluation", Guid.NewGuid(), 1, Noon, null);
        Assert.Equal(3, History.Merge([a, b, c]).Count);
    }

    [Fact]
    public async Task links_are_followed_once_each_also_where_they_run_in_a_circle()
    {
        var asked = new List<StreamLink>();
        var (a, b, c) = (new StreamLink("intake", Guid.NewGuid()), new StreamLink("deliberation", Guid.NewGuid()), new StreamLink("supervision", Guid.NewGuid()));
        var notYet = new StreamLink("evaluation", Guid.NewGuid());
        var links = new Dictionary<StreamLink, StreamLink[]> { [a] = [b], [b] = [c, a], [c] = [b, notYet] };

        var streams = await History.Follow(a, link =>
        {
            asked.Add(link);
            return Task.FromResult<StreamHistory?>(link == notYet
                ? new StreamHistory([], [])
                : new StreamHistory([Event(link.Service, link.Stream, 1, Noon, null)], links[link]));
        });

        Assert.Equal([a, b, c, notYet], asked);
        Assert.Equal([a, b, c], streams!.Select(stream => new StreamLink(stream.Service, stream.Stream)));
    }

    [Fact]
    public async Task a_case_without_end_is_not_followed_without_end() =>
        Assert.Null(await History.Follow(new StreamLink("intake", Guid.NewGuid()), link => Task.FromResult<StreamHistory?>(
            new StreamHistory([Event("intake", link.Stream, 1, Noon, null)], [new StreamLink("intake", Guid.NewGuid())]))));

    internal static HistoryEvent Event(string service, Guid stream, long version, DateTimeOffset at, string? cause) =>
        new(Guid.NewGuid(), service, stream, version, "happened", at, null, null, null, null, null, cause, null, JsonDocument.Parse("{}").RootElement);
}
