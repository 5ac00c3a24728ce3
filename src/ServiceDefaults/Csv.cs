using CsvHelper;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonStation.ServiceDefaults;

/// <summary>A list as a spreadsheet opens it: UTF-8 with a byte order mark, and no cell that it would take for a formula.</summary>
public static class Csv
{
    private const string MediaType = "text/csv";

    private static readonly CsvWriterOptions Options = CsvWriterOptions.Default with
    {
        WriteByteOrderMark = true,
        Injection = CsvInjection.Escape,
    };

    /// <summary>Whether the caller would rather have CSV than anything else: <c>Accept: text/csv</c>.</summary>
    public static bool WantsCsv(this HttpContext http) =>
        http.Request.GetTypedHeaders().Accept.MaxBy(accepted => accepted.Quality ?? 1)?.MediaType.Value is MediaType;

    /// <summary>Written as it is read; a fault on the way breaks the answer off.</summary>
    /// <param name="name">Of the file, with its ending.</param>
    /// <param name="columns">The first line; a row has as many cells.</param>
    public static PushStreamHttpResult Of(string name, IReadOnlyList<Words> columns, IAsyncEnumerable<IReadOnlyList<string?>> rows) =>
        TypedResults.Stream(
            async body =>
            {
                await using var csv = CsvWriter.Create(body, Options, leaveOpen: true);
                await csv.WriteRecordAsync([.. columns.Select(c => $"{c.Zh} / {c.En}")]);
                await foreach (var row in rows)
                {
                    await csv.WriteRecordAsync([.. row]);
                }
            },
            $"{MediaType}; charset=utf-8", name);
}
