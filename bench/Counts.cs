using LiaisonStation.EventStore;
using Npgsql;

namespace LiaisonStation.Bench;

/// <summary>What one operation costs, whatever the machine.</summary>
/// <param name="Commits">Transactions that wrote something, each of which waits for the disk.</param>
/// <param name="Allocated">Bytes of managed memory, on all threads.</param>
internal sealed record Count(string What, double RoundTrips, double Commits, double Wal, double Allocated);

/// <remarks>Announcements, at most one commit per 20 ms however many the appends, are left out.</remarks>
internal static class Counts
{
    private const string Township = "330225101";
    private const int Times = 200;

    public static async Task<IReadOnlyList<Count>> TakeAsync(string superuser)
    {
        await using var store = await Store.OpenAsync(superuser, announced: false);
        await using var wire = new Wire(new NpgsqlConnectionStringBuilder(superuser).Port);
        await using var watched = await Store.OpenAsync(
            new NpgsqlConnectionStringBuilder(superuser) { Port = wire.Port, SslMode = SslMode.Disable }.ConnectionString,
            announced: false);
        await using var probe = await store.SuperuserAsync();

        var county = new County(11);
        var streams = Enumerable.Range(0, Times).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var stream in streams)
        {
            await store.Bare.Write(County.Type, stream, County.Cause(Township), _ => [county.Received()]);
        }

        return
        [
            await TakeAsync("first event", (s, _) => s.Bare.Write(
                County.Type, Guid.CreateVersion7(), County.Cause(Township), _ => [county.Received()], ifVersion: 0)),
            await TakeAsync("first event, inbox, worklist", (s, _) => s.Whole.Write(
                County.Type, Guid.CreateVersion7(), County.Cause(Township, new("http", Guid.CreateVersion7())),
                _ => [county.Received()], ifVersion: 0)),
            await TakeAsync("next event", (s, stream) => s.Bare.Write(
                County.Type, stream, County.Cause(Township), _ => [county.Noted()])),
            await TakeAsync("load and fold", (s, stream) => s.Bare.Load(County.Type, stream, Township)),
            await TakeAsync("first event, 16 writers", (s, _) => s.Bare.Write(
                County.Type, Guid.CreateVersion7(), County.Cause(Township), _ => [Received()], ifVersion: 0), writers: 16),
        ];

        AppealReceived Received()
        {
            lock (county)
            {
                return county.Received();
            }
        }

        async Task<Count> TakeAsync(string what, Func<Store, Guid, Task> operation, int writers = 1)
        {
            await EachAsync(watched);
            await EachAsync(store);
            var before = await PositionAsync();
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            await EachAsync(store);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            var after = await PositionAsync();
            var trips = wire.RoundTrips;
            await EachAsync(watched);
            return new(
                what, Each(wire.RoundTrips - trips), Each(after.Transactions - before.Transactions),
                Each(after.Wal - before.Wal), Each(allocated));

            Task EachAsync(Store on) => Task.WhenAll(streams.Chunk((Times + writers - 1) / writers).Select(async own =>
            {
                foreach (var stream in own)
                {
                    await operation(on, stream);
                }
            }));
        }

        // Only a transaction that writes takes a number.
        async Task<(long Transactions, long Wal)> PositionAsync() => (await Store.RowsAsync(
            probe,
            "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint, (pg_current_wal_insert_lsn() - '0/0')::bigint",
            r => (r.GetInt64(0), r.GetInt64(1))))[0];

        static double Each(long all) => all / (double)Times;
    }
}
