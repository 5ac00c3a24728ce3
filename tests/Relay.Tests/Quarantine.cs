using System.Text.Json;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.EventStore;

namespace LiaisonStation.Relay.Tests;

/// <summary>What no consumer can take ends in the error queue with its reason, and the queue moves on.</summary>
[Collection(OnRealServers.Name)]
public sealed class Quarantine(Servers servers)
{
    [Fact]
    public async Task a_message_no_consumer_understands_is_set_aside_and_the_queue_moves_on()
    {
        await using var town = new Town(servers);
        await town.StartReader(town.Left);
        var writer = await town.StartWriter();
        var queue = Notes.Queue(town.Left);
        var first = await Town.Write(writer, "一");
        await town.HeardOnce(town.Left, [first]);

        await town.SendRaw(queue, "{ bad json");
        await town.SendRaw(queue, "坏的", "text/plain");
        await town.SendRaw(queue, Body("urn:message:No.Such:Type"), "application/vnd.masstransit+json");
        await town.SendRaw(queue, Body("urn:message:LiaisonStation.Relay.Tests:NoteTaken"), "application/vnd.masstransit+json");
        var note = await Town.Write(writer, "二");

        await town.HeardOnce(town.Left, [note]);
        await Town.Eventually(async () => await town.Waiting(town.Errors) == 4, "all four are set aside");
        var reasons = (await town.TakeErrors(town.Left)).ToDictionary(
            e => e.Body, e => $"{e.Headers["MT-Reason"]} {e.Headers.GetValueOrDefault("MT-Fault-Message")}");
        Assert.StartsWith("fault 'b' is an invalid start", reasons["{ bad json"], StringComparison.Ordinal);
        Assert.StartsWith("fault", reasons["坏的"], StringComparison.Ordinal);
        Assert.StartsWith("dead-letter", reasons[Body("urn:message:No.Such:Type")], StringComparison.Ordinal);
        Assert.Equal(
            "fault The message names no township.", reasons[Body("urn:message:LiaisonStation.Relay.Tests:NoteTaken")]);
        var types = await servers.Rabbit.ControlAsync("--quiet", "list_queues", "name", "type");
        Assert.Contains(queue, types, StringComparison.Ordinal);
        Assert.All(
            types.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1),
            line => Assert.EndsWith("quorum", line.Trim(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_message_whose_consumer_keeps_throwing_is_set_aside_after_its_retries()
    {
        await using var town = new Town(servers);
        await town.StartReader(town.Left);
        var writer = await town.StartWriter();

        var bad = await Town.Write(writer, "throws");
        var others = await Town.WriteMany(writer, 5);

        await town.HeardOnce(town.Left, others, seconds: 20);
        Assert.Equal(0u, await town.Waiting(town.Errors));
        await Town.Eventually(async () => await town.Waiting(town.Errors) == 1, "it is set aside", 90);
        var error = Assert.Single(await town.TakeErrors(town.Left));
        Assert.Contains(bad.ToString(), error.Body, StringComparison.Ordinal);
        Assert.Equal("This note throws.", error.Headers["MT-Fault-Message"]);
        Assert.Equal(Town.Tenant, error.Headers[Envelope.Tenant]);
    }

    [Fact]
    public async Task a_message_that_kills_its_consumer_six_times_is_set_aside()
    {
        await using var town = new Town(servers);
        var writer = await town.StartWriter();
        var bad = await Town.Write(writer, "kills");

        var kills = 0;
        while (kills < 10)
        {
            var reader = await town.StartProcess("reader", town.Left);
            await Town.Eventually(
                async () => reader.HasExited || (await town.Waiting(town.Errors) == 1 && await town.IsHeard(Notes.Queue(town.Left))),
                "the reader dies, or its killer is set aside and it lives");
            if (!reader.HasExited)
            {
                break;
            }

            Assert.NotEqual(0, await reader.Exited);
            kills++;
        }

        Assert.Equal(6, kills);
        var note = await Town.Write(writer, "after");
        await town.HeardOnce(town.Left, [note]);
        var error = Assert.Single(await town.TakeErrors(town.Left));
        Assert.Contains(bad.ToString(), error.Body, StringComparison.Ordinal);
        Assert.Equal("delivery_limit", error.Headers["x-first-death-reason"]);
    }

    // No township in its headers.
    private static string Body(string type) => JsonSerializer.Serialize(new
    {
        messageId = new Guid(1, 2, 3, new byte[8]),
        messageType = new[] { type },
        message = new { noteId = Guid.Empty, text = "三" },
    });
}
