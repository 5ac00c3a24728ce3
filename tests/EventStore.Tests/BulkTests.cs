using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class BulkTests(Server server)
{
    private static readonly object[] TwoEvents = [new MeterInstalled("石浦镇", Phase.ThreePhase), new MeterRead(7)];

    [Fact]
    public async Task streams_founded_in_bulk_stand_there_as_if_written_one_by_one()
    {
        await using var replica = await Replica.StartAsync(server);
        var (bulk, alone) = (New(3), New(1)[0]);
        Assert.Equal(BulkOutcome.Appended, await replica.Get<BulkAppend>().Found(Meter, bulk));
        await replica.Store.Write(Meter, alone.Id, alone.Cause, _ => [.. TwoEvents], ifVersion: 0);

        // Ids, times and hashes differ from event to event; whatever else is stored does not.
        string[] Stored(Guid stream) => replica.RowAsync(
            $"""
            select array(select (to_jsonb(e) - array['seq_id', 'id', 'stream_id', 'timestamp', 'correlation_id']
                                 || jsonb_build_object('headers', e.headers - 'hash'))::text
                           from mt_events e where stream_id = {stream} order by seq_id)
                   || array(select (to_jsonb(s) - array['id', 'timestamp', 'created'])::text from mt_streams s where id = {stream})
                   || array(select (to_jsonb(i) - array['stream_id', 'message_id', 'recorded_at'])::text from ls_inbox i where stream_id = {stream})
                   || array(select (to_jsonb(l) - 'meter')::text from latest l where meter = {stream})
            """,
            row => row.GetFieldValue<string[]>(0)).Result;
        var expected = Stored(alone.Id);
        Assert.Equal(5, expected.Length);
        Assert.All(bulk, s => Assert.Equal(expected, Stored(s.Id)));
        foreach (var stream in bulk)
        {
            Assert.Equal([1L, 2], (await replica.Store.Read(stream.Id, Township)).Select(e => e.Version));
            var next = await replica.Store.Write(Meter, stream.Id, Cause(), Read(1));
            Assert.Equal((OutcomeKind.Appended, 3L, 8), (next.Kind, next.Version, next.State!.Sum));
        }

        await Eventually.Holds(
            async () => await replica.ScalarAsync<long>($"select count(*) from ls_hash_leaf") == 11, "all events were sealed");
        Assert.Empty((await replica.VerifyAsync()).Breaks);
    }

    [Fact]
    public async Task the_numbers_rise_in_the_order_given()
    {
        await using var replica = await Replica.StartAsync(server);
        var streams = New(40);
        await replica.Get<BulkAppend>().Found(Meter, streams);
        var log = (await replica.Log.ReadAsync(0, 100)).Events;
        Assert.Equal(streams.SelectMany(s => new[] { s.Id, s.Id }), log.Select(e => e.Stream));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task where_one_is_there_already_nothing_is_written(bool byStream)
    {
        await using var replica = await Replica.StartAsync(server);
        var streams = New(5);
        var known = byStream ? streams[2] : streams[2] with { Id = Guid.CreateVersion7() };
        await replica.Store.Write(Meter, known.Id, byStream ? Cause() : known.Cause, _ => [.. TwoEvents]);

        Assert.Equal(BulkOutcome.Conflict, await replica.Get<BulkAppend>().Found(Meter, streams));
        Assert.Equal(2, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select count(*) from latest"));
    }

    [Fact]
    public async Task what_would_not_be_read_back_or_breaks_beside_it_leaves_nothing()
    {
        await using var replica = await Replica.StartAsync(server);
        var bulk = replica.Get<BulkAppend>();
        var broken = New(1)[0] with { Events = [new MeterInstalled("a\0b", Phase.OnePhase)] };
        Assert.Equal(BulkOutcome.NotStorable, await bulk.Found(Meter, [.. New(2), broken]));
        await Assert.ThrowsAsync<PostgresException>(() => bulk.Found(
            Meter, New(2), batch => batch.Add($"insert into shared_note (name) values ({null}::varchar)")));
        await Assert.ThrowsAsync<ArgumentException>(() => bulk.Found(Meter, [.. New(1), .. New(1, Neighbour)]));
        await Assert.ThrowsAsync<ArgumentException>(() => bulk.Found(Meter, New((BulkAppend.MostEvents / 2) + 1)));
        Assert.Equal(0, await replica.ScalarAsync<long>($"select count(*) from mt_events"));
        Assert.Equal(0, await replica.ScalarAsync<long>($"select count(*) from mt_streams"));

        // The same session serves the next.
        Assert.Equal(BulkOutcome.Appended, await bulk.Found(Meter, New(2)));
    }

    [Fact]
    public async Task a_reader_waits_for_a_bulk_that_has_its_numbers_and_has_not_committed()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var holder = await replica.SuperuserAsync();
        await using var held = await holder.BeginTransactionAsync();
        await holder.Run("insert into shared_note values ('held')", default);

        // It waits for the holder after its numbers are drawn.
        var bulk = replica.Get<BulkAppend>().Found(Meter, New(10), batch => batch.Add($"insert into shared_note values ('held')"));
        await Eventually.Holds(
            () => replica.ScalarAsync<bool>($"select last_value >= 20 from mt_events_sequence"), "the bulk has its numbers");
        await replica.InstalledAsync();
        for (var look = 0; look < 20; look++)
        {
            Assert.Empty((await replica.Log.ReadAsync(0, 100)).Events);
        }

        await held.RollbackAsync();
        Assert.Equal(BulkOutcome.Appended, await bulk);
        await Eventually.Holds(
            async () => (await replica.Log.ReadAsync(0, 100)).Events.Count == 21, "all of them are read, in order");
    }

    private static List<Founding<object>> New(int count, string tenant = Township) =>
    [
        .. Enumerable.Range(0, count).Select(_ => new Founding<object>(Guid.CreateVersion7(), Cause(tenant, Key("f")), TwoEvents)),
    ];
}
