using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

/// <summary>A check of a meter stands today with its unit; once it was in whole kilowatt-hours, and at first in watt-hours.</summary>
[Collection(nameof(Server))]
public sealed class VersionTests(Server server)
{
    private static readonly StoreModule Today = Module() with
    {
        Events =
        [
            EventType.Of<MeterInstalled>(),
            EventType.Of<MeterChecked>()
                .From<MeterCheckedV2>(old => new(old.KilowattHours, "kWh"))
                .From<MeterCheckedV1>(old => new(
                    old.WattHours >= 0 ? old.WattHours / 1000 : throw new InvalidOperationException("below zero"))),
        ],
        Inline = [],
    };

    private static readonly StreamType<MeterChecked, object> Checks = new(
        "meter", (state, e) => e is MeterChecked c ? c : state ?? new(0, ""));

    [Fact]
    public void versions_have_aliases_of_their_own_and_the_newest_is_written() => Assert.Equal(
        [("meter_checked", typeof(MeterCheckedV1)), ("meter_checked_v2", typeof(MeterCheckedV2)), ("meter_checked_v3", typeof(MeterChecked))],
        Today.Events[1].Versions.Select(v => (v.Alias, v.Type)));

    [Fact]
    public async Task every_older_version_is_read_as_the_newest_and_the_newest_is_written()
    {
        await using var replica = await StartAsync();
        var meter = await StoredAsync(replica, ("meter_checked", """{"wattHours":5000}"""), ("meter_checked_v2", """{"kilowattHours":7}"""));
        var seen = new List<MeterChecked?>();
        var written = await replica.Store.Write(Checks, meter, Cause(), state =>
        {
            seen.Add(state);
            return [new MeterChecked(8.5m, "kWh")];
        });
        Assert.Equal(OutcomeKind.Appended, written.Kind);
        Assert.Equal([new MeterChecked(7, "kWh")], seen);
        Assert.Equal(
            [("meter_checked", new MeterChecked(5, "kWh")), ("meter_checked_v2", new(7, "kWh")), ("meter_checked_v3", new(8.5m, "kWh"))],
            (await replica.Store.Read(meter, Township)).Select(e => (e.Type, (MeterChecked)e.Data)));
        Assert.Equal(3, (await replica.Log.ReadAsync(0, 10)).Events.Count);
    }

    [Theory]
    [InlineData("meter_checked_v4", """{"kilowattHours":7,"unit":"kWh"}""")]
    [InlineData("meter_checked_v3", """{"kilowattHours":7}""")]
    [InlineData("meter_checked_v3", """{"kilowattHours":7,"unit":"kWh","by":"nobody"}""")]
    [InlineData("meter_checked_v2", "null")]
    [InlineData("meter_checked", """{"wattHours":-1}""")]
    public async Task an_unknown_version_or_shape_is_read_by_nobody_and_named(string alias, string data)
    {
        await using var replica = await StartAsync();
        var meter = await StoredAsync(replica, ("meter_checked_v2", """{"kilowattHours":7}"""), (alias, data));
        var culprit = await replica.ScalarAsync<Guid>($"select id from mt_events where seq_id = 2");
        var decided = false;
        var write = await Assert.ThrowsAsync<UnreadableEventException>(() => replica.Store.Write(Checks, meter, Cause(), _ =>
        {
            decided = true;
            return [];
        }));
        Assert.False(decided);
        Assert.Equal(culprit, write.Id);
        Assert.Equal(1, (await replica.Log.ReadAsync(0, 10)).Position);
        Assert.Equal(culprit, (await Assert.ThrowsAsync<UnreadableEventException>(() => replica.Log.ReadAsync(1, 10))).Id);
    }

    private Task<Replica> StartAsync() => Replica.StartAsync(server.SuperuserString($"m{Guid.NewGuid():N}"), Today);

    private static async Task<Guid> StoredAsync(Replica replica, params (string Alias, string Data)[] events)
    {
        var meter = Guid.CreateVersion7();
        await using var connection = await replica.Database.App.OpenConnectionAsync();
        foreach (var (alias, data) in events)
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.Township(Township);
            batch.Add(
                $$"""
                select mt_quick_append_events(
                    {{meter}}, 'meter', {{Township}}, array[gen_random_uuid()], array[{{alias}}]::varchar[], array['']::varchar[],
                    array[{{data}}]::jsonb[], array[null]::bytea[], array[null]::varchar[], array[null]::varchar[],
                    array['null']::jsonb[], array[now()])
                """);
            await batch.ExecuteNonQueryAsync();
        }

        return meter;
    }

    private sealed record MeterChecked(decimal KilowattHours, string Unit);

    private sealed record MeterCheckedV2(int KilowattHours);

    private sealed record MeterCheckedV1(int WattHours);
}
