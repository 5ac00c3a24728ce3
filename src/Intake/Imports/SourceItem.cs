using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Imports;

/// <param name="Detail">The column at fault, by name or by place; never what stands in it.</param>
public sealed record Rejection(string Code, string? Detail = null);

/// <summary>One row as the preset reads it.</summary>
/// <param name="Fingerprint">Keyed hash of its normalised fields: tells a repeat from a changed item.</param>
public sealed record SourceItem(
    string SourceId, string? User, string Title, string Text, DateTimeOffset? SubmittedAt, string? Reply, DateTimeOffset? RepliedAt,
    byte[] Fingerprint)
{
    private const int IdLength = 100;
    private const int ReplyLength = 20_000;

    public static (SourceItem? Item, Rejection? Rejection) Read(
        ImportRow row, IReadOnlyList<string> header, Preset preset, IncrementalHash fingerprint)
    {
        if (row.BadQuoting)
        {
            return (null, new Rejection("bad-quoting"));
        }

        if (row.Cells.Count != header.Count)
        {
            return (null, new Rejection("column-count", $"{row.Cells.Count} / {header.Count}"));
        }

        var (cells, columns) = (new Dictionary<Field, string>(), preset.Columns.ToDictionary(c => c.Value, c => c.Key));
        for (var i = 0; i < header.Count; i++)
        {
            if (!TextAttribute.IsStorable(row.Cells[i]))
            {
                return (null, new Rejection("nul-character", preset.Columns.ContainsKey(header[i]) ? header[i] : $"{i + 1}"));
            }

            if (preset.Columns.TryGetValue(header[i], out var field) && Normal(row.Cells[i]) is { Length: > 0 } value)
            {
                cells[field] = value;
            }
        }

        foreach (var field in preset.Required.Union([Field.SourceId, Field.Title, Field.Text]))
        {
            if (!cells.ContainsKey(field))
            {
                return (null, new Rejection("missing-field", columns[field]));
            }
        }

        foreach (var (field, value) in cells)
        {
            if (TextAttribute.Length(value) > Longest(field))
            {
                return (null, new Rejection("text-too-long", columns[field]));
            }
        }

        var reply = cells.GetValueOrDefault(Field.Reply);
        if (!Date(Field.SubmittedAt, out var submittedAt) || !Date(Field.RepliedAt, out var repliedAt))
        {
            return (null, new Rejection("unreadable-date", columns[submittedAt is null && cells.ContainsKey(Field.SubmittedAt) ? Field.SubmittedAt : Field.RepliedAt]));
        }

        var (user, title, text) = (cells.GetValueOrDefault(Field.User), cells[Field.Title], cells[Field.Text]);
        fingerprint.AppendData(JsonSerializer.SerializeToUtf8Bytes(new object?[] { user, title, text, submittedAt, reply, repliedAt }));
        return (new SourceItem(
            cells[Field.SourceId], user, title, text, submittedAt, reply, reply is null ? null : repliedAt, fingerprint.GetHashAndReset()), null);

        bool Date(Field field, out DateTimeOffset? at)
        {
            at = null;
            if (!cells.TryGetValue(field, out var value))
            {
                return true;
            }

            var readable = DateTime.TryParseExact(
                value, [.. preset.DateFormats], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local);
            at = readable ? new DateTimeOffset(local, preset.Zone) : null;
            return readable;
        }
    }

    private static string Normal(string cell) => cell.ReplaceLineEndings("\n").Trim().Normalize(NormalizationForm.FormC);

    private static int Longest(Field field) => field switch
    {
        Field.Title => SubmittingAppeal.TitleLength,
        Field.Text => SubmittingAppeal.TextLength,
        Field.Reply => ReplyLength,
        _ => IdLength,
    };
}
