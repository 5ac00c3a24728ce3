using System.Security.Cryptography;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.ServiceDefaults;

/// <summary>A file that is coming in, sealed piece by piece as it comes, under a key that nobody else has: what stays unfinished never opens.</summary>
public sealed class FileDraft : IAsyncDisposable
{
    /// <summary>Of a file's content, in bytes.</summary>
    public const int Largest = 20 * 1024 * 1024;

    private readonly FileStore _store;
    private readonly FileStream _file;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SealedFile.KeyLength);

    internal FileDraft(FileStore store, FileStream file) => (_store, _file) = (store, file);

    /// <summary>What came in, or why it is not taken.</summary>
    /// <exception cref="BadHttpRequestException">413: it is larger than a file may be.</exception>
    /// <exception cref="FilesUnavailableException"/>
    public async Task<(Attachment? Attachment, Refusal? Refusal)> Take(Stream content, CancellationToken cancellation)
    {
        FileKind? kind = null;
        var size = 0;
        var chunk = new byte[SealedFile.Chunk];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _file.Position = SealedFile.ContentAt;
        for (var i = 0; await content.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellation) is > 0 and var read; i++)
        {
            kind ??= FileKind.Of(chunk.AsSpan(0, read));
            if (kind is null)
            {
                return (null, Refuse.Rule("file-type-not-allowed"));
            }

            size += read;
            if (size > Largest)
            {
                throw new BadHttpRequestException("The file is larger than 20 MB.", StatusCodes.Status413PayloadTooLarge);
            }

            hash.AppendData(chunk, 0, read);
            var closed = Sealing.Close(_key, chunk.AsSpan(0, read), SealedFile.Place(i));
            try
            {
                await _file.WriteAsync(closed, cancellation);
            }
            catch (IOException e)
            {
                throw new FilesUnavailableException(e.Message, e);
            }
        }

        return kind is null
            ? (null, Refuse.Rule("file-empty"))
            : (new Attachment(Convert.ToHexStringLower(hash.GetHashAndReset()), kind.MediaType, size), null);
    }

    /// <summary>
    /// Puts what came in into its place, on the disk when this returns. The same content that lies there already is replaced by itself.
    /// </summary>
    /// <param name="keys">With the key of <see cref="FileStore.Owner"/>, not destroyed.</param>
    /// <exception cref="FilesUnavailableException"/>
    public void Keep(string township, Attachment attachment, KeyRing keys)
    {
        var head = keys.Seal(FileStore.Owner(township, attachment.Sha256), SealedFile.Head(_key, attachment));
        try
        {
            _file.Position = 0;
            _file.Write(head);
            _file.Flush(flushToDisk: true);

            // A reader must not find it locked.
            _file.Dispose();
            _store.Place(_file.Name, township, attachment.Sha256);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FilesUnavailableException(e.Message, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        try
        {
            File.Delete(_file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is cleared away at the next start.
        }
    }
}
