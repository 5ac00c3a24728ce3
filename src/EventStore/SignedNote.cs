using System.Security.Cryptography;
using System.Text;

namespace LiaisonStation.EventStore;

/// <summary>C2SP signed-note: a text that ends with a line break, a blank line, and signature lines.</summary>
public static class SignedNote
{
    private const string Dash = "\u2014 ";

    public static string Sign(string text, string name, CheckpointKey key)
    {
        byte[] signature = [.. key.Id, .. key.Sign(Encoding.UTF8.GetBytes(text))];
        return $"{text}\n{Dash}{name} {Convert.ToBase64String(signature)}\n";
    }

    /// <summary>The text of a note, when a signature by this key under this name stands under it; others are ignored.</summary>
    /// <exception cref="CheckpointException">It is no signed note, or not signed by this key.</exception>
    public static string Open(string note, string name, CheckpointKey key)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end <= 0 || note[^1] != '\n')
        {
            throw new CheckpointException(CheckpointFault.Malformed, "It is no signed note.");
        }

        var text = note[..(end + 1)];
        foreach (var line in note[(end + 2)..^1].Split('\n'))
        {
            if (line.StartsWith(Dash, StringComparison.Ordinal)
                && line[Dash.Length..].Split(' ') is [var by, var encoded]
                && by == name && Bytes(encoded) is { Length: > 4 } signature
                && signature.AsSpan(0, 4).SequenceEqual(key.Id)
                && key.Verifies(Encoding.UTF8.GetBytes(text), signature.AsSpan(4)))
            {
                return text;
            }
        }

        throw new CheckpointException(CheckpointFault.Signature, $"It is not signed by the key {Convert.ToHexStringLower(key.Id)} of {name}.");
    }

    internal static byte[]? Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == base64
            ? bytes[..length]
            : null;
    }
}

/// <summary>The P-256 key that signs a service's checkpoints; or its public half alone, which verifies them.</summary>
public sealed class CheckpointKey : IDisposable
{
    /// <summary>ECDSA, in C2SP's list of signature types.</summary>
    private const byte Ecdsa = 0x02;

    private readonly ECDsa _key;
    private readonly byte[] _public;

    public CheckpointKey(ECDsa key)
    {
        (_key, _public) = (key, key.ExportSubjectPublicKeyInfo());
        Id = SHA256.HashData(_public)[..4];
    }

    /// <summary>The first four bytes of SHA-256 of the DER SubjectPublicKeyInfo.</summary>
    public byte[] Id { get; }

    /// <summary>The key of a PEM file outside the database; the first replica to come makes it, for its user alone.</summary>
    /// <exception cref="CheckpointException">The file holds no P-256 key, or others than its owner may read it.</exception>
    public static CheckpointKey At(string path)
    {
        if (!File.Exists(path))
        {
            KeyFile.Create(path);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~KeyFile.OwnerOnly) != 0)
        {
            throw new CheckpointException(CheckpointFault.Key, $"{path} can be read by others than its owner.");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        catch (ArgumentException e)
        {
            key.Dispose();
            throw new CheckpointException(CheckpointFault.Key, $"{path} holds no key: {e.Message}");
        }

        return key.KeySize == 256 ? new(key) : throw new CheckpointException(CheckpointFault.Key, $"The key in {path} is not a P-256 key.");
    }

    /// <summary>A verifier key as signed-note tools read it: <c>name+id+base64</c>.</summary>
    public string Verifier(string name) =>
        $"{name}+{Convert.ToHexStringLower(Id)}+{Convert.ToBase64String([Ecdsa, .. _public])}";

    /// <exception cref="CheckpointException">It is no verifier key of an ECDSA key.</exception>
    public static CheckpointKey OfVerifier(string verifier)
    {
        if (verifier.Trim().Split('+', 3) is [_, var id, var encoded] && SignedNote.Bytes(encoded) is [Ecdsa, .. var spki])
        {
            var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(spki, out _);
            var named = new CheckpointKey(key);
            if (Convert.ToHexStringLower(named.Id) == id)
            {
                return named;
            }

            named.Dispose();
        }

        throw new CheckpointException(CheckpointFault.Key, "This is no verifier key.");
    }

    internal byte[] Sign(byte[] text) => _key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    internal bool Verifies(byte[] text, ReadOnlySpan<byte> signature) =>
        _key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}

public enum CheckpointFault
{
    /// <summary>Not a checkpoint at all.</summary>
    Malformed,

    /// <summary>Not signed by the service's key.</summary>
    Signature,

    /// <summary>Signed, but of another log, or not the one its file's name says.</summary>
    Replayed,

    /// <summary>The log does not extend it.</summary>
    NotExtended,

    /// <summary>The key cannot be used.</summary>
    Key,
}

#pragma warning disable CA1032 // Always says what is wrong.
public sealed class CheckpointException(CheckpointFault fault, string message) : Exception(message)
{
    public CheckpointFault Fault => fault;
}
#pragma warning restore CA1032
