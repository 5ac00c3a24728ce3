using System.Security.Cryptography;
using LiaisonStation.EventStore;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// The keys that come from outside, in a file: those that wrap the vault's keys, the first of which wraps new ones, and one that
/// keys fingerprints and never changes.
/// </summary>
/// <remarks>Lines of <c>wrap</c> or <c>fingerprint</c> and a key of 32 bytes in base64. A wrapping key's id follows from the key.</remarks>
internal sealed class OuterKeys
{
    private const int Length = 32;
    private const UnixFileMode Strangers = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly Dictionary<string, byte[]> _wrapping;
    private readonly byte[] _fingerprint;

    private OuterKeys(IReadOnlyList<byte[]> wrapping, byte[] fingerprint)
    {
        _wrapping = wrapping.ToDictionary(Id);
        (Current, _fingerprint) = (Id(wrapping[0]), fingerprint);
    }

    public string Current { get; }

    public string[] Ids => [.. _wrapping.Keys];

    /// <exception cref="StoreSetupException">It is not what it should be, or others may read it.</exception>
    public static OuterKeys Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Strangers) != 0)
        {
            throw new StoreSetupException($"vault: strangers may read {path}; make it its owner's alone (chmod 600).");
        }

        var lines = File.ReadAllLines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(' ')).ToList();
        var (wrapping, fingerprints) = (Of("wrap"), Of("fingerprint"));
        return wrapping.Count + fingerprints.Count == lines.Count && wrapping.Count > 0 && fingerprints is [var fingerprint]
            ? new OuterKeys(wrapping, fingerprint)
            : throw new StoreSetupException($"vault: {path} must hold lines 'wrap KEY' and one 'fingerprint KEY', each KEY {Length} bytes in base64.");

        List<byte[]> Of(string word) =>
            [.. lines.Where(l => l.Length == 2 && l[0] == word).Select(l => Bytes(l[1])).OfType<byte[]>()];
    }

    /// <summary>Makes the file where there is none.</summary>
    public static void Create(string path) => KeyFile.Create(path, $"""
        # Whoever has these and the vault reads everybody's words; without them nobody does. Keep a copy, and not beside the backups.
        wrap {Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length))}
        fingerprint {Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length))}

        """);

    public byte[] Wrap(byte[] key, string boundTo) => Sealing.Close(_wrapping[Current], key, boundTo);

    /// <exception cref="KeyNotFoundException">The file does not hold that key.</exception>
    public byte[] Unwrap(string id, byte[] wrapped, string boundTo) => Sealing.Open(_wrapping[id], wrapped, boundTo);

    public IncrementalHash Fingerprint() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _fingerprint);

    private static string Id(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key))[..16];

    private static byte[]? Bytes(string base64)
    {
        var bytes = new byte[Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) && length == Length ? bytes : null;
    }
}
