using LiaisonStation.AppHost.Hosting;
using LiaisonStation.EventStore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RabbitMQ.Client;

namespace LiaisonStation.Relay.Tests;

[Collection(OnRealServers.Name)]
public sealed class Delivery(Servers servers)
{
    [Fact]
    public async Task a_note_reaches_every_listener_once_with_its_township_and_its_cause()
    {
        await using var town = new Town(servers);
        await town.StartReader(town.Left);
        await town.StartReader(town.Right);
        var writer = await town.StartWriter();

        var note = await Town.Write(writer, "青石路路灯不亮");

        await town.HeardOnce(town.Left, [note]);
        await town.HeardOnce(town.Right, [note]);
        var said = await town.Ask<Guid>(town.Notes.Writer, "select id from mt_events");
        Assert.Equal(
            $"{Town.Tenant} {said} {note} {town.Left} System Urgent",
            await town.Ask<string>(town.Left, """
                select concat_ws(' ', tenant_id, causation_id, correlation_id, headers->>'actor', headers->>'role', data->>'mood')
                from mt_events
                """));
    }

    [Fact]
    public async Task a_message_is_persistent_and_readable_and_carries_the_events_id()
    {
        await using var town = new Town(servers);
        var writer = await town.StartWriter();
        await Town.Write(writer, "silent");
        await Town.Write(writer, "青石路路灯不亮");

        await Town.Eventually(async () => await town.Waiting(Notes.Queue(town.Left)) == 1, "the note waits");
        var said = await town.Ask<Guid>(town.Notes.Writer, "select id from mt_events order by seq_id desc limit 1");
        await town.OnBroker(async channel =>
        {
            var got = (await channel.BasicGetAsync(Notes.Queue(town.Left), autoAck: true))!;
            var body = System.Text.Encoding.UTF8.GetString(got.Body.Span);
            Assert.Contains("\"青石路路灯不亮\"", body, StringComparison.Ordinal);
            Assert.Contains("\"mood\":\"Urgent\"", body, StringComparison.Ordinal);
            Assert.Equal(said.ToString(), got.BasicProperties.MessageId);
            Assert.True(got.BasicProperties.Persistent);
            return true;
        });
    }

    [Fact]
    public async Task a_listener_that_has_never_started_misses_nothing()
    {
        await using var town = new Town(servers);
        await town.StartReader(town.Left);
        var writer = await town.StartWriter();
        var notes = await Town.WriteMany(writer, 5);
        await town.HeardOnce(town.Left, notes);

        await town.StartReader(town.Right);

        await town.HeardOnce(town.Right, notes);
    }

    [Fact]
    public async Task a_repeated_message_changes_nothing()
    {
        await using var town = new Town(servers);
        var writer = await town.StartWriter();
        var left = await town.StartReader(town.Left);
        var notes = await Town.WriteMany(writer, 5);
        await town.HeardOnce(town.Left, notes);
        await Town.Eventually(async () => await town.Waiting(Notes.Queue(town.Right)) == 5, "five wait on the right");
        await town.Stop(left);

        await town.Stop(writer);
        await town.Ask<long>(
            town.Notes.Writer, "update mt_event_progression set last_seq_id = 0 where name = 'relay' returning last_seq_id");
        await town.StartWriter();

        await Town.Eventually(async () => await town.Waiting(Notes.Queue(town.Left)) == 5, "all are said again");
        await town.StartReader(town.Left);
        await town.StartReader(town.Right);
        await Town.Eventually(async () => await town.Waiting(Notes.Queue(town.Left)) == 0, "the repeats are taken");
        await town.HeardOnce(town.Left, notes);
        await town.HeardOnce(town.Right, notes);
        Assert.Empty(await town.TakeErrors(town.Left));
    }

    [Fact]
    public async Task what_is_written_while_the_broker_is_down_arrives_later_and_once()
    {
        await using var town = new Town(servers);
        await servers.Rabbit.StopAsync();
        var left = await town.StartReader(town.Left);
        var right = await town.StartReader(town.Right);
        var writer = await town.StartWriter();
        var notes = await Town.WriteMany(writer, 20);

        await Town.Eventually(
            async () => (await Town.Health(writer, "relay")) is { Status: HealthStatus.Degraded, Description: { } said }
                && said.Contains("BrokerUnreachable", StringComparison.Ordinal),
            "the relay shows what holds it up");
        Assert.Equal(HealthStatus.Unhealthy, (await Town.Health(left, "messaging")).Status);
        await servers.Rabbit.StartAsync();

        await town.HeardOnce(town.Left, notes);
        await town.HeardOnce(town.Right, notes);
        foreach (var (host, check) in new[] { (left, "messaging"), (right, "messaging"), (writer, "messaging"), (writer, "relay") })
        {
            await Town.Eventually(
                async () => (await Town.Health(host, check)).Status == HealthStatus.Healthy, $"{check} is well again");
        }
    }

    [Fact]
    public async Task a_broker_that_lost_all_its_data_is_filled_again()
    {
        await using var town = new Town(servers);
        var writer = await town.StartWriter();
        await town.StartReader(town.Left);
        var notes = await Town.WriteMany(writer, 20);
        await town.HeardOnce(town.Left, notes);
        await Town.Eventually(async () => await town.Waiting(Notes.Queue(town.Right)) == 20, "twenty wait on the right");

        await servers.Rabbit.KillAsync();
        servers.Rabbit.DeleteData();
        await servers.Rabbit.StartAsync();
        notes.AddRange(await Town.WriteMany(writer, 5));
        await town.StartReader(town.Right);

        await town.HeardOnce(town.Right, notes);
        await town.HeardOnce(town.Left, notes);
    }

    [Fact]
    public async Task a_broker_killed_under_load_loses_nothing()
    {
        await using var town = new Town(servers);
        var writer = await town.StartWriter();
        await town.StartReader(town.Left);
        await town.StartReader(town.Right);

        var first = await Town.WriteMany(writer, 100);
        var loading = Town.WriteMany(writer, 300);
        await Town.Eventually(async () => (await town.Effects(town.Left)).Count > 50, "the load flows");
        await servers.Rabbit.KillAsync();
        List<Guid> notes = [.. first, .. await loading, .. await Town.WriteMany(writer, 20)];
        await servers.Rabbit.StartAsync();

        await town.HeardOnce(town.Left, notes);
        await town.HeardOnce(town.Right, notes);
    }

    [Fact]
    public async Task a_note_said_to_queues_that_are_gone_is_said_again_to_new_ones()
    {
        await using var town = new Town(servers);
        var writer = await town.StartWriter();
        var first = await Town.Write(writer, "一");
        await Town.Eventually(async () => await town.Waiting(Notes.Queue(town.Left)) == 1, "the first note waits");
        await town.OnBroker(async channel =>
        {
            await channel.QueueDeleteAsync(Notes.Queue(town.Left));
            await channel.QueueDeleteAsync(Notes.Queue(town.Right));
            return true;
        });

        var second = await Town.Write(writer, "二");
        await town.StartReader(town.Left);
        await town.StartReader(town.Right);

        await town.HeardOnce(town.Left, [second]);
        await town.HeardOnce(town.Right, [second]);
        Assert.DoesNotContain(first, (await town.Effects(town.Left)).Keys);
    }

    [Fact]
    public async Task an_event_no_message_fits_stops_the_relay_there_and_shows()
    {
        await using var town = new Town(servers);
        var writer = await town.StartWriter();
        await town.StartReader(town.Left);
        var before = await Town.WriteMany(writer, 3);
        await Town.Write(writer, "unpublishable");
        var after = await Town.Write(writer, "after");

        await town.HeardOnce(town.Left, before);
        var stopped = await town.Ask<Guid>(town.Notes.Writer, "select id from mt_events where data->>'text' = 'unpublishable'");
        await Town.Eventually(
            async () => (await Town.Health(writer, "relay")) is { Status: HealthStatus.Unhealthy, Description: { } said }
                && said.Contains(stopped.ToString(), StringComparison.Ordinal),
            "health names the event");
        Assert.Equal(3, await town.Position());
        Assert.DoesNotContain(after, (await town.Effects(town.Left)).Keys);
    }

    [Fact]
    public async Task a_relay_killed_between_publishing_and_storing_its_position_says_it_again_and_the_effect_is_one()
    {
        await using var town = new Town(servers);
        var writer = await town.StartProcess("writer", town.Notes.Name);
        var store = await town.Start(town.Notes.WriterModule with { Says = [] });
        await Town.Eventually(async () => await town.Knows(Notes.Queue(town.Right)), "the relay has declared");
        await town.StartReader(town.Left);
        List<Guid> notes;
        await using (var holding = await town.Open(town.Notes.Writer))
        {
            await using var transaction = await holding.BeginTransactionAsync();
            await Run(holding, "lock table mt_event_progression in share row exclusive mode");
            notes = await Town.WriteMany(store, 5);
            await town.HeardOnce(town.Left, notes);
            await writer.KillAsync();
            // The server would still carry out what a dead client asked for.
            await Run(holding, """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and query like '%mt_mark_event_progression%'
                """);
        }

        var published = await town.Waiting(Notes.Queue(town.Right));
        Assert.True(published > 0 && await town.Position() < 5);
        await town.StartWriter();

        await Town.Eventually(async () => await town.Position() == 5, "the next leader gets there");
        Assert.True(await town.Waiting(Notes.Queue(town.Right)) > 5, "they are said again");
        await town.StartReader(town.Right);
        await Town.Eventually(async () => await town.Waiting(Notes.Queue(town.Right)) == 0, "all are taken");
        await town.HeardOnce(town.Right, notes);
        await town.HeardOnce(town.Left, notes);
    }

    [Fact]
    public async Task a_leader_that_was_frozen_and_followed_by_another_cannot_store_its_position()
    {
        await using var town = new Town(servers);
        var frozen = await town.StartProcess("writer", town.Notes.Name);
        await Town.Eventually(town.IsMarked, "the first relay leads");
        var next = await town.StartWriter();
        await town.StartReader(town.Left);

        // Its messages are out and not yet confirmed when it freezes.
        servers.Rabbit.Send(Signal.Stop);
        var notes = await Town.WriteMany(next, 5);
        await Task.Delay(1500);
        frozen.Send(Signal.Stop);
        servers.Rabbit.Send(Signal.Continue);
        notes.AddRange(await Town.WriteMany(next, 5));
        await Town.Eventually(async () => await town.Position() == 10, "another leads");

        frozen.Send(Signal.Continue);
        await Town.Eventually(
            () => Task.FromResult(frozen.LastOutput.Contains("held up at position", StringComparison.Ordinal)), "the first one has noticed");

        Assert.Equal(10, await town.Position());
        await town.HeardOnce(town.Left, notes);
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
