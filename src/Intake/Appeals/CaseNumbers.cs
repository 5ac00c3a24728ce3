using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Case numbers: township, recorded local date, serial of that township and day. A serial may be skipped, never given twice.</summary>
public static class CaseNumbers
{
    public static async Task<string> Next(StreamStore store, string township, TimeProvider time, CancellationToken cancellation) =>
        (await Reserve(store, township, time.GetUtcNow(), 1, cancellation))[0];

    public static async Task<IReadOnlyList<string>> Reserve(
        StreamStore store, string township, DateTimeOffset now, int count, CancellationToken cancellation)
    {
        if (count == 0)
        {
            return [];
        }

        var day = BusinessTime.DateOf(now);
        FormattableString reserve = $"""
            insert into case_numbers values ({township}, {day}, {count})
            on conflict (tenant_id, day) do update set last = case_numbers.last + excluded.last
            returning last
            """;
        var last = (await store.Query(township, reserve, r => r.GetInt32(0), cancellation))[0];
        return [.. Enumerable.Range(last - count + 1, count).Select(serial => Of(township, day, serial))];
    }

    public static string Of(string township, DateOnly day, int serial) => $"{township}-{day:yyyyMMdd}-{serial:D4}";
}
