using System.Text.Json;
using LiaisonStation.Contracts;
using Xunit.Abstractions;

namespace LiaisonStation.CaseLoop.Tests;

[Collection(nameof(Installed))]
public sealed class CaseLoopTests(Installation installation, ITestOutputHelper output)
{
    private const int Cases = 50;
    private const int Returned = 10;
    private const int Restarted = 10;
    private static readonly string[] Towns = ["330225109", "330225101"];
    private static readonly string[] Queues = ["intake-appeals", "deliberation-topics", "supervision-orders", "evaluation-reviews"];

    [Fact]
    public async Task fifty_cases_close_while_every_part_is_killed_and_every_message_comes_again()
    {
        using var door = new Door(installation);
        var cases = new List<LoopedCase>();
        foreach (var code in Towns)
        {
            var town = await Township.Find(door, code);
            cases.AddRange(await Import(door, town, Cases / Towns.Length, cases.Count));
        }

        Assert.Equal(Cases, cases.Count);
        var republisher = new Republisher(new Uri(installation.BrokerUri));
        await republisher.Tapped(typeof(TakeUpRequested).Assembly.GetExportedTypes()
            .Where(t => CarriedByTheLoop(t.Name)).Select(t => $"{t.Namespace}:{t.Name}"));

        var faults = Faults(republisher);
        await Task.WhenAll(cases.Select(c => c.Run()));
        await faults;
        output.WriteLine($"{await republisher.SayAgain(seed: 2)} messages said again, twice, after the end");
        await EveryQueueIsConsumedToItsEnd(republisher);
        await Task.WhenAll(cases.Select(c => HistoryBecomesExact(door, c)));

        var (found, searched) = await Canary.Search(installation);
        output.WriteLine(searched);
        Assert.Empty(found);
    }

    private static async Task EveryQueueIsConsumedToItsEnd(Republisher republisher)
    {
        (uint Waiting, string[] Deserted) left = (0, []);
        await Wait.Until(
            async () =>
            {
                left = await republisher.Left(Queues);
                return left is { Waiting: 0, Deserted.Length: 0 };
            },
            TimeSpan.FromMinutes(3), () => $"{left.Waiting} messages wait; nobody consumes {string.Join(", ", left.Deserted)}.");
        Assert.Equal(0u, (await republisher.Left(Queues.Select(q => $"{q}_error"))).Waiting);
    }

    private static bool CarriedByTheLoop(string contract) => contract is nameof(TakeUpRequested) or nameof(TopicTakenUp)
        or nameof(OrderReferred) or nameof(HandlingReported) or nameof(Concluded) or nameof(ReturnedForRectification)
        or nameof(SupervisionRestarted) or nameof(ClosedConfirmed);

    private static async Task<IEnumerable<LoopedCase>> Import(Door door, Township town, int count, int before)
    {
        // Half of them are handed to a deputy, half are for the station to accept.
        var toDeputy = await Rows(town.DeputyId.ToString(), $"{town.Code}-D", count - (count / 2));
        var toStation = await Rows(null, $"{town.Code}-S", count / 2);
        return toDeputy.Select(n => (n, true)).Concat(toStation.Select(n => (n, false)))
            .Select((c, i) => new LoopedCase(door, town, c.n, WayOf(before + i), c.Item2));

        async Task<IReadOnlyList<string>> Rows(string? addressedTo, string prefix, int rows)
        {
            var import = await door.Upload(
                town.Station, "/api/intake/imports", "message-board", "留言.csv", Messages.File(prefix, rows), addressedTo);
            var done = await Imported.Done(door, town.Station, import.GetProperty("id").GetGuid());
            Assert.Equal(rows, done.GetProperty("accepted").GetInt32());
            return [.. (await Imported.Rows(door, town.Station, import.GetProperty("id").GetGuid())).Select(r => r.GetProperty("caseNumber").GetString()!)];
        }
    }

    private static Way WayOf(int index) => (index % 5) switch
    {
        1 => Way.Return,
        3 => Way.Restart,
        _ => Way.Straight,
    };

    /// <summary>Ends each service and the broker once with SIGKILL while the cases run.</summary>
    private async Task Faults(Republisher republisher)
    {
        foreach (var resource in (string[])["intake", "deliberation", "messaging", "supervision", "evaluation"])
        {
            await installation.KillAndAwaitReturn(resource);
            output.WriteLine($"{resource} killed and back; {await republisher.SayAgain(seed: 1)} messages said again, twice");
        }
    }

    private static async Task HistoryBecomesExact(Door door, LoopedCase looped)
    {
        var expected = looped.Expected();
        var last = "";
        await Wait.Until(
            async () =>
            {
                var history = await door.Get(looped.Office, $"/api/cases/{looped.Number}/history");
                last = history.ToString();
                return history.GetProperty("events").GetArrayLength() >= expected.Values.Sum(e => e.Length);
            },
            TimeSpan.FromMinutes(2), () => $"The history of {looped.Number} ({looped.Way}) stays short: {last}");

        // By now every message has been said again: what should not be there would be.
        var events = (await door.Get(looped.Office, $"/api/cases/{looped.Number}/history")).GetProperty("events").EnumerateArray().ToArray();
        foreach (var (service, types) in expected)
        {
            var own = events.Where(e => e.GetProperty("service").GetString() == service).ToArray();
            Assert.Equal(types, own.Select(TypeAndRound));
            Assert.Single(own.Select(e => e.GetProperty("stream").GetString()).Distinct());
            Assert.Equal(Enumerable.Range(1, own.Length), own.Select(e => e.GetProperty("version").GetInt32()));
        }

        Assert.Equal(expected.Values.Sum(e => e.Length), events.Length);
        CausesStandBeforeEffects(events);
        Assert.Single(events.Select(e => e.GetProperty("correlation").GetString()).Distinct());
    }

    private static string TypeAndRound(JsonElement e)
    {
        var round = e.GetProperty("round");
        return round.ValueKind == JsonValueKind.Number ? $"{e.GetProperty("type").GetString()} {round.GetInt32()}" : e.GetProperty("type").GetString()!;
    }

    private static void CausesStandBeforeEffects(JsonElement[] events)
    {
        var place = events.Select((e, i) => (Id: e.GetProperty("id").GetString()!, i)).ToDictionary(p => p.Id, p => p.i);
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i].GetProperty("cause").GetString() is { } cause && place.TryGetValue(cause, out var at))
            {
                Assert.True(at < i, $"{events[i]} stands before its cause {events[at]}");
            }
        }
    }
}
