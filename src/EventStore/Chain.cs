using System.Globalization;

namespace LiaisonStation.EventStore;

/// <summary>
/// A stream's events each carry, as <c>hash</c> in their headers, the SHA-256 of all that is stored of them and of the hash before.
/// </summary>
public static class Chain
{
    /// <summary>Stands for the previous event's hash at version 1.</summary>
    public const string Beginning = "0000000000000000000000000000000000000000000000000000000000000000";

    [ThreadStatic]
    private static CanonicalWriter? _writer;

    /// <summary>The hash as 64 lower-case hexadecimal digits.</summary>
    /// <param name="previous">The hash of the event before, <see cref="Beginning"/> at version 1.</param>
    /// <exception cref="NotCanonicalException">The event would not be read back as it stands here.</exception>
    public static string Hash(ChainedEvent e, string previous) => Hash(e, previous, exact: true);

    /// <summary>What the event after an unchained one links to.</summary>
    internal static string HashOfUnchained(ChainedEvent e, string previous) => Hash(e, previous, exact: false);

    /// <param name="exact">False for rows of other writers; see <see cref="CanonicalWriter.Json"/>.</param>
    /// <param name="stored">The hash that stands in its headers, as <c>headers ->> 'hash'</c> reads it.</param>
    /// <exception cref="NotCanonicalException">See <see cref="CanonicalWriter.Json"/>.</exception>
    internal static Hash256 Hash(in StoredEvent e, ReadOnlySpan<byte> previous, bool exact, out string? stored)
    {
        // The keys stand in RFC 8785's order already.
        var to = _writer ??= new();
        to.Clear();
        to.Raw("{\"at\":"u8);
        to.Text(e.At);
        to.Raw(",\"causation\":"u8);
        to.Text(e.Causation);
        to.Raw(",\"correlation\":"u8);
        to.Text(e.Correlation);
        to.Raw(",\"data\":"u8);
        to.Json(e.Data, exact);
        to.Raw(",\"dotnetType\":"u8);
        to.Text(e.DotnetType);
        to.Raw(",\"headers\":"u8);
        stored = to.Json(e.Headers, exact, without: "hash");
        to.Raw(",\"id\":"u8);
        to.Id(e.Id);
        to.Raw(",\"prev\":"u8);
        to.Text(new(previous));
        to.Raw(",\"stream\":"u8);
        to.Id(e.Stream);
        to.Raw(",\"tenant\":"u8);
        to.Text(e.Tenant);
        to.Raw(",\"type\":"u8);
        to.Text(e.Type);
        to.Raw(",\"v\":1,\"version\":"u8);
        to.Whole(e.Version);
        to.Raw("}"u8);
        return Hash256.Of(to.Written);
    }

    /// <summary>The hash that is stored in an event's headers; null where there is none.</summary>
    internal static string? Stored(ReadOnlySpan<byte> headers)
    {
        try
        {
            return new CanonicalWriter().Json(headers, exact: false, without: "hash");
        }
        catch (NotCanonicalException)
        {
            return null;
        }
    }

    internal static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>UTC with six decimals, as PostgreSQL keeps it.</summary>
    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Hash(ChainedEvent e, string previous, bool exact)
    {
        var headers = e.Headers ?? "null";
        using var utf8 = new Encoded(
            (e.Tenant?.Length ?? 0) + e.Type.Length + (e.DotnetType?.Length ?? 0) + e.At.Length + (e.Correlation?.Length ?? 0)
            + (e.Causation?.Length ?? 0) + headers.Length + e.Data.Length + previous.Length);
        var stored = new StoredEvent
        {
            Tenant = utf8.Add(e.Tenant),
            Stream = e.Stream,
            Id = e.Id,
            Version = e.Version,
            Type = utf8.Add(e.Type),
            DotnetType = utf8.Add(e.DotnetType),
            At = utf8.Add(e.At),
            Correlation = utf8.Add(e.Correlation),
            Causation = utf8.Add(e.Causation),
            Headers = utf8.Add(headers).Bytes,
            Data = utf8.Add(e.Data).Bytes,
        };
        return Hash(stored, utf8.Add(previous).Bytes, exact, out _).ToString();
    }
}
