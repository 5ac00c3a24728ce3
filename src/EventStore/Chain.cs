using System.Globalization;
using System.Security.Cryptography;

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
    public static string Hash(ChainedEvent e, string previous) => Hash(StoredEvent.Of(e), previous, exact: true).Computed;

    /// <summary>What the event after an unchained one links to.</summary>
    internal static string HashOfUnchained(ChainedEvent e, string previous) => Hash(StoredEvent.Of(e), previous, exact: false).Computed;

    /// <param name="exact">False for rows of other writers; see <see cref="CanonicalWriter.Json"/>.</param>
    /// <returns>The hash it should have, and the one that is stored with it.</returns>
    internal static (string Computed, string? Stored) Hash(in StoredEvent e, string previous, bool exact)
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
        var stored = to.Json(e.Headers ?? "null"u8, exact, without: "hash");
        to.Raw(",\"id\":"u8);
        to.Id(e.Id);
        to.Raw(",\"prev\":"u8);
        to.Text(previous);
        to.Raw(",\"stream\":"u8);
        to.Id(e.Stream);
        to.Raw(",\"tenant\":"u8);
        to.Text(e.Tenant);
        to.Raw(",\"type\":"u8);
        to.Text(e.Type);
        to.Raw(",\"v\":1,\"version\":"u8);
        to.Whole(e.Version);
        to.Raw("}"u8);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(to.Written, hash);
        return (Convert.ToHexStringLower(hash), stored);
    }

    /// <summary>The hash that is stored in an event's headers, as <c>headers ->> 'hash'</c> reads it.</summary>
    internal static string? Stored(byte[]? headers)
    {
        try
        {
            return new CanonicalWriter().Json(headers ?? "null"u8, exact: false, without: "hash");
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
}
