using LiaisonStation.EventStore;

namespace LiaisonStation.Bench;

internal static class Writing
{
    private const int Writers = 16;

    /// <summary>B1: a stream row and its first event in one commit, 16 writers.</summary>
    public static async Task AppendAsync(Rounds rounds, Store store, int each)
    {
        const string against = "the same rows by prepared INSERTs";
        await rounds.CompareAsync(
            "B1", against, "events/s",
            () => OursAsync((county, tenant) => store.Bare.Write(
                County.Type, Guid.CreateVersion7(), County.Cause(tenant), _ => [county.Received()], ifVersion: 0)),
            () => PlainAsync(store, each));
        await rounds.CompareAsync(
            "B1-inbox-inline", "stream row and event by prepared INSERTs, without the inbox and worklist rows", "events/s",
            () => OursAsync((county, tenant) => store.Whole.Write(
                County.Type, Guid.CreateVersion7(), County.Cause(tenant, new("http", Guid.CreateVersion7())),
                _ => [county.Received()], ifVersion: 0)),
            () => PlainAsync(store, each));
        await rounds.CompareAsync(
            "B1-fetched", "the same rows by prepared INSERTs, without the fetch", "events/s",
            () => OursAsync((county, tenant) => store.Bare.Write(
                County.Type, Guid.CreateVersion7(), County.Cause(tenant), _ => [county.Received()])),
            () => PlainAsync(store, each));

        Task<double> OursAsync(Func<County, string, Task<Outcome<Appeal>>> write) => Rounds.RateAsync(Writers, each, async writer =>
        {
            var county = new County(100 + writer);
            for (var i = 0; i < each; i++)
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

    private static Task<double> PlainAsync(Store store, int each) => Rounds.RateAsync(Writers, each, async writer =>
    {
        var county = new County(100 + writer);
        await using var plain = await Plain.OpenAsync(store);
        for (var i = 0; i < each; i++)
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
