using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LiaisonStation.EventStore;

/// <summary>RFC 8785: the one way to write a JSON value, UTF-8, so that its hash means something.</summary>
public static class CanonicalJson
{
    /// <summary>Whole numbers beyond this are not all doubles any more.</summary>
    private const long LastWhole = 1L << 53;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    // A key twice would be read as one of the two, by some the first and by others the last.
    private static readonly JsonDocumentOptions EachKeyOnce = new() { AllowDuplicateProperties = false };

    /// <summary>Writes a value that must mean the same to every reader.</summary>
    /// <exception cref="NotCanonicalException">
    /// It is no JSON, holds a number that a double does not hold to its last digit, a key twice, U+0000 or half of a surrogate pair.
    /// </exception>
    public static byte[] Of(ReadOnlyMemory<byte> utf8)
    {
        var to = new ArrayBufferWriter<byte>(utf8.Length + 16);
        Write(() => JsonDocument.Parse(utf8, EachKeyOnce), to, exact: true, without: null);
        return to.WrittenSpan.ToArray();
    }

    /// <param name="exact">False: numbers are rounded to doubles as RFC 8785 does, for rows that others have written.</param>
    /// <param name="without">A key of the outermost object to leave out.</param>
    /// <exception cref="NotCanonicalException">See <see cref="Of"/>.</exception>
    internal static void Write(string json, IBufferWriter<byte> to, bool exact, string? without = null) =>
        Write(() => JsonDocument.Parse(json, EachKeyOnce), to, exact, without);

    private static void Write(Func<JsonDocument> parse, IBufferWriter<byte> to, bool exact, string? without)
    {
        try
        {
            using var document = parse();
            Write(document.RootElement, to, exact, without);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new NotCanonicalException("This is no JSON that has one meaning: not well-formed, a key twice or half a character.", e);
        }
    }

    /// <summary>A text as a JSON string.</summary>
    internal static void WriteText(string text, IBufferWriter<byte> to)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            Write(rented.AsSpan(0, Strict.GetBytes(text, rented)), to);
        }
        catch (EncoderFallbackException e)
        {
            throw new NotCanonicalException("A text holds half of a surrogate pair.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>A double as ECMAScript writes it.</summary>
    /// <exception cref="NotCanonicalException">It is not finite.</exception>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new NotCanonicalException("A number is beyond what a double holds.");
        }

        if (value == 0)
        {
            return "0";
        }

        // The shortest digits that give the double back; only their layout differs from ECMAScript's.
        var (digits, point) = Decimal(value.ToString("R", CultureInfo.InvariantCulture));
        var minus = value < 0 ? "-" : "";
        return minus + point switch
        {
            > 21 or <= -6 => $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(point > 0 ? "+" : "")}{point - 1}",
            <= 0 => $"0.{new string('0', -point)}{digits}",
            _ when point >= digits.Length => digits + new string('0', point - digits.Length),
            _ => $"{digits[..point]}.{digits[point..]}",
        };
    }

    private static UTF8Encoding Strict { get; } = new(false, throwOnInvalidBytes: true);

    private static void Write(JsonElement value, IBufferWriter<byte> to, bool exact, string? without)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, to, exact, without);
                break;
            case JsonValueKind.Array:
                to.Write("["u8);
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    to.Write(first ? ""u8 : ","u8);
                    first = false;
                    Write(item, to, exact, null);
                }

                to.Write("]"u8);
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, to);
                break;
            case JsonValueKind.Number:
                WriteNumber(value, to, exact);
                break;
            case JsonValueKind.True:
                to.Write("true"u8);
                break;
            case JsonValueKind.False:
                to.Write("false"u8);
                break;
            default:
                to.Write("null"u8);
                break;
        }
    }

    private static void WriteObject(JsonElement value, IBufferWriter<byte> to, bool exact, string? without)
    {
        var members = new List<(string Name, JsonElement Value)>(value.GetPropertyCount());
        foreach (var member in value.EnumerateObject())
        {
            if (member.Name != without)
            {
                members.Add((member.Name, member.Value));
            }
        }

        // By UTF-16 code units, which is what an ordinal comparison of .NET strings does.
        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        to.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            to.Write(i == 0 ? ""u8 : ","u8);
            WriteText(members[i].Name, to);
            to.Write(":"u8);
            Write(members[i].Value, to, exact, null);
        }

        to.Write("}"u8);
    }

    private static void WriteNumber(JsonElement value, IBufferWriter<byte> to, bool exact)
    {
        if (value.TryGetInt64(out var whole) && whole is >= -LastWhole and <= LastWhole)
        {
            Write(whole, to);
            return;
        }

        var number = value.GetDouble();
        if (!exact && !double.IsFinite(number))
        {
            // Beyond RFC 8785, and what stands there must enter the hash all the same.
            to.Write(Encoding.UTF8.GetBytes(value.GetRawText()));
            return;
        }

        var written = Number(number);
        if (exact && Decimal(written) != Decimal(value.GetRawText()))
        {
            throw new NotCanonicalException($"A number has more digits than a double holds: it would be read as {written}.");
        }

        to.Write(Encoding.UTF8.GetBytes(written));
    }

    private static void Write(long whole, IBufferWriter<byte> to)
    {
        var space = to.GetSpan(20);
        Utf8Formatter.TryFormat(whole, space, out var written);
        to.Advance(written);
    }

    private static void Write(ReadOnlySpan<byte> text, IBufferWriter<byte> to)
    {
        to.Write("\""u8);
        for (int at; (at = text.IndexOfAny(Escaped)) >= 0; text = text[(at + 1)..])
        {
            to.Write(text[..at]);
            switch (text[at])
            {
                case 0:
                    throw new NotCanonicalException("A text holds U+0000, which PostgreSQL does not keep.");
                case (byte)'"' or (byte)'\\':
                    to.Write([(byte)'\\', text[at]]);
                    break;
                case 8:
                    to.Write(@"\b"u8);
                    break;
                case 9:
                    to.Write(@"\t"u8);
                    break;
                case 10:
                    to.Write(@"\n"u8);
                    break;
                case 12:
                    to.Write(@"\f"u8);
                    break;
                case 13:
                    to.Write(@"\r"u8);
                    break;
                default:
                    to.Write(Encoding.ASCII.GetBytes($"\\u{text[at]:x4}"));
                    break;
            }
        }

        to.Write(text);
        to.Write("\""u8);
    }

    /// <summary>A number's significant digits and where its point stands: 12.50 is ("125", 2), 0.001 is ("1", -2).</summary>
    private static (string Digits, int Point) Decimal(string number)
    {
        var mantissa = number.AsSpan().TrimStart('-');
        var exponent = 0;
        if (mantissa.IndexOfAny('e', 'E') is >= 0 and var e)
        {
            exponent = int.Parse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..e];
        }

        var point = mantissa.IndexOf('.') is >= 0 and var p ? p : mantissa.Length;
        var digits = string.Concat(mantissa[..point], mantissa[Math.Min(point + 1, mantissa.Length)..]);
        var significant = digits.TrimStart('0');
        var trimmed = significant.TrimEnd('0');
        return trimmed.Length == 0 ? ("", 0) : (trimmed, point - (digits.Length - significant.Length) + exponent);
    }
}

#pragma warning disable CA1032 // Always says what does not fit.
/// <summary>A value that would not be read back as it was written, or that others would read differently.</summary>
public sealed class NotCanonicalException(string message, Exception? cause = null) : Exception(message, cause);
#pragma warning restore CA1032
