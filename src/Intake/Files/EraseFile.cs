using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Files;

/// <param name="DocumentNumber">The application, or the decision on it.</param>
public sealed record EraseFile(
    [property: Known] ErasureGround Ground,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber);

/// <summary>
/// Erases a file: first the fact is stored; then its key is destroyed and the file deleted, at once or as soon as the vault can be
/// asked. What happened in its matter stays, and names its hash.
/// </summary>
public static class ErasingFile
{
    /// <param name="lies">Whether it lies in the store of files; an upload that was cut short leaves nothing else behind.</param>
    public static Decision<IFileEvent> Decide(EvidenceFile? file, string sha256, EraseFile c, bool lies) => file switch
    {
        { Erased: { } by } when by == new FileErased(sha256, c.Ground, c.DocumentNumber) => [],
        { Erased: not null } => Refuse.State("file-already-erased"),
        null when !lies => Refuse.Unknown("not-found"),
        _ => [new FileErased(sha256, c.Ground, c.DocumentNumber)],
    };

    public static void Map(RouteGroupBuilder files) => files
        .MapPost("/{sha256}/erasure", Post)
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Erase a file, by a document: 201 when it opens nowhere any more, 202 when it soon will not");

    private static async Task<IResult> Post(
        string sha256, EraseFile c, HttpContext http, FileStore files, DoomedKeys doomed, TimeProvider time)
    {
        var (township, now) = (http.Caller().Tenant, time.GetUtcNow());
        var owner = FileStore.Owner(township, sha256);
        var lies = files.Exists(township, sha256);
        var answer = await http.Found(
            EvidenceFile.Stream, owner, (f, _, _) => Decide(f, sha256, c, lies), _ => new ErasedFile(sha256),
            batch => batch.Add($"insert into doomed_keys values ({township}, {owner}, {now}, {sha256}) on conflict do nothing"));
        return answer is not IStatusCodeHttpResult { StatusCode: StatusCodes.Status201Created }
            || await doomed.TryDestroy(township, owner, sha256, http.RequestAborted)
            ? answer
            : TypedResults.Accepted((string?)null, new ErasedFile(sha256));
    }
}

public sealed record ErasedFile(string Sha256);
