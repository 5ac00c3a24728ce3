using System.Security.Cryptography;
using System.Text;
using LiaisonStation.Contracts;

namespace LiaisonStation.ServiceDefaults;

/// <param name="Key">Null: destroyed.</param>
internal sealed record OwnedKey(Guid Owner, string Township, byte[]? Key);

/// <summary>The keys of a few owners, for one request.</summary>
public sealed class KeyRing
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // A person known in two townships has a key in each.
    private readonly ILookup<Guid, OwnedKey> _keys;

    internal KeyRing(IEnumerable<OwnedKey> keys) => _keys = keys.ToLookup(k => k.Owner);

    /// <summary>The owner was erased: nothing can be sealed for them any more.</summary>
    public bool IsDestroyed(Guid owner) => _keys[owner].Any() && _keys[owner].All(k => k.Key is null);

    public PersonalText Seal(Guid person, string words) =>
        new(person, Convert.ToBase64String(Seal(person, Utf8.GetBytes(words))));

    /// <summary>The words; null where the key is destroyed, or missing.</summary>
    /// <exception cref="CryptographicException">It was changed, or is somebody else's.</exception>
    public string? Open(PersonalText text) =>
        Open(text.Person, Convert.FromBase64String(text.Sealed)) is { } plain ? Utf8.GetString(plain) : null;

    /// <exception cref="InvalidOperationException">The owner's key is destroyed, or was not asked for.</exception>
    public byte[] Seal(Guid owner, ReadOnlySpan<byte> plain) => Living(owner) is [var key, ..]
        ? Sealing.Close(key.Key!, plain, Vault.BoundTo(key.Township, owner))
        : throw new InvalidOperationException($"There is no key of {owner} to seal with.");

    /// <summary>What was sealed; null where the key is destroyed, or missing.</summary>
    /// <exception cref="CryptographicException">It was changed, or is somebody else's.</exception>
    public byte[]? Open(Guid owner, ReadOnlySpan<byte> closed)
    {
        var living = Living(owner);
        for (var i = 0; i < living.Length; i++)
        {
            try
            {
                return Sealing.Open(living[i].Key!, closed, Vault.BoundTo(living[i].Township, owner));
            }
            catch (AuthenticationTagMismatchException) when (i + 1 < living.Length)
            {
                // It is of the person's other township.
            }
        }

        return null;
    }

    private OwnedKey[] Living(Guid owner) => [.. _keys[owner].Where(k => k.Key is not null)];
}
