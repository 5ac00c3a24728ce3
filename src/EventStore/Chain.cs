using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LiaisonStation.EventStore;

/// <summary>
/// A stream's events each carry, as <c>hash</c> in their headers, the SHA-256 of all that is stored of them and of the hash before.
/// </summary>
public static class Chain
{
    /// <summary>Stands for the previous event's hash at version 1.</summary>
    public const string Beginning = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>The hash as 64 lower-case hexadecimal digits.</summary>
    /// <param name="previous">The hash of the event before, <see cref="Beginning"/> at version 1.</param>
    /// <exception cref="NotCanonicalException">The event would not be read back as it stands here.</exception>
    public static string Hash(ChainedEvent e, string previous) => Hash(e, previous, exact: true);

    /// <summary>What the event after an unchained one links to.</summary>
    internal static string HashOfUnchained(ChainedEvent e, string previous) => Hash(e, previous, exact: false);

    internal static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>UTC with six decimals, as PostgreSQL keeps it.</summary>
    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Hash(ChainedEvent e, string previous, bool exact)
    {
        // The keys stand in RFC 8785's order already.
        var to = new ArrayBufferWriter<byte>(512 + (e.Data.Length * 2));
        to.Write("{\"at\":"u8);
        Text(e.At);
        to.Write(",\"causation\":"u8);
        Text(e.Causation);
        to.Write(",\"correlation\":"u8);
        Text(e.Correlation);
        to.Write(",\"data\":"u8);
        CanonicalJson.Write(e.Data, to, exact);
        to.Write(",\"dotnetType\":"u8);
        Text(e.DotnetType);
        to.Write(",\"headers\":"u8);
        CanonicalJson.Write(e.Headers ?? "null", to, exact, without: "hash");
        to.Write(",\"id\":"u8);
        Text(e.Id.ToString());
        to.Write(",\"prev\":"u8);
        Text(previous);
        to.Write(",\"stream\":"u8);
        Text(e.Stream?.ToString());
        to.Write(",\"tenant\":"u8);
        Text(e.Tenant);
        to.Write(",\"type\":"u8);
        Text(e.Type);
        to.Write(",\"v\":1,\"version\":"u8);
        to.Write(Encoding.ASCII.GetBytes(CanonicalJson.Number(e.Version)));
        to.Write("}"u8);
        return Convert.ToHexStringLower(SHA256.HashData(to.WrittenSpan));

        void Text(string? text)
        {
            if (text is null)
            {
                to.Write("null"u8);
            }
            else
            {
                CanonicalJson.WriteText(text, to);
            }
        }
    }
}

/// <summary>A row of <c>mt_events</c>, but for its sequence number, which the tree covers.</summary>
/// <param name="At">See <see cref="Chain.Time"/>.</param>
/// <param name="Headers">JSON; a <c>hash</c> in it is left out of the hash. Null where nothing is stored.</param>
/// <param name="Data">JSON.</param>
public sealed record ChainedEvent(
    string? Tenant, Guid? Stream, Guid Id, long Version, string Type, string? DotnetType, string At, string? Correlation,
    string? Causation, string? Headers, string Data);
