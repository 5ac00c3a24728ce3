using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;

namespace LiaisonStation.Intake.Files;

public interface IFileEvent;

/// <summary>A content lies in the township's store of files. Once for everybody who uploaded it.</summary>
public sealed record FileStored(Attachment Attachment, Guid UploadedBy) : IFileEvent;

/// <summary>The content can be read no more, and will not be taken in again.</summary>
/// <param name="DocumentNumber">The application, or the decision on it.</param>
public sealed record FileErased(string Sha256, ErasureGround Ground, string DocumentNumber) : IFileEvent;

/// <param name="Attachment">Null where its erasure is all that was ever recorded.</param>
/// <param name="Erased">By which decision; null while it can be read.</param>
public sealed record EvidenceFile(Attachment? Attachment, IReadOnlyList<Guid> UploadedBy, FileErased? Erased = null)
{
    public static StreamType<EvidenceFile, IFileEvent> Stream { get; } = new("evidence_file", Evolve);

    public static EvidenceFile Evolve(EvidenceFile? f, IFileEvent e) => (f, e) switch
    {
        (null, FileStored s) => new EvidenceFile(s.Attachment, [s.UploadedBy]),
        ({ Erased: null }, FileStored s) => f with { UploadedBy = [.. f.UploadedBy, s.UploadedBy] },
        (null, FileErased r) => new EvidenceFile(null, [], r),
        ({ Erased: null }, FileErased r) => f with { Erased = r },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit this file."),
    };
}
