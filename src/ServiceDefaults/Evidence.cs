using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

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

    private static async Task<IResult> Verify(HttpContext http, VerificationRun run, VerifyLog body) =>
        !http.Caller().Tenant.EndsWith("000", StringComparison.Ordinal) ? http.Problem(Refuse.Forbidden("county-auditors-only"))
        : await run.StartAsync(body.Checkpoints ?? [], http.RequestAborted) is { } state ? TypedResults.Accepted("/verification", state)
        : http.Problem(Refuse.State("verification-running"));

    private static async Task<IResult> Progress(HttpContext http, VerificationRun run) =>
        !http.Caller().Tenant.EndsWith("000", StringComparison.Ordinal)
            ? http.Problem(Refuse.Forbidden("county-auditors-only"))
            : TypedResults.Ok(await run.StateAsync(http.RequestAborted));
}

/// <param name="Checkpoints">Signed notes kept outside, which the log must extend as well; may be left out.</param>
public sealed record VerifyLog(IReadOnlyList<string>? Checkpoints = null);

/// <param name="Proof">RFC 9162's consistency proof, base64.</param>
public sealed record ConsistencyProof(long From, long To, IReadOnlyList<byte[]> Proof);
