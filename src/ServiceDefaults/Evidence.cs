using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// What shows that a service's log is what it was: signed checkpoints for anybody to keep, proofs between them, and a verification
/// of the whole log for the county's auditors.
/// </summary>
public static class Evidence
{
    internal static void MapEvidence(this WebApplication app)
    {
        var checkpoints = app.MapGroup("/checkpoints");
        checkpoints.MapGet("", Latest).AllowAnonymous().WithSummary("最新的签名检查点 / The latest signed checkpoint");
        checkpoints.MapGet("/key", Key).AllowAnonymous().WithSummary("验证检查点的公钥 / The public key that verifies checkpoints");
        checkpoints.MapGet("/consistency", Consistency).AllowAnonymous()
            .WithSummary("两个检查点之间的一致性证明 / Proof that one checkpoint extends another");
        checkpoints.MapPost("", SignNow).RequireRole(Role.Auditor).WithSummary("立即签发检查点 / Sign a checkpoint now");

        var verification = app.MapGroup("/verification");
        verification.MapPost("", Verify).RequireRole(Role.Auditor).WithSummary("核验全部记录 / Verify the whole log");
        verification.MapGet("", Progress).RequireRole(Role.Auditor).WithSummary("核验进度与结果 / How far the verification is, and what it found");
    }

    private static IResult Latest(HttpContext http, Checkpoints checkpoints) => checkpoints.Folder?.Latest() is { } note
        ? TypedResults.Text(note, "text/plain; charset=utf-8")
        : http.Problem(Refuse.Unknown("no-checkpoint-yet"));

    private static IResult Key(HttpContext http, Checkpoints checkpoints) => checkpoints.Folder is null
        ? http.Problem(Refuse.Unknown("no-checkpoint-yet"))
        : TypedResults.Text(checkpoints.Key.Verifier(checkpoints.Origin) + "\n", "text/plain; charset=utf-8");

    private static async Task<IResult> Consistency(HttpContext http, HashTree tree, long from, long to)
    {
        var sealedLog = await tree.SizeAsync(http.RequestAborted);
        return from < 1 || from > to || to > sealedLog.Size
            ? http.Problem(Refuse.Unknown("not-found"))
            : TypedResults.Ok(new ConsistencyProof(from, to, await tree.ConsistencyAsync(from, to, http.RequestAborted)));
    }

    private static async Task<IResult> SignNow(HttpContext http, Checkpoints checkpoints)
    {
        if (checkpoints.Folder is null)
        {
            return http.Problem(Refuse.Unknown("no-checkpoint-yet"));
        }

        try
        {
            return TypedResults.Text(await checkpoints.SignNowAsync(http.RequestAborted), "text/plain; charset=utf-8");
        }
        catch (CheckpointException)
        {
            return http.Problem(Refuse.State("checkpoint-not-extended"));
        }
        catch (TimeoutException)
        {
            return http.Problem(Refuse.State("busy"));
        }
    }

    private static IResult Verify(HttpContext http, VerificationRun run, VerifyLog body) =>
        !http.Caller().Tenant.EndsWith("000", StringComparison.Ordinal) ? http.Problem(Refuse.Forbidden("county-auditors-only"))
        : run.Start(body.Checkpoints ?? []) ? TypedResults.Accepted("/verification", run.State)
        : http.Problem(Refuse.State("verification-running"));

    private static IResult Progress(HttpContext http, VerificationRun run) =>
        !http.Caller().Tenant.EndsWith("000", StringComparison.Ordinal)
            ? http.Problem(Refuse.Forbidden("county-auditors-only"))
            : TypedResults.Ok(run.State);
}

/// <param name="Checkpoints">Signed notes kept outside, which the log must extend as well; may be left out.</param>
public sealed record VerifyLog(IReadOnlyList<string>? Checkpoints = null);

/// <param name="Proof">RFC 9162's consistency proof, base64.</param>
public sealed record ConsistencyProof(long From, long To, IReadOnlyList<byte[]> Proof);

/// <param name="Progress">Of the verification that runs, or of the last one.</param>
/// <param name="Report">Of the last one that came to its end.</param>
/// <param name="Failed">The last one could not be finished; the service's log says why.</param>
public sealed record VerificationState(
    bool Running, DateTimeOffset? StartedAt, VerificationProgress? Progress, VerificationReport? Report, bool Failed);

/// <summary>One verification at a time in this process, outliving the request that asked for it.</summary>
public sealed partial class VerificationRun(
    Verification verification, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<VerificationRun> logger)
    : IProgress<VerificationProgress>
{
    private readonly Lock _one = new();
    private volatile VerificationState _state = new(false, null, null, null, false);

    public VerificationState State => _state;

    /// <summary>False: one runs already.</summary>
    public bool Start(IReadOnlyList<string> held)
    {
        lock (_one)
        {
            if (_state.Running)
            {
                return false;
            }

            _state = new(true, time.GetUtcNow(), null, null, false);
        }

        _ = Task.Run(() => RunAsync(held));
        return true;
    }

    public void Report(VerificationProgress value) => _state = _state with { Progress = value };

    private async Task RunAsync(IReadOnlyList<string> held)
    {
        try
        {
            var report = await verification.RunAsync(held, this, lifetime.ApplicationStopping);
            _state = _state with { Running = false, Report = report };
            if (!report.Intact)
            {
                LogBroken(report.Breaks.Count, report.Breaks[0].Kind, report.Breaks[0].Sequence, report.Breaks[0].What);
            }
        }
#pragma warning disable CA1031 // Nobody awaits it: whatever it is, it is shown.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _state = _state with { Running = false, Failed = true };
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Critical, "The log does not verify: {Breaks} breaks, the first {Kind} at sequence {Sequence}. {What}")]
    private partial void LogBroken(int breaks, BreakKind kind, long? sequence, string what);

    [LoggerMessage(LogLevel.Error, "The verification could not be finished.")]
    private partial void LogFailed(Exception cause);
}
