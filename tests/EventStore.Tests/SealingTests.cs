using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class SealingTests(Server server)
{
    [Fact]
    public async Task every_event_becomes_a_leaf_once_in_the_logs_order_whichever_replica_seals()
    {
        await using var replica = await Replica.StartAsync(server);
        await using var another = await replica.AnotherAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            var meter = await replica.InstalledAsync();
            for (var i = 0; i < 5; i++)
            {
                await another.Store.Write(Meter, meter, Cause(), Read(i));
            }
        })));
        await SealedAsync(replica, 36);

        Assert.True(await replica.ScalarAsync<bool>(
            $"""
            select bool_and(l.seq_id = e.seq_id and l.leaf = e.place - 1)
              from (select seq_id, row_number() over (order by seq_id) as place from mt_events) e
              full join ls_hash_leaf l on l.seq_id = e.seq_id
            """));
        var expected = new GrowingTree();
        foreach (var (sequence, hash) in await HashesAsync(replica))
        {
            expected.Add(MerkleTree.Leaf(sequence, hash));
        }

        var tree = replica.Get<HashTree>();
        Assert.Equal(expected.Root, await tree.RootAsync(36));
        for (var leaf = 0; leaf < 36; leaf++)
        {
            var (sequence, hash) = (await HashesAsync(replica))[leaf];
            Assert.True(MerkleTree.Includes(
                expected.Root, 36, leaf, MerkleTree.Leaf(sequence, hash), await tree.InclusionAsync(leaf, 36)));
        }

        var roots = await Task.WhenAll(Enumerable.Range(0, 37).Select(size => tree.RootAsync(size)));
        for (var later = 1; later <= 36; later++)
        {
            for (var earlier = 1; earlier <= later; earlier++)
            {
                var proof = await tree.ConsistencyAsync(earlier, later);
                Assert.True(MerkleTree.Extends(earlier, roots[earlier], later, roots[later], proof));
                Assert.False(MerkleTree.Extends(earlier, roots[earlier - 1], later, roots[later], proof));
            }
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => tree.RootAsync(37));
    }

    [Fact]
    public async Task sealing_waits_for_a_slow_writer_and_goes_on_after_a_restart()
    {
        await using var replica = await Replica.StartAsync(server);
        await using (var slow = await SlowWriter.StartAsync(replica))
        {
            await replica.InstalledAsync();
            await Task.Delay(300);
            Assert.Equal(0, (await replica.Get<HashTree>().SizeAsync()).Size);
            await slow.CommitAsync();
        }

        await SealedAsync(replica, 2);
        await replica.DisposeAsync();
        await using var next = await replica.AnotherAsync();
        await next.InstalledAsync();
        await SealedAsync(next, 3);
        Assert.Equal(new[] { 1L, 2, 3 }, await next.ScalarAsync<long[]>($"select array_agg(seq_id order by leaf) from ls_hash_leaf"));
    }

    [Fact]
    public async Task a_stream_without_hashes_is_sealed_row_by_row_without_going_back_to_its_beginning()
    {
        await using var replica = await Replica.StartAsync(server);
        var stream = Guid.CreateVersion7();
        await using var app = await replica.Database.App.OpenConnectionAsync();
        for (var i = 0; i < 5; i++)
        {
            await SlowWriter.AppendAsync(app, stream, "meter_installed");
        }

        var whole = await new StreamEnds().HashOfUnchainedAsync(replica.Database.Reader, Township, stream, 5, default);
        var ends = new StreamEnds();
        await ends.HashOfUnchainedAsync(replica.Database.Reader, Township, stream, 4, default);
        await SealedAsync(replica, 5);
        await replica.RunAsync("alter table mt_events disable trigger ls_no_change; delete from mt_events where version < 5");
        Assert.Equal(whole, await ends.HashOfUnchainedAsync(replica.Database.Reader, Township, stream, 5, default));
        Assert.Equal(whole, ends.Of(Township, stream)!.Value.Hash);
        Assert.NotEqual(whole, await new StreamEnds().HashOfUnchainedAsync(replica.Database.Reader, Township, stream, 5, default));
    }

    [Fact]
    public void of_many_streams_the_longest_untouched_are_forgotten_first()
    {
        var ends = new StreamEnds(most: 10);
        var kept = Guid.CreateVersion7();
        for (var i = 0; i < 100; i++)
        {
            ends.Met(Township, Guid.CreateVersion7(), new(1, default));
            ends.Met(Township, kept, new(i, default));
        }

        Assert.Equal(99, ends.Of(Township, kept)!.Value.Version);
        Assert.Null(ends.Of(Neighbour, kept));
    }

    [Theory]
    [InlineData("update ls_hash_leaf set seq_id = 9")]
    [InlineData("delete from ls_hash_leaf")]
    [InlineData("truncate ls_hash_leaf")]
    public async Task leaves_are_never_changed(string change)
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync();
        await SealedAsync(replica, 1);
        Assert.Equal("LS001", (await Assert.ThrowsAsync<PostgresException>(() => replica.RunAsync(change))).SqlState);
        foreach (var source in new[] { replica.Database.App, replica.Database.Reader })
        {
            await using var connection = await source.OpenConnectionAsync();
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => connection.Run(change, default))).SqlState);
        }
    }

    internal static Task SealedAsync(Replica replica, long size) => Eventually.Holds(
        async () => (await replica.Get<HashTree>().SizeAsync()).Size == size, $"{size} events were sealed");

    private static async Task<IReadOnlyList<(long Sequence, string Hash)>> HashesAsync(Replica replica)
    {
        await using var connection = await replica.SuperuserAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add($"select seq_id, headers ->> 'hash' from mt_events order by seq_id");
        await using var row = await batch.ExecuteReaderAsync();
        var hashes = new List<(long, string)>();
        while (await row.ReadAsync())
        {
            hashes.Add((row.GetInt64(0), row.GetString(1)));
        }

        return hashes;
    }
}
