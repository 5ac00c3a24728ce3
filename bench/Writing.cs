using LiaisonStation.EventStore;

namespace LiaisonStation.Bench;

internal static class Writing
{
    private const int Writers = 16;

    /// <summary>B1: a stream row and its first event, 16 writers; also one writer and 64.</summary>
    /// <param name="all">How many are written in each turn.</param>
    public static async Task AppendAsync(Rounds rounds, Store store, int all)
    {
        const string against = "the same rows by prepared INSERTs, a commit each";
        await rounds.CompareAsync("B1", against, "events/s", () => OursAsync(Writers, First), () => PlainAsync(store, Writers, all));
        await rounds.CompareAsync(
            "B1-1", $"{against}, one writer", "events/s", () => OursAsync(1, First), () => PlainAsync(store, 1, all / 4));
        await rounds.CompareAsync("B1-64", $"{against}, 64 writers", "events/s", () => OursAsync(64, First), () => PlainAsync(store, 64, all));
        await rounds.CompareAsync(
            "B1-inbox-inline", "stream row and event by prepared INSERTs, without the inbox and worklist rows", "events/s",
            () => OursAsync(Writers, (county, tenant) => store.Whole.Write(
                County.Type, Guid.CreateVersion7(), County.Cause(tenant, new("http", Guid.CreateVersion7())),
                _ => [county.Received()], ifVersion: 0)),
            () => PlainAsync(store, Writers, all));
        await rounds.CompareAsync(
            "B1-fetched", "the same rows by prepared INSERTs, without the fetch", "events/s",
            () => OursAsync(Writers, (county, tenant) => store.Bare.Write(
                County.Type, Guid.CreateVersion7(), County.Cause(tenant), _ => [county.Received()])),
            () => PlainAsync(store, Writers, all));

        Task<Outcome<Appeal>> First(County county, string tenant) => store.Bare.Write(
            County.Type, Guid.CreateVersion7(), County.Cause(tenant), _ => [county.Received()], ifVersion: 0);

        Task<double> OursAsync(int writers, Func<County, string, Task<Outcome<Appeal>>> write) =>
            Rounds.RateAsync(writers, all / (writers == 1 ? 4 : writers), async writer =>
            {
                var county = new County(100 + writer);
                for (var i = 0; i < all / (writers == 1 ? 4 : writers); i++)
                {
                    Appended(await write(county, county.Township()));
                }
            });
    }

    /// <summary>B1-fetch-append: the next event of a stream of five, one writer; every fiftieth time the hot stream's.</summary>
    public static Task FetchAppendAsync(Rounds rounds, Store store, int times)
    {
        var turn = 0;
        return rounds.CompareAsync(
            "B1-fetch-append", "SELECT and deserialise, then UPDATE and INSERT, prepared: two round trips", "events/s",
            () => Rounds.RateAsync(1, times, async one =>
            {
                var county = new County(3);
                foreach (var (tenant, stream) in Next())
                {
                    Appended(await store.Bare.Write(County.Type, stream, County.Cause(tenant), _ => [county.Noted()]));
                }
            }),
            () => Rounds.RateAsync(1, times, async one =>
            {
                var county = new County(3);
                await using var plain = await Plain.OpenAsync(store);
                foreach (var (tenant, stream) in Next())
                {
                    var version = await plain.LoadAsync(tenant, stream);
                    await plain.AppendAsync(tenant, stream, version, Plain.Write(county.Noted()));
                }
            }));

        // Each turn takes streams that no other has touched, as long as there are any.
        IEnumerable<(string Tenant, Guid Id)> Next()
        {
            var from = times * turn++;
            for (var i = 0; i < times; i++)
            {
                yield return i % 50 == 49 ? store.Hot : store.Streams[1 + ((from + i) % (store.Streams.Count - 1))];
            }
        }
    }

    /// <summary>B1-load-fold: streams of five, one session.</summary>
    public static Task LoadFoldAsync(Rounds rounds, Store store, int times)
    {
        return rounds.CompareAsync(
            "B1-load-fold", "SELECT and deserialise, prepared", "loads/s",
            () => Rounds.RateAsync(1, times, async one =>
            {
                foreach (var (tenant, stream) in Chosen())
                {
                    _ = await store.Bare.Load(County.Type, stream, tenant) ?? throw new InvalidOperationException("No such stream.");
                }
            }),
            () => Rounds.RateAsync(1, times, async one =>
            {
                await using var plain = await Plain.OpenAsync(store);
                foreach (var (tenant, stream) in Chosen())
                {
                    _ = await plain.LoadAsync(tenant, stream);
                }
            }));

        IEnumerable<(string Tenant, Guid Id)> Chosen()
        {
            var county = new County(5);
            for (var i = 0; i < times; i++)
            {
                yield return i % 50 == 49 ? store.Hot : store.Streams[county.Below(store.Streams.Count)];
            }
        }
    }

    private static Task<double> PlainAsync(Store store, int writers, int all) => Rounds.RateAsync(writers, all / writers, async writer =>
    {
        var county = new County(100 + writer);
        await using var plain = await Plain.OpenAsync(store);
        for (var i = 0; i < all / writers; i++)
        {
            await plain.FoundAsync(county.Township(), Guid.CreateVersion7(), Plain.Write(county.Received()));
        }
    });

    private static void Appended(Outcome<Appeal> outcome)
    {
        if (outcome.Kind != OutcomeKind.Appended)
        {
            throw new InvalidOperationException($"Not appended: {outcome.Kind}.");
        }
    }
}
