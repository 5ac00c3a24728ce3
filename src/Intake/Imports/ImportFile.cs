using System.Text;
using CsvHelper;

namespace LiaisonStation.Intake.Imports;

/// <summary>Why nothing of a file can be imported, and where.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Detail">The headers that are missing, or the byte that is no text.</param>
public sealed record BrokenFile(string Code, long? Line, string? Detail);

/// <param name="Number">From 1, without the header.</param>
/// <param name="Line">The line of the file it starts on, from 1.</param>
public sealed record ImportRow(int Number, long Line, IReadOnlyList<string> Cells, bool BadQuoting);

/// <summary>A CSV file in UTF-8, with or without a byte order mark, or in GB18030 as older office programs write it.</summary>
public sealed class ImportFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding(
        "GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    private readonly string _text;

    private ImportFile(string text, IReadOnlyList<string> header) => (_text, Header) = (text, header);

    public IReadOnlyList<string> Header { get; }

    public int Rows { get; private init; }

    /// <summary>Looks through the whole file first, so that a broken one imports nothing.</summary>
    public static (ImportFile? File, BrokenFile? Broken) Open(byte[] bytes, Preset preset)
    {
        var (text, broken) = Decode(bytes, preset);
        if (text is null)
        {
            return (null, broken);
        }

        var header = HeaderOf(text);
        if (Missing(header, preset) is { Count: > 0 } missing)
        {
            return (null, new BrokenFile("missing-columns", 1, string.Join(", ", missing)));
        }

        long? unclosed = null;
        using var csv = Reader(text, record => unclosed ??= record.Reason == CsvMalformedReason.UnterminatedQuote ? record.LineNumber : null);
        var rows = 0;
        while (csv.Read())
        {
            rows++;
        }

        return unclosed is not null ? (null, new BrokenFile("unclosed-quote", unclosed, null))
            : rows == 0 ? (null, new BrokenFile("no-rows", 1, null))
            : (new ImportFile(text, header) { Rows = rows }, null);
    }

    public IEnumerable<ImportRow> Read()
    {
        var badQuoting = false;
        using var csv = Reader(_text, record => badQuoting = record.Reason == CsvMalformedReason.TextAfterClosingQuote);
        for (var number = 1; csv.Read(); number++)
        {
            var cells = new string[csv.FieldCount];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = csv.GetString(i);
            }

            yield return new ImportRow(number, csv.LineNumber, cells, badQuoting);
            badQuoting = false;
        }
    }

    /// <summary>
    /// A file that is strict UTF-8 is that. Of any other, the header decides: old office files show the columns in GB18030,
    /// a damaged UTF-8 file shows them in UTF-8.
    /// </summary>
    private static (string? Text, BrokenFile? Broken) Decode(byte[] bytes, Preset preset)
    {
        var body = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes.AsSpan();
        if (System.Text.Unicode.Utf8.IsValid(body))
        {
            return (Utf8.GetString(body), null);
        }

        if (body.Length == bytes.Length && Missing(HeaderOf(Encoding.UTF8.GetString(body)), preset).Count > 0)
        {
            try
            {
                return (Gb18030.GetString(body), null);
            }
            catch (DecoderFallbackException)
            {
                // Neither: the place told below is where it stops being UTF-8.
            }
        }

        var valid = FirstInvalid(body);
        var offset = bytes.Length - body.Length + valid;
        return (null, new BrokenFile("not-text", body[..valid].Count((byte)'\n') + 1, $"byte {offset}"));
    }

    private static int FirstInvalid(ReadOnlySpan<byte> body)
    {
        var at = 0;
        while (at < body.Length && Rune.DecodeFromUtf8(body[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    private static List<string> Missing(IReadOnlyList<string> header, Preset preset) =>
        [.. preset.Columns.Keys.Where(column => header.Count(h => h == column) != 1)];

    private static IReadOnlyList<string> HeaderOf(string text)
    {
        using var csv = Reader(text, null);
        return [.. csv.Headers.Select(h => h.Trim())];
    }

    private static CsvReader Reader(string text, Action<CsvMalformedRecord>? malformed) => CsvReader.FromText(
        text, new CsvReaderOptions { Separator = ',', TrackLineNumbers = true, OnMalformedRecord = malformed });
}
