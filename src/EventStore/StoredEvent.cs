using System.Buffers;
using System.Text;

namespace LiaisonStation.EventStore;

/// <summary>A row of <c>mt_events</c>, but for its sequence number, which the tree covers.</summary>
/// <param name="At">See <see cref="Chain.Time"/>.</param>
/// <param name="Headers">JSON; a <c>hash</c> in it is left out of the hash. Null where nothing is stored.</param>
/// <param name="Data">JSON.</param>
public sealed record ChainedEvent(
    string? Tenant, Guid? Stream, Guid Id, long Version, string Type, string? DotnetType, string At, string? Correlation,
    string? Causation, string? Headers, string Data);

/// <summary>A text in UTF-8 that may be null.</summary>
internal readonly ref struct Utf8Text(ReadOnlySpan<byte> bytes, bool isNull = false)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public bool IsNull => isNull;

    public override string? ToString() => isNull ? null : Encoding.UTF8.GetString(Bytes);
}

/// <summary>What a hash is made of, in the bytes in which it was stored or is about to be.</summary>
internal readonly ref struct StoredEvent
{
    public Utf8Text Tenant { get; init; }

    public Guid? Stream { get; init; }

    public Guid Id { get; init; }

    public long Version { get; init; }

    public Utf8Text Type { get; init; }

    public Utf8Text DotnetType { get; init; }

    public Utf8Text At { get; init; }

    public Utf8Text Correlation { get; init; }

    public Utf8Text Causation { get; init; }

    /// <summary>JSON; <c>null</c> where nothing is stored.</summary>
    public ReadOnlySpan<byte> Headers { get; init; }

    public ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>Turns texts into UTF-8, one after the other, in memory that it gives back.</summary>
internal ref struct Encoded(int chars) : IDisposable
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(chars));
    private int _length;

    /// <exception cref="NotCanonicalException">It holds half of a surrogate pair.</exception>
    public Utf8Text Add(string? text)
    {
        if (text is null)
        {
            return new(default, isNull: true);
        }

        try
        {
            var from = _length;
            _length += Strict.GetBytes(text, _rented.AsSpan(from));
            return new(_rented.AsSpan(from, _length - from));
        }
        catch (EncoderFallbackException e)
        {
            throw new NotCanonicalException("A text holds half of a surrogate pair.", e);
        }
    }

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_rented);
}
