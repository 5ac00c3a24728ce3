using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Intake.Imports;

public static class ReadImports
{
    private const int MaxSize = 500;
    private static readonly Role[] Readers = [.. ReceiveImport.Importers, Role.Auditor];

    public static void Map(RouteGroupBuilder imports)
    {
        imports.MapGet("/", List).RequireRole(Readers).WithSummary("Imports, newest first");
        imports.MapGet("/{id:guid}", Get).RequireRole(Readers).WithSummary("How far an import is, and what became of each row");
        imports.MapGet("/presets", Presets).RequireRole(Readers).WithSummary("The kinds of files that can be imported");
    }

    private static async Task<IResult> List(HttpContext http, StreamStore store, ServiceModule module, long? after = null, int size = 50)
    {
        size = Math.Clamp(size, 1, MaxSize);
        var own = Own(http.Caller());
        FormattableString page = $"""
            select i.id, i.tenant_id, i.preset, i.file_name, i.addressed_to, i.state, i.total, i.created_at, i.finished_at, i.failure_code,
                i.failure_line, i.failure_detail, c.accepted, c.duplicate, c.rejected, i.number
            from imports i cross join lateral (
                select count(*) filter (where outcome = 'accepted') accepted, count(*) filter (where outcome = 'duplicate') duplicate,
                    count(*) filter (where outcome = 'rejected') rejected
                from import_rows r where r.tenant_id = i.tenant_id and r.import_id = i.id) c
            where ({after}::bigint is null or i.number < {after}) and ({own}::uuid is null or i.person_id = {own}::uuid)
            order by i.number desc limit {size}
            """;
        var items = await store.Query(http.Caller().Tenant, page, r => (View: View(r, module), Number: r.GetInt64(15)), http.RequestAborted);
        return TypedResults.Ok(new Page<ImportView>([.. items.Select(i => i.View)], items.Count == size ? $"{items[^1].Number}" : null));
    }

    /// <param name="outcome">accepted, duplicate or rejected; all of them where it is not named.</param>
    /// <param name="after">The number of the last row seen.</param>
    private static async Task<IResult> Get(
        Guid id, HttpContext http, StreamStore store, ServiceModule module, string? outcome = null, int after = 0, int size = 100)
    {
        if (outcome is not null && !Enum.GetValues<RowOutcome>().Select(o => o.Word()).Contains(outcome))
        {
            return http.Malformed(("outcome", "unknown-value"));
        }

        size = Math.Clamp(size, 1, MaxSize);
        var own = Own(http.Caller());
        FormattableString one = $"""
            select i.id, i.tenant_id, i.preset, i.file_name, i.addressed_to, i.state, i.total, i.created_at, i.finished_at, i.failure_code,
                i.failure_line, i.failure_detail, c.accepted, c.duplicate, c.rejected
            from imports i cross join lateral (
                select count(*) filter (where outcome = 'accepted') accepted, count(*) filter (where outcome = 'duplicate') duplicate,
                    count(*) filter (where outcome = 'rejected') rejected
                from import_rows r where r.tenant_id = i.tenant_id and r.import_id = i.id) c
            where i.id = {id} and ({own}::uuid is null or i.person_id = {own}::uuid)
            """;
        if (await store.Query(http.Caller().Tenant, one, r => View(r, module), http.RequestAborted) is not [var import])
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        FormattableString page = $"""
            select number, line, source_id, outcome, code, detail, appeal_id, case_number from import_rows
            where tenant_id = {import.Township} and import_id = {id} and number > {after}
              and ({outcome}::text is null or outcome = {outcome})
            order by number limit {size}
            """;
        var rows = await store.Query(http.Caller().Tenant, page, r => new RowView(
            r.GetInt32(0), r.GetInt64(1), r.Word(2), r.GetString(3),
            r.Word(4) is { } code ? new Because(code, module.Words(code), r.Word(5)) : null,
            r.IsDBNull(6) ? null : r.GetGuid(6), r.Word(7)), http.RequestAborted);
        return TypedResults.Ok(import with { Rows = new Page<RowView>(rows, rows.Count == size ? $"{rows[^1].Number}" : null) });
    }

    private static Microsoft.AspNetCore.Http.HttpResults.Ok<PresetView[]> Presets() => TypedResults.Ok(Preset.All.Values
        .OrderBy(p => p.Name, StringComparer.Ordinal)
        .Select(p => new PresetView(p.Name, p.Title, p.Source, [.. p.Columns.Keys], [.. p.Columns.Where(c => p.Required.Contains(c.Value)).Select(c => c.Key)]))
        .ToArray());

    private static ImportView View(NpgsqlDataReader r, ServiceModule module)
    {
        var (accepted, duplicate, rejected) = (r.GetInt64(12), r.GetInt64(13), r.GetInt64(14));
        return new ImportView(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetGuid(4), r.GetString(5),
            r.IsDBNull(6) ? null : r.GetInt32(6), accepted + duplicate + rejected, accepted, duplicate, rejected,
            r.Word(9) is { } code ? new FailureView(code, module.Words(code), r.IsDBNull(10) ? null : r.GetInt64(10), r.Word(11)) : null,
            r.GetFieldValue<DateTimeOffset>(7), r.IsDBNull(8) ? null : r.GetFieldValue<DateTimeOffset>(8));
    }

    /// <summary>Another system sees what it handed in itself.</summary>
    private static Guid? Own(Caller caller) => caller.Role == Role.Integrator ? caller.Person : null;
}

/// <param name="State">queued, running, done or failed.</param>
/// <param name="Total">Null until the file has been looked through.</param>
/// <param name="Failure">Why nothing could be imported, and where.</param>
/// <param name="Rows">Row by row; null in a list of imports.</param>
public sealed record ImportView(
    Guid Id, string Township, string Preset, string FileName, Guid? AddressedTo, string State, int? Total, long Processed, long Accepted,
    long Duplicate, long Rejected, FailureView? Failure, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, Page<RowView>? Rows = null);

public sealed record FailureView(string Code, Words Words, long? Line, string? Detail);

/// <param name="Outcome">accepted, duplicate or rejected.</param>
/// <param name="Line">The line of the file the row starts on, from 1.</param>
/// <param name="CaseNumber">Of an accepted row, and of the case a duplicate repeats.</param>
public sealed record RowView(
    int Number, long Line, string? SourceId, string Outcome, Because? Reason, Guid? AppealId, string? CaseNumber);

public sealed record Because(string Code, Words Words, string? Detail);

public sealed record PresetView(string Name, Words Title, string Source, IReadOnlyList<string> Columns, IReadOnlyList<string> Required);
