using LiaisonStation.EventStore;
using Npgsql;

namespace LiaisonStation.Bench;

internal static class Growing
{
    /// <summary>B11: how much slower single operations are on a larger log than on the first of the stores, one session.</summary>
    public static async Task CompareAsync(Rounds rounds, IReadOnlyList<(string Size, Store Store)> stores, int times)
    {
        var county = new County(9);
        foreach (var (name, operation) in new (string, Func<Store, Task>)[]
        {
            // Appending opens more of it.
            ("worklist", store =>
            {
                var tenant = county.Township();
                return store.Bare.Query(
                    tenant,
                    $"select appeal, title, notes, at from worklist where tenant_id = {tenant} and open order by at limit 50",
                    Row);
            }),
            ("load", store =>
            {
                var (tenant, stream) = Any(store);
                return store.Bare.Load(County.Type, stream, tenant);
            }),
            ("append", store =>
            {
                var (tenant, stream) = Any(store);
                return store.Whole.Write(County.Type, stream, County.Cause(tenant), _ => [county.Noted()]);
            }),
        })
        {
            foreach (var (size, store) in stores.Skip(1))
            {
                await rounds.CompareAsync(
                    $"B11-{name}-{size}", $"p50 at {stores[0].Size}; at most 1.5", "ms",
                    () => Rounds.MedianTimeAsync(times, () => operation(store)),
                    () => Rounds.MedianTimeAsync(times, () => operation(stores[0].Store)));
            }
        }

        (string Tenant, Guid Id) Any(Store store) => store.Streams[1 + county.Below(store.Streams.Count - 1)];
    }

    private static (Guid, string, int, DateTime) Row(NpgsqlDataReader row) =>
        (row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.GetDateTime(3));
}
