using System.Text;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace LiaisonStation.Intake.Imports;

/// <summary>Takes a file in: stored first, answered at once, imported by whichever replica comes to it.</summary>
public static class ReceiveImport
{
    public const int LargestFile = 64 * 1024 * 1024;
    private const int LargestRequest = LargestFile + (64 * 1024);
    private const int FileNameLength = 200;
    private const string IdempotencyKey = "Idempotency-Key";

    // What does not fit into memory would lie on a disk in the clear.
    private static readonly FormOptions InMemory = new() { MultipartBodyLengthLimit = LargestRequest, MemoryBufferThreshold = LargestRequest };

    public static readonly Role[] Importers = [Role.Station, Role.CongressOffice, Role.CommandCentre, Role.Integrator];

    public static void Map(RouteGroupBuilder imports) => imports
        .MapPost("/", Post)
        .RequireRole(Importers)
        .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
        .Accepts<IFormFile>("multipart/form-data")
        .WithSummary("Import a CSV file: the fields file and preset, where wanted addressedTo (a deputy) and township");

    private static async Task<IResult> Post(HttpContext http, StreamStore store, TimeProvider time)
    {
        var form = await Form(http);
        var (file, preset) = (form?.Files.GetFile("file"), form?["preset"].ToString() ?? "");
        var addressed = form?["addressedTo"].ToString() is { Length: > 0 } to ? to : null;
        var deputy = Guid.TryParse(addressed, out var id) ? id : (Guid?)null;
        var key = http.Request.Headers[IdempotencyKey].ToString();
        (bool Is, string Field, string Code)[] wrong =
        [
            (file is null, "file", "required"),
            (!Preset.All.ContainsKey(preset), "preset", "unknown-value"),
            (addressed is not null && deputy is null, "addressedTo", "not-an-id"),
            (key is "" && http.Request.Headers.ContainsKey(IdempotencyKey), IdempotencyKey, "required"),
            (key.Length > 200, IdempotencyKey, "too-long"),
        ];
        if (wrong.Any(w => w.Is))
        {
            return http.Malformed([.. wrong.Where(w => w.Is).Select(w => (w.Field, w.Code))]);
        }

        if (file!.Length > LargestFile)
        {
            throw TooLarge();
        }

        if (!http.WritesInto(form!["township"] is [{ Length: > 0 } named] ? named : null, out var township))
        {
            return http.Problem(Refuse.Rule("township-required"));
        }

        if (deputy is not null && !await People.IsDeputy(store, township, deputy.Value, http.RequestAborted))
        {
            return http.Problem(Refuse.Rule("addressee-not-a-deputy"));
        }

        var content = new byte[file.Length];
        await using (var stream = file.OpenReadStream())
        {
            await stream.ReadExactlyAsync(content, http.RequestAborted);
        }

        var import = key.Length == 0 ? time.NewId() : Uuid.Derive(http.Caller().Person, $"import:{key}");
        using var hash = http.Vault().Fingerprint();
        hash.AppendData(Encoding.UTF8.GetBytes($"{township} {preset} {deputy}\n"));
        hash.AppendData(content);
        var fingerprint = hash.GetHashAndReset();
        var keys = await http.Vault().Make(township, [import], http.RequestAborted);

        // A repeat of one that has come to its end is told by its fingerprint.
        var closed = keys.IsDestroyed(import) ? [] : keys.Seal(import, content);
        var stored = await Store(store, township, import, http.Caller(), preset, Name(file.FileName), deputy, fingerprint, closed, time.GetUtcNow(), http.RequestAborted);
        return stored.SequenceEqual(fingerprint)
            ? TypedResults.Accepted($"imports/{import}", new ImportReceived(import))
            : http.Problem(Refuse.Rule("idempotency-key-reused"));
    }

    /// <summary>File and place in the queue in one transaction; a repeat answers the fingerprint that is already there.</summary>
    private static async Task<byte[]> Store(
        StreamStore store, string township, Guid import, Caller by, string preset, string fileName, Guid? deputy, byte[] fingerprint,
        byte[] content, DateTimeOffset now, CancellationToken cancellation)
    {
        FormattableString insert = $"""
            with stored as (
                insert into imports (tenant_id, id, preset, file_name, addressed_to, person_id, role, unit_id, fingerprint, content, state, created_at)
                values ({township}, {import}, {preset}, {fileName}, {deputy}::uuid, {by.Person}, {by.Role.ToString()}, {by.Unit}::uuid,
                        {fingerprint}, {content}, 'queued', {now})
                on conflict (tenant_id, id) do nothing
                returning id, tenant_id, fingerprint
            ), queued as (
                insert into import_queue select id, tenant_id, null, {now}, 0 from stored
            )
            select fingerprint from stored
            """;
        var stored = await store.Query(township, insert, r => r.GetFieldValue<byte[]>(0), cancellation);
        return stored is [var one]
            ? one
            : (await store.Query(township, $"select fingerprint from imports where id = {import}", r => r.GetFieldValue<byte[]>(0), cancellation))[0];
    }

    private static async Task<IFormCollection?> Form(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            return null;
        }

        try
        {
            return await http.Request.ReadFormAsync(InMemory, http.RequestAborted);
        }
        catch (InvalidDataException) when (http.Request.ContentLength > LargestRequest)
        {
            throw TooLarge();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static BadHttpRequestException TooLarge() => new("The file is larger than 64 MB.", StatusCodes.Status413PayloadTooLarge);

    private static string Name(string fileName) => new([.. Path.GetFileName(fileName).Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(FileNameLength)]);
}

public sealed record ImportReceived(Guid Id);
