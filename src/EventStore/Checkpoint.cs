using System.Globalization;

namespace LiaisonStation.EventStore;

/// <summary>C2SP tlog-checkpoint: what a service's log was at a moment, to be held by others.</summary>
/// <param name="Origin"><c>&lt;county&gt;/&lt;service&gt;</c>; of the signature too.</param>
/// <param name="Size">Events in the tree.</param>
/// <param name="SignedAt">UTC, whole microseconds; the one extension line.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root, DateTimeOffset SignedAt)
{
    public string Text => string.Create(
        CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n{Chain.Time(SignedAt)}\n");

    public string Sign(CheckpointKey key) => SignedNote.Sign(Text, Origin, key);

    /// <exception cref="CheckpointException">It is not a checkpoint of this origin signed by this key.</exception>
    public static Checkpoint Open(string note, string origin, CheckpointKey key)
    {
        var text = SignedNote.Open(note, origin, key);
        if (text.Split('\n') is not [var of, var size, var root, var time, ""]
            || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves)
            || SignedNote.Bytes(root) is not { Length: 32 } hash
            || !DateTimeOffset.TryParseExact(
                time, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            throw new CheckpointException(CheckpointFault.Malformed, "It is no checkpoint.");
        }

        var checkpoint = new Checkpoint(of, leaves, hash, at);
        return of != origin ? throw new CheckpointException(CheckpointFault.Replayed, $"It is a checkpoint of {of}.")
            : checkpoint.Text != text ? throw new CheckpointException(CheckpointFault.Malformed, "It is no checkpoint.")
            : checkpoint;
    }
}

/// <summary>Where a service's checkpoints lie, one file each, added and never changed, outside PostgreSQL.</summary>
public sealed class CheckpointFolder(string path)
{
    private const string Ending = ".checkpoint";
    private const string ListEnding = ".accepted";

    /// <summary>All notes with their files' names, by size and then time.</summary>
    public IReadOnlyList<StoredCheckpoint> All() => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, "*" + Ending).Order(StringComparer.Ordinal).Select(f => new StoredCheckpoint(f, File.ReadAllText(f)))]
        : [];

    /// <summary>The note of the largest tree; null before the first.</summary>
    public string? Latest() => Directory.Exists(path) && Directory.EnumerateFiles(path, "*" + Ending).Max(StringComparer.Ordinal) is { } file
        ? File.ReadAllText(file)
        : null;

    /// <summary>All accept-lists that lie beside the checkpoints; see <see cref="AcceptList"/>.</summary>
    public IReadOnlyList<(string Path, string Note)> AcceptLists() => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, "*" + ListEnding).Order(StringComparer.Ordinal).Select(f => (f, File.ReadAllText(f)))]
        : [];

    /// <returns>Its file.</returns>
    /// <exception cref="IOException">It cannot be written, or is there already.</exception>
    public string AddAcceptList(DateTimeOffset at, string note) => Add(Moment(at) + ListEnding, note);

    /// <exception cref="IOException">It cannot be written, or is there already.</exception>
    internal void Add(Checkpoint checkpoint, string note) => Add(Name(checkpoint), note);

    internal static string Name(Checkpoint checkpoint) =>
        string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Size:D19}-{Moment(checkpoint.SignedAt)}{Ending}");

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmssffffff'Z'", CultureInfo.InvariantCulture);

    private string Add(string name, string note)
    {
        Directory.CreateDirectory(path);
        var draft = Path.Combine(path, $".{Guid.NewGuid():N}");
        using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(note));
            file.Flush(flushToDisk: true);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        var place = Path.Combine(path, name);
        File.Move(draft, place, overwrite: false);
        return place;
    }
}

/// <param name="Path">Its file.</param>
public sealed record StoredCheckpoint(string Path, string Note)
{
    /// <exception cref="CheckpointException">It is not what its name says, or not signed by this key.</exception>
    public Checkpoint Open(string origin, CheckpointKey key)
    {
        var checkpoint = Checkpoint.Open(Note, origin, key);
        return System.IO.Path.GetFileName(Path) == CheckpointFolder.Name(checkpoint)
            ? checkpoint
            : throw new CheckpointException(CheckpointFault.Replayed, $"It is the checkpoint of {checkpoint.Size} events of {Chain.Time(checkpoint.SignedAt)}, under another name.");
    }
}
