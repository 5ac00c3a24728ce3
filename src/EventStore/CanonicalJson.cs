using System.Globalization;

namespace LiaisonStation.EventStore;

/// <summary>RFC 8785: the one way to write a JSON value, UTF-8, so that its hash means something.</summary>
public static class CanonicalJson
{
    /// <summary>Writes a value that must mean the same to every reader.</summary>
    /// <exception cref="NotCanonicalException">
    /// It is no JSON, holds a number that a double does not hold to its last digit, a key twice, U+0000 or half of a surrogate pair.
    /// </exception>
    public static byte[] Of(ReadOnlySpan<byte> utf8)
    {
        var to = new CanonicalWriter();
        to.Json(utf8, exact: true);
        return to.Written.ToArray();
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

    /// <summary>A number's significant digits and where its point stands: 12.50 is ("125", 2), 0.001 is ("1", -2).</summary>
    internal static (string Digits, int Point) Decimal(string number)
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
