using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LiaisonStation.EventStore;

/// <summary>A SHA-256 hash, kept without a reference so that a hundred thousand of them are nothing to collect.</summary>
internal readonly record struct Hash256(UInt128 High, UInt128 Low)
{
    public const int Size = SHA256.HashSizeInBytes;

    public static Hash256 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return From(hash);
    }

    /// <summary>Null where it is not 64 lower-case hexadecimal digits.</summary>
    public static Hash256? Parse(string? text)
    {
        Span<byte> hash = stackalloc byte[Size];
        return text is not null && Chain.IsHash(text) && Convert.FromHexString(text, hash, out _, out _) == OperationStatus.Done
            ? From(hash)
            : null;
    }

    public void CopyTo(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt128BigEndian(to, High);
        BinaryPrimitives.WriteUInt128BigEndian(to[(Size / 2)..], Low);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[Size];
        CopyTo(hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>The same, as UTF-8.</summary>
    public void WriteTo(Span<byte> to)
    {
        Span<byte> hash = stackalloc byte[Size];
        CopyTo(hash);
        Convert.TryToHexStringLower(hash, to, out _);
    }

    private static Hash256 From(ReadOnlySpan<byte> hash) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[(Size / 2)..]));
}
