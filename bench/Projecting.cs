using System.Diagnostics;
using LiaisonStation.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LiaisonStation.Bench;

internal static class Projecting
{
    private const string Name = "rebuilt";

    /// <summary>
    /// B5: the worklist rebuilt beside the one that is served, and swapped. B8: the asynchronous runner over the second half of the log.
    /// Each with the other's or its own denominator in the same round.
    /// </summary>
    public static async Task RebuildAsync(Rounds rounds, Store store)
    {
        await using var superuser = await store.SuperuserAsync();
        var (last, events) = (await Store.RowsAsync(
            superuser, "select max(seq_id), count(*) from mt_events", r => (r.GetInt64(0), r.GetInt64(1))))[0];
        var half = (await Store.RowsAsync(
            superuser, "select seq_id from mt_events order by seq_id offset (select count(*) / 2 from mt_events) limit 1",
            r => r.GetInt64(0)))[0];
        var behind = (await Store.RowsAsync(
            superuser, $"select count(*) from mt_events where seq_id > {half}", r => r.GetInt64(0)))[0];
        var tables = County.Module([County.Worklist]);
        using var reader = new LogReader(store.Database, tables);
        using var rebuilder = new ProjectionRebuilder(
            store.Database, reader, tables, TimeProvider.System, NullLogger<ProjectionRebuilder>.Instance);
        await rebuilder.StartAsync(CancellationToken.None);

        var (rebuilds, drains) = (new List<(double, double)>(), new List<(double, double)>());
        for (var i = 0; i <= rounds.Count; i++)
        {
            var rebuild = events / await RebuiltAsync();
            var watch = Stopwatch.StartNew();
            var scanned = await Plain.ScanAsync(store) / watch.Elapsed.TotalSeconds;
            await Store.RowsAsync(superuser, "truncate rebuilt", _ => 0);
            var drain = behind / await DrainAsync(half);
            if (i > 0)
            {
                rebuilds.Add((rebuild, scanned));
                drains.Add((drain, rebuild));
            }
        }

        rounds.Add("B5", "an ordered scan of the same events, deserialised", "events/s", rebuilds);
        rounds.Add("B8", "B5's rate", "events/s", drains);
        await rebuilder.StopAsync(CancellationToken.None);

        // From the empty copy to the swap, by the database's clock: the rebuilder looks for wishes only every second.
        async Task<double> RebuiltAsync()
        {
            await rebuilder.RequestAsync(County.Worklist.Name);
            for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50))
            {
                var rebuild = (await rebuilder.ListAsync()).Single().Rebuild!;
                if (rebuild.Stage == RebuildStage.Stopped || watch.Elapsed > TimeSpan.FromMinutes(10))
                {
                    throw new InvalidOperationException($"The rebuild stopped: {rebuild}.");
                }

                if (rebuild.Stage == RebuildStage.Finished)
                {
                    return (await Store.RowsAsync(
                        superuser, "select extract(epoch from finished_at - started_at)::float8 from ls_rebuilds", r => r.GetDouble(0)))[0];
                }
            }
        }

        async Task<double> DrainAsync(long from)
        {
            await Store.RowsAsync(superuser, $"select mt_mark_event_progression('{Name}', {from})", _ => 0);
            var module = County.Module([], new AsyncProjection(Name, Project));
            using var log = new LogReader(store.Database, module);
            using var runner = new ProjectionRunner(
                store.Database, log, module, TimeProvider.System, NullLogger<ProjectionRunner>.Instance);
            var watch = Stopwatch.StartNew();
            await runner.StartAsync(CancellationToken.None);
            while (runner.Statuses[0].Position < last)
            {
                if (runner.Statuses[0].Stopped is not null || watch.Elapsed > TimeSpan.FromMinutes(10))
                {
                    throw new InvalidOperationException($"The projection stopped: {runner.Statuses[0]}.");
                }

                await Task.Delay(5);
            }

            var taken = watch.Elapsed.TotalSeconds;
            await runner.StopAsync(CancellationToken.None);
            return taken;
        }
    }

    private static void Project(IReadOnlyList<RecordedEvent> events, NpgsqlBatch batch)
    {
        var received = events.Where(e => e.Data is AppealReceived).ToArray();
        batch.Add(
            $"""
            insert into rebuilt (tenant_id, appeal, title, notes, at)
            select {events[0].Tenant}, e.appeal, e.title, 0, e.at
              from unnest({received.Select(e => e.Stream).ToArray()}, {received.Select(e => ((AppealReceived)e.Data).Title).ToArray()},
                          {received.Select(e => e.RecordedAt).ToArray()}) as e (appeal, title, at)
            on conflict (tenant_id, appeal) do update set title = excluded.title, notes = 0, at = excluded.at
            """);
        var noted = events.Where(e => e.Data is AppealNoted).CountBy(e => e.Stream).ToArray();
        batch.Add(
            $"""
            update rebuilt r set notes = r.notes + e.notes
              from unnest({noted.Select(n => n.Key).ToArray()}, {noted.Select(n => n.Value).ToArray()}) as e (appeal, notes)
             where r.tenant_id = {events[0].Tenant} and r.appeal = e.appeal
            """);
    }
}
