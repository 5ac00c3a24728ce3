using System.Diagnostics;
using System.Text.Json;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Bench;

var quick = args.Contains("--quick");
var only = args.Where(a => !a.StartsWith('-')).ToArray();
var watch = Stopwatch.StartNew();

await using var server = await PostgresServer.StartTemporaryAsync();
await using (var superuser = new Npgsql.NpgsqlConnection(server.ConnectionString + ";Pooling=false"))
{
    await superuser.OpenAsync();
    foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes" })
    {
        var value = (await Store.RowsAsync(superuser, $"show {setting}", r => r.GetString(0)))[0];
        if (value != "on")
        {
            throw new InvalidOperationException($"{setting} is {value}: nothing is measured without durability.");
        }
    }
}

var rounds = new Rounds(quick ? 5 : 9);
Console.WriteLine($"id                 ratio  range          ours : denominator         ({rounds.Count} rounds{(quick ? ", quick" : "")})");
await using var small = await (await Store.OpenAsync(server.ConnectionStringFor("bench_1e4") + ";Maximum Pool Size=72")).SeedAsync(10_000);
if (Wanted("B1"))
{
    await Writing.AppendAsync(rounds, small, quick ? 2400 : 8000);

    // One session is one: not one after another of the many that the writers have opened.
    await using var alone = await Store.OpenAsync(server.ConnectionStringFor("bench_1e4"));
    alone.Streams = small.Streams;
    await Writing.FetchAppendAsync(rounds, alone, quick ? 200 : 1000);
    await Writing.LoadFoldAsync(rounds, alone, quick ? 1000 : 5000);
}

if (Wanted("B5"))
{
    await using var log = await (await Store.OpenAsync(server.ConnectionStringFor("bench_log"))).SeedAsync(quick ? 10_000 : 100_000);
    await Projecting.RebuildAsync(rounds, log);
}

if (Wanted("B7"))
{
    await using var log = await Store.OpenAsync(server.ConnectionStringFor("bench_sealed"));
    await Verifying.VerifyAsync(rounds, log, quick ? 100_000 : 500_000);
}

if (Wanted("B11"))
{
    await using var fresh = await (await Store.OpenAsync(server.ConnectionStringFor("bench_growth_1e4"))).SeedAsync(10_000);
    await using var larger = await (await Store.OpenAsync(server.ConnectionStringFor("bench_1e5"))).SeedAsync(100_000);
    await using var largest = quick
        ? null
        : await (await Store.OpenAsync(server.ConnectionStringFor("bench_1e6"))).SeedAsync(1_000_000);
    await Growing.CompareAsync(
        rounds, [("1e4", fresh), ("1e5", larger), .. largest is null ? Array.Empty<(string, Store)>() : [("1e6", largest)]],
        quick ? 200 : 500);
}

Console.WriteLine();
Console.WriteLine("per operation                 round trips  commits  WAL bytes  allocated bytes");
foreach (var count in await Counts.TakeAsync(server.ConnectionStringFor("bench_counts")))
{
    Console.WriteLine($"{count.What,-30} {count.RoundTrips,10:0.##} {count.Commits,8:0.##} {count.Wal,10:#,0} {count.Allocated,16:#,0}");
}

var place = Path.Combine(AppContext.BaseDirectory, "../../../results.json");
if (only.Length == 0)
{
    var results = rounds.All.Select(m => m with
    {
        Ratio = Math.Round(m.Ratio, 3),
        Low = Math.Round(m.Low, 3),
        High = Math.Round(m.High, 3),
    });
    await File.WriteAllTextAsync(place, JsonSerializer.Serialize(results, JsonSerializerOptions.Web) + "\n");
}

Console.WriteLine($"{watch.Elapsed.TotalSeconds:0} s");
return;

bool Wanted(string id) => only.Length == 0 || only.Contains(id);
