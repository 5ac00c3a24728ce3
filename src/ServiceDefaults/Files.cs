using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace LiaisonStation.ServiceDefaults;

/// <summary>Files that belong to a matter, at the edge of every service: to be named in a command, and to be downloaded.</summary>
public static class Files
{
    /// <summary>
    /// Why a command cannot name these files; null where it can. To be asked before anything is written: each must have been uploaded
    /// in the township, be of the kind and size that is said, and not be erased.
    /// </summary>
    /// <param name="township">Where the command is done; the caller's where left out.</param>
    public static async Task<Refusal?> Objection(this HttpContext http, IEnumerable<Attachment>? attachments, string? township = null)
    {
        township ??= http.Caller().Tenant;
        var all = attachments?.ToList() ?? [];
        var keys = await http.Keys(all.Select(a => FileStore.Owner(township, a.Sha256)));
        foreach (var attachment in all)
        {
            if (keys.IsDestroyed(FileStore.Owner(township, attachment.Sha256)))
            {
                return Refuse.Rule("file-erased");
            }

            using var file = http.Store().Open(township, attachment.Sha256, keys);
            if (file?.Attachment != attachment)
            {
                return Refuse.Rule("attachment-unknown");
            }
        }

        return null;
    }

    /// <summary>
    /// The content as a download, for whoever may see the matter it belongs to. All of it is verified before the first byte is answered.
    /// </summary>
    /// <param name="township">Whose file it is, where the caller may be of the county.</param>
    /// <param name="of">Whom it shows or who handed it in: once they are erased it is answered to nobody.</param>
    public static async Task<IResult> Download(this HttpContext http, Attachment attachment, string? township = null, Guid? of = null)
    {
        township ??= http.Caller().Tenant;
        var owner = FileStore.Owner(township, attachment.Sha256);
        var keys = await http.Keys(owner, of ?? owner);
        if (keys.IsDestroyed(owner) || keys.IsDestroyed(of ?? owner))
        {
            return http.Problem(Refuse.Gone("file-erased"));
        }

        if (http.Store().Open(township, attachment.Sha256, keys) is not { } file)
        {
            return http.Problem(Refuse.Unknown("file-missing"));
        }

        http.Response.RegisterForDispose(file);
        await file.Verify(http.RequestAborted);

        // It is stored, never shown: whatever is in it must not act as a page of ours.
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "sandbox";
        var (sha256, mediaType, size) = file.Attachment;
        return TypedResults.Stream(
            async body =>
            {
                http.Response.ContentLength = size;
                await foreach (var chunk in file.Read(http.RequestAborted))
                {
                    await body.WriteAsync(chunk, http.RequestAborted);
                }
            },
            mediaType, sha256[..12] + FileKind.All.FirstOrDefault(k => k.MediaType == mediaType)?.Extension,
            entityTag: new EntityTagHeaderValue($"\"{sha256}\""));
    }

    private static FileStore Store(this HttpContext http) => http.RequestServices.GetRequiredService<FileStore>();
}
