using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using LiaisonStation.Contracts;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// A file as it lies on the disk: a head, then the content in chunks. The chunks are sealed under a key of this file's own, each
/// bound to its place. That key, size and kind stand in the head, which is sealed under a key of the vault's that belongs to one
/// content in one township. So nothing of it can be changed, moved, exchanged, cut or added to unseen.
/// </summary>
internal sealed class SealedFile : IDisposable
{
    internal const int Chunk = 64 * 1024;
    internal const int KeyLength = 32;

    // Of one length, so that it can be written last, before the chunks: the rest of it is filled up.
    private const int HeadLength = 128;
    private const int SizeAt = KeyLength;
    private const int MediaTypeAt = SizeAt + sizeof(long);

    internal const int ContentAt = Sealing.Head + HeadLength;

    private readonly FileStream _file;
    private readonly byte[] _key;

    private SealedFile(FileStream file, byte[] key, Attachment attachment) => (_file, _key, Attachment) = (file, key, attachment);

    public Attachment Attachment { get; }

    /// <exception cref="FileBrokenException">It does not open, or is not as long as its head says.</exception>
    public static SealedFile Open(string path, Guid owner, string sha256, KeyRing keys)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.Asynchronous);
        try
        {
            var closed = new byte[ContentAt];
            file.ReadExactly(closed);
            var head = keys.Open(owner, closed) ?? throw new FileBrokenException(sha256, "the vault has no key to it");
            var size = BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(SizeAt));
            var mediaType = Encoding.ASCII.GetString(head.AsSpan(MediaTypeAt)).TrimEnd('\0');
            return file.Length == ContentAt + size + (Chunks(size) * Sealing.Head)
                ? new SealedFile(file, head[..KeyLength], new Attachment(sha256, mediaType, size))
                : throw new FileBrokenException(sha256, "it is not as long as it should be");
        }
        catch (Exception e)
        {
            file.Dispose();
            throw e is CryptographicException or EndOfStreamException ? new FileBrokenException(sha256, "its head does not open", e) : e;
        }
    }

    public static byte[] Head(byte[] key, Attachment attachment)
    {
        var head = new byte[HeadLength];
        key.CopyTo(head, 0);
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(SizeAt), attachment.Size);
        Encoding.ASCII.GetBytes(attachment.MediaType, head.AsSpan(MediaTypeAt));
        return head;
    }

    public static string Place(long chunk) => $"chunk {chunk}";

    /// <summary>Reads it through: all of it is there, and it is what its name says.</summary>
    /// <exception cref="FileBrokenException"/>
    public async Task Verify(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var chunk in Read(cancellation))
        {
            hash.AppendData(chunk);
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != Attachment.Sha256)
        {
            throw new FileBrokenException(Attachment.Sha256, "it is another content");
        }
    }

    /// <summary>The content from its beginning; what is handed out was verified.</summary>
    /// <exception cref="FileBrokenException"/>
    public async IAsyncEnumerable<byte[]> Read([EnumeratorCancellation] CancellationToken cancellation)
    {
        var closed = new byte[Sealing.Head + Chunk];
        _file.Position = ContentAt;
        for (var i = 0L; i < Chunks(Attachment.Size); i++)
        {
            var length = await _file.ReadAtLeastAsync(closed, closed.Length, throwOnEndOfStream: false, cancellation);
            yield return Opened(closed.AsSpan(0, length), i);
        }
    }

    public void Dispose() => _file.Dispose();

    private byte[] Opened(ReadOnlySpan<byte> closed, long chunk)
    {
        try
        {
            return Sealing.Open(_key, closed, Place(chunk));
        }
        catch (CryptographicException e)
        {
            throw new FileBrokenException(Attachment.Sha256, $"{Place(chunk)} does not open", e);
        }
    }

    private static long Chunks(long size) => (size + Chunk - 1) / Chunk;
}
