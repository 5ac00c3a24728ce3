using System.Security.Cryptography;
using System.Text;

namespace LiaisonStation.ServiceDefaults;

/// <summary>AES-256-GCM: a version byte, a random nonce, the tag, then what was sealed; bound to the version and to whom it belongs.</summary>
internal static class Sealing
{
    private const byte Version = 1;
    private const int Nonce = 12;
    private const int Tag = 16;

    /// <summary>By so many bytes what is sealed grows.</summary>
    public const int Head = 1 + Nonce + Tag;

    public static byte[] Close(byte[] key, ReadOnlySpan<byte> plain, string boundTo)
    {
        var closed = new byte[Head + plain.Length];
        closed[0] = Version;
        RandomNumberGenerator.Fill(closed.AsSpan(1, Nonce));
        using var aes = new AesGcm(key, Tag);
        aes.Encrypt(closed.AsSpan(1, Nonce), plain, closed.AsSpan(Head), closed.AsSpan(1 + Nonce, Tag), About(boundTo));
        return closed;
    }

    /// <exception cref="CryptographicException">It was not sealed so, or not by this key, or was changed.</exception>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> closed, string boundTo)
    {
        if (closed.Length < Head || closed[0] != Version)
        {
            throw new CryptographicException("It is nothing that was sealed here.");
        }

        var plain = new byte[closed.Length - Head];
        using var aes = new AesGcm(key, Tag);
        aes.Decrypt(closed.Slice(1, Nonce), closed[Head..], closed.Slice(1 + Nonce, Tag), plain, About(boundTo));
        return plain;
    }

    private static byte[] About(string boundTo) => [Version, .. Encoding.UTF8.GetBytes(boundTo)];
}
