using System.Globalization;
using LiaisonStation.EventStore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// <c>projections</c> as the first word on a service's command line lists its projections; <c>projections rebuild NAME</c> rebuilds one and
/// shows how far it is. Works on the service's database, beside the service or without it: whichever of them comes first does the work.
/// </summary>
public static class ProjectionsCommand
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <returns>0: done. 1: it could not be. 2: the words are not understood.</returns>
    public static async Task<int> RunAsync(
        ServiceModule module, IConfiguration configuration, IReadOnlyList<string> words, TextWriter output, CancellationToken cancellation)
    {
        if (words is not ([] or ["rebuild", _]))
        {
            await output.WriteLineAsync(Say("projections-usage"));
            return 2;
        }

        await using var database = new StoreDatabase(
            module.Store, configuration.GetConnectionString(module.Store.Database),
            configuration.GetConnectionString($"{module.Store.Database}-reader"));
        try
        {
            await database.OpenAsync(cancellation);
            using var log = new LogReader(database, module.Store);
            using var rebuilder = new ProjectionRebuilder(
                database, log, module.Store, TimeProvider.System, NullLogger<ProjectionRebuilder>.Instance);
            return words is [_, var name] ? await RebuildAsync(rebuilder, name) : await ListAsync(rebuilder);
        }
        catch (Exception e) when (e is StoreSetupException or NpgsqlException or TimeoutException)
        {
            await output.WriteLineAsync(database.Problem ?? $"postgres: {e.Message}");
            return 1;
        }

        async Task<int> ListAsync(ProjectionRebuilder rebuilder)
        {
            foreach (var projection in await rebuilder.ListAsync(cancellation))
            {
                await output.WriteLineAsync(Line(projection));
            }

            return 0;
        }

        async Task<int> RebuildAsync(ProjectionRebuilder rebuilder, string name)
        {
            switch (await rebuilder.RequestAsync(name, cancellation))
            {
                case RebuildAnswer.Unknown:
                    await output.WriteLineAsync($"{name}: {Say("projection-unknown")} {string.Join(", ", rebuilder.Names)}");
                    return 2;
                case RebuildAnswer.NotRebuildable:
                    await output.WriteLineAsync($"{name}: {Say("projection-not-rebuildable")}");
                    return 1;
            }

            await rebuilder.StartAsync(cancellation);
            try
            {
                // On a terminal one line that changes; in a file a line for each change of stage.
                for (RebuildStage? shown = null; ; await Task.Delay(Glance, cancellation))
                {
                    var projection = (await rebuilder.ListAsync(cancellation)).Single(p => p.Name == name);
                    var stage = projection.Rebuild!.Stage;
                    var ended = stage is RebuildStage.Finished or RebuildStage.Stopped;
                    if (!Console.IsOutputRedirected && output == Console.Out)
                    {
                        await output.WriteAsync($"\r{Line(projection)}\u001b[K{(ended ? "\n" : "")}");
                    }
                    else if (stage != shown)
                    {
                        await output.WriteLineAsync(Line(projection));
                    }

                    shown = stage;
                    if (ended)
                    {
                        return stage == RebuildStage.Finished ? 0 : 1;
                    }
                }
            }
            finally
            {
                await rebuilder.StopAsync(CancellationToken.None);
            }
        }

        string Line(ProjectionProgress p) => p.Rebuild switch
        {
            null => string.Create(CultureInfo.InvariantCulture, $"{p.Name,-12} {p.Position:N0} / {p.End:N0}"),
            { Stage: RebuildStage.Waiting } => $"{p.Name,-12} {Say("rebuild-waiting")}",
            { Stage: RebuildStage.Running } r => string.Create(
                CultureInfo.InvariantCulture,
                $"{p.Name,-12} {Say("rebuild-running")}  {(p.End == 0 ? 100 : 100 * r.Position / p.End),3} %  {r.Position:N0} / {p.End:N0}  {r.PerSecond:N0}/s")
                + (r.SecondsLeft is { } left ? string.Create(CultureInfo.InvariantCulture, $"  {Say("rebuild-left")} {left:N0} s") : ""),
            { Stage: RebuildStage.Finished } r => string.Create(
                CultureInfo.InvariantCulture, $"{p.Name,-12} {Say("rebuild-finished")}  {r.FinishedAt:yyyy-MM-dd HH:mm:ss}Z  {r.PerSecond:N0}/s"),
            { } r => $"{p.Name,-12} {Say("rebuild-stopped")} {r.StoppedAt}: {r.Reason}",
        };

        string Say(string code)
        {
            var (chinese, english) = module.Words(code);
            return $"{chinese} {english}";
        }
    }
}
