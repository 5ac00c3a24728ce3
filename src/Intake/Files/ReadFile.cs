using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Files;

/// <summary>A file apart from any matter. Whoever else may see it downloads it where the matter is.</summary>
public static class ReadFile
{
    public static void Map(RouteGroupBuilder files) => files
        .MapGet("/{sha256}", Get)
        .RequireAnyRole()
        .WithSummary("Download a file, for whoever uploaded it and for auditors");

    /// <param name="township">The township it belongs to; only for callers of the whole county.</param>
    private static async Task<IResult> Get(string sha256, HttpContext http, StreamStore store, string? township = null)
    {
        var caller = http.Caller();
        township ??= caller.Tenant;
        var loaded = await store.Load(EvidenceFile.Stream, FileStore.Owner(township, sha256), caller.Tenant, http.RequestAborted);

        // A stranger is not told that it is there.
        return loaded is not { State: var file } || !(caller.Roles.Contains(Role.Auditor) || file.UploadedBy.Contains(caller.Person))
            ? http.Problem(Refuse.Unknown("not-found"))
            : file.Erased is not null ? http.Problem(Refuse.Gone("file-erased"))
            : await http.Download(file.Attachment!, township);
    }
}
