using System.Globalization;
using System.Text;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>A row of <c>mt_events</c>, but for its sequence number, which the tree covers.</summary>
/// <param name="At">See <see cref="Chain.Time"/>.</param>
/// <param name="Headers">JSON; a <c>hash</c> in it is left out of the hash. Null where nothing is stored.</param>
/// <param name="Data">JSON.</param>
public sealed record ChainedEvent(
    string? Tenant, Guid? Stream, Guid Id, long Version, string Type, string? DotnetType, string At, string? Correlation,
    string? Causation, string? Headers, string Data);

/// <summary>The same as it comes over the wire, without a text made of its JSON.</summary>
internal readonly record struct StoredEvent(
    string? Tenant, Guid? Stream, Guid Id, long Version, string Type, string? DotnetType, string At, string? Correlation,
    string? Causation, byte[]? Headers, byte[] Data)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <exception cref="NotCanonicalException">Its JSON holds half of a surrogate pair.</exception>
    public static StoredEvent Of(ChainedEvent e)
    {
        try
        {
            return new(
                e.Tenant, e.Stream, e.Id, e.Version, e.Type, e.DotnetType, e.At, e.Correlation, e.Causation,
                e.Headers is null ? null : Strict.GetBytes(e.Headers), Strict.GetBytes(e.Data));
        }
        catch (EncoderFallbackException x)
        {
            throw new NotCanonicalException("A text holds half of a surrogate pair.", x);
        }
    }

    /// <summary>
    /// Reads <c>tenant_id, stream_id, id, version, type, mt_dotnet_type, timestamp, correlation_id, causation_id, headers, data</c>.
    /// </summary>
    /// <param name="first">The column that <c>tenant_id</c> is.</param>
    public static StoredEvent Read(NpgsqlDataReader row, int first) => new(
        row.Text(first), row.IsDBNull(first + 1) ? null : row.GetGuid(first + 1), row.GetGuid(first + 2), row.GetInt64(first + 3),
        row.GetString(first + 4), row.Text(first + 5), Time(row.GetFieldValue<long>(first + 6)), row.Text(first + 7), row.Text(first + 8),
        row.IsDBNull(first + 9) ? null : row.GetFieldValue<byte[]>(first + 9), row.GetFieldValue<byte[]>(first + 10));

    // Microseconds; beyond what .NET counts, and for infinity, another text than any hash was made of.
    private static string Time(long since2000) =>
        since2000 > (DateTime.MaxValue - Epoch).Ticks / TimeSpan.TicksPerMicrosecond
        || since2000 < (DateTime.MinValue - Epoch).Ticks / TimeSpan.TicksPerMicrosecond
            ? since2000.ToString(CultureInfo.InvariantCulture)
            : Chain.Time(Epoch.AddTicks(since2000 * TimeSpan.TicksPerMicrosecond));
}
