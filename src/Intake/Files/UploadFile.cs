using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LiaisonStation.Intake.Files;

/// <summary>
/// Takes a photo or a file in: sealed as it comes, on the disk before the fact is stored, and both before the answer. The same content
/// is the same file, so that sending it again changes nothing.
/// </summary>
public static class UploadingFile
{
    private const string Field = "file";
    private const int LargestRequest = FileDraft.Largest + (64 * 1024);

    public static Decision<IFileEvent> Decide(EvidenceFile? file, Attachment attachment, Guid by) =>
        file is { Erased: not null } ? Refuse.Gone("file-erased")
        : file is not null && file.UploadedBy.Contains(by) ? []
        : [new FileStored(attachment, by)];

    public static void Map(RouteGroupBuilder files) => files
        .MapPost("/", Post)
        .RequireAnyRole()
        .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
        .Accepts<IFormFile>("multipart/form-data")
        .WithSummary("Upload a photo or a file, in the field file; answers how a command names it");

    /// <param name="township">The township it belongs to; only for callers of the whole county.</param>
    private static async Task<IResult> Post(HttpContext http, FileStore files, string? township = null)
    {
        if (!http.WritesInto(township, out var here))
        {
            return http.Problem(Refuse.Rule("township-required"));
        }

        await using var draft = files.Begin();
        var (attachment, refusal) = await Take(http, draft);
        if (attachment is null)
        {
            return refusal is null ? http.Malformed((Field, "required")) : http.Problem(refusal);
        }

        var owner = FileStore.Owner(here, attachment.Sha256);
        var keys = await http.Vault().Make(here, [owner], http.RequestAborted);
        if (keys.IsDestroyed(owner))
        {
            return http.Problem(Refuse.Gone("file-erased"));
        }

        draft.Keep(here, attachment, keys);

        // What tells a repeat under an Idempotency-Key from another upload, now that the body has gone by.
        http.Request.Body = new MemoryStream(Convert.FromHexString(attachment.Sha256));
        var answer = await http.Found(EvidenceFile.Stream, owner, (f, caller, _) => Decide(f, attachment, caller.Person), f => f.Attachment!);
        if (answer is IStatusCodeHttpResult { StatusCode: StatusCodes.Status410Gone })
        {
            // Erased while it came in: whoever erased it may have looked for it before it lay there.
            files.Delete(here, attachment.Sha256);
        }

        return answer;
    }

    /// <summary>Neither of both: the body is no form with this one file in it.</summary>
    private static async Task<(Attachment? Attachment, Refusal? Refusal)> Take(HttpContext http, FileDraft draft)
    {
        try
        {
            if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
            {
                return (null, null);
            }

            var parts = new MultipartReader(boundary, http.Request.Body);
            if (await parts.ReadNextSectionAsync(http.RequestAborted) is not { } part || part.AsFileSection()?.Name != Field)
            {
                return (null, null);
            }

            var taken = await draft.Take(part.Body, http.RequestAborted);
            return taken.Attachment is null || await parts.ReadNextSectionAsync(http.RequestAborted) is null ? taken : (null, null);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException and not BadHttpRequestException)
        {
            return (null, null);
        }
    }
}
