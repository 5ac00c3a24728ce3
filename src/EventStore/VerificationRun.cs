using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <param name="Progress">Of the verification that runs, or of the last one.</param>
/// <param name="Report">Of the last one that came to its end.</param>
/// <param name="Failed">The last one could not be finished; the service's log says why.</param>
public sealed record VerificationState(
    bool Running, DateTimeOffset? StartedAt, VerificationProgress? Progress, VerificationReport? Report, bool Failed);

/// <summary>
/// One verification at a time over all replicas, outliving the request that asked for it. How it stands lies in the database, so that
/// every replica answers the same.
/// </summary>
/// <remarks>It is heard of every second; one not heard of for half a minute has died with its replica.</remarks>
public sealed partial class VerificationRun(
    StoreDatabase database, Checkpoints checkpoints, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<VerificationRun> logger)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<VerificationState> StateAsync(CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add($"select state, heard_at < clock_timestamp() - interval '30 seconds' from ls_verification");
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return new(false, null, null, null, false);
        }

        var state = JsonSerializer.Deserialize<VerificationState>(row.GetString(0), Json)!;
        return state.Running && row.GetBoolean(1) ? state with { Running = false, Failed = true } : state;
    }

    /// <returns>How it stands now; null: one runs already.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<VerificationState?> StartAsync(IReadOnlyList<string> held, CancellationToken cancellation)
    {
        var (run, state) = (Guid.CreateVersion7(), new VerificationState(true, time.GetUtcNow(), null, null, false));
        var won = await WriteAsync(
            $"""
            insert into ls_verification as v (run, state, heard_at) values ({run}, {Written(state)}::jsonb, clock_timestamp())
            on conflict (one) do update set run = excluded.run, state = excluded.state, heard_at = excluded.heard_at
             where not (v.state ->> 'running')::boolean or v.heard_at < clock_timestamp() - interval '30 seconds'
            """,
            cancellation);
        if (!won)
        {
            return null;
        }

        _ = Task.Run(() => RunAsync(run, state, held), CancellationToken.None);
        return state;
    }

    private async Task RunAsync(Guid run, VerificationState state, IReadOnlyList<string> held)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        var reached = new Reached();
        try
        {
            var verifying = new Verification(database.Reader, checkpoints.Outside(held)).RunAsync(reached, stop.Token);
            while (await Task.WhenAny(verifying, Task.Delay(Beat, stop.Token)) != verifying)
            {
                if (!await SayAsync(run, state = state with { Progress = reached.Last }, stop.Token))
                {
                    await stop.CancelAsync();
                }
            }

            var report = await verifying;
            if (!report.Intact)
            {
                LogBroken(report.Breaks.Count, report.Breaks[0].Kind, report.Breaks[0].Sequence, report.Breaks[0].What);
            }

            await SayAsync(run, state with { Running = false, Progress = reached.Last, Report = report }, stop.Token);
        }
#pragma warning disable CA1031 // Nobody awaits it: whatever it is, it is shown.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e);
            await SayFailedAsync(run, state with { Running = false, Failed = true });
        }
    }

    private async Task SayFailedAsync(Guid run, VerificationState state)
    {
        try
        {
            await SayAsync(run, state, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // It falls silent, which says the same half a minute later.
        }
    }

    /// <returns>False: it was taken for dead, and another runs.</returns>
    private Task<bool> SayAsync(Guid run, VerificationState state, CancellationToken cancellation) => WriteAsync(
        $"update ls_verification set state = {Written(state)}::jsonb, heard_at = clock_timestamp() where run = {run}", cancellation);

    private async Task<bool> WriteAsync(FormattableString sql, CancellationToken cancellation)
    {
        await using var connection = await database.Reader.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(sql);
        return await batch.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private static string Written(VerificationState state) => JsonSerializer.Serialize(state, Json);

    [LoggerMessage(LogLevel.Critical, "The log does not verify: {Breaks} breaks, the first {Kind} at sequence {Sequence}. {What}")]
    private partial void LogBroken(int breaks, BreakKind kind, long? sequence, string what);

    [LoggerMessage(LogLevel.Error, "The verification could not be finished.")]
    private partial void LogFailed(Exception cause);

    /// <summary>Progress without a detour over the thread pool.</summary>
    private sealed class Reached : IProgress<VerificationProgress>
    {
        private volatile VerificationProgress? _last;

        public VerificationProgress? Last => _last;

        public void Report(VerificationProgress value) => _last = value;
    }
}
