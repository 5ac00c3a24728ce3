using System.Security.Cryptography;
using System.Text;

namespace LiaisonStation.EventStore;

/// <summary>RFC 9562 version 5 ids: the same id for the same name, for streams derived from others.</summary>
public static class Uuid
{
    public static Guid Derive(Guid from, string name)
    {
        Span<byte> space = stackalloc byte[16];
        from.TryWriteBytes(space, bigEndian: true, out _);
#pragma warning disable CA5350 // Version 5 is defined on SHA-1; it names, it does not protect.
        var hash = SHA1.HashData([.. space, .. Encoding.UTF8.GetBytes(name)]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
