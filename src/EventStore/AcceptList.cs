using System.Globalization;

namespace LiaisonStation.EventStore;

/// <summary>What lies outside the database and speaks for its log.</summary>
/// <param name="Origin"><c>&lt;county&gt;/&lt;service&gt;</c></param>
/// <param name="Key">The checkpoints' key; its public half is enough. Null: they cannot be checked, and any is reported.</param>
/// <param name="Folder">What the service shows of its checkpoints, and the accept-lists beside them; null: nothing.</param>
/// <param name="Held">Signed notes that others have kept; the log must extend these as well.</param>
/// <param name="AcceptKey">The county's key for accept-lists, its public half; null: none is believed, and any is reported.</param>
public sealed record OutsideEvidence(
    string Origin, CheckpointKey? Key, CheckpointFolder? Folder, IReadOnlyList<string> Held, CheckpointKey? AcceptKey);

/// <summary>An event that carries no hash, as an accept-list names it.</summary>
/// <param name="Hash">The one it would have.</param>
public sealed record AcceptedEvent(string Tenant, Guid Stream, long Version, string Hash)
{
    /// <summary>Of the event; not part of the list.</summary>
    public long Sequence { get; init; }

    /// <summary>Its type's alias; not part of the list.</summary>
    public string? Type { get; init; }
}

/// <summary>
/// A signed note that names events which others than the service have written and the county vouches for: after the lines of origin and
/// time, one line each of hash, stream, version and tenant. Signed by a key of the county's that no service holds.
/// </summary>
public sealed class AcceptList
{
    private readonly Dictionary<(string?, Guid?, long), (string Hash, bool Met)> _events = [];

    private AcceptList()
    {
    }

    /// <summary>The events on the lists that a verification did not come by.</summary>
    internal IEnumerable<AcceptedEvent> Unmet =>
        from e in _events where !e.Value.Met select new AcceptedEvent(e.Key.Item1!, e.Key.Item2!.Value, e.Key.Item3, e.Value.Hash);

    /// <param name="origin"><c>&lt;county&gt;/&lt;service&gt;</c></param>
    public static string Sign(string origin, DateTimeOffset at, IEnumerable<AcceptedEvent> events, CheckpointKey key) => SignedNote.Sign(
        $"{First(origin)}\n{Chain.Time(at)}\n"
            + string.Concat(events.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Hash} {e.Stream} {e.Version} {e.Tenant}\n"))),
        Signer(origin), key);

    /// <summary>Who signs, as the key is named in the note.</summary>
    public static string Signer(string origin) => $"{origin.Split('/')[0]}/acceptance";

    /// <exception cref="CheckpointException">It is not an accept-list of this log signed by this key.</exception>
    public static IReadOnlyList<AcceptedEvent> Open(string note, string origin, CheckpointKey key)
    {
        if (SignedNote.Open(note, Signer(origin), key).Split('\n') is not [var first, _, .. var events, ""])
        {
            throw new CheckpointException(CheckpointFault.Malformed, "It is no accept-list.");
        }

        return first == First(origin)
            ? [.. events.Select(Event)]
            : throw new CheckpointException(CheckpointFault.Replayed, $"It is the list of another log: {first}.");
    }

    /// <summary>All that count; what is wrong with the others is added to the breaks.</summary>
    internal static AcceptList Open(OutsideEvidence outside, List<Break> breaks)
    {
        var list = new AcceptList();
        foreach (var (path, note) in outside.Folder?.AcceptLists() ?? [])
        {
            try
            {
                var key = outside.AcceptKey
                    ?? throw new CheckpointException(CheckpointFault.Key, "there is no key to verify accept-lists with.");
                foreach (var e in Open(note, outside.Origin, key))
                {
                    list._events[(e.Tenant, e.Stream, e.Version)] = (e.Hash, false);
                }
            }
            catch (CheckpointException e)
            {
                breaks.Add(new(BreakKind.AcceptListUnsigned, $"{Path.GetFileName(path)}: {e.Message}"));
            }
        }

        return list;
    }

    /// <returns>The hash under which it is accepted; null: it is not.</returns>
    internal string? Meet(string? tenant, Guid? stream, long version)
    {
        if (!_events.TryGetValue((tenant, stream, version), out var e))
        {
            return null;
        }

        _events[(tenant, stream, version)] = e with { Met = true };
        return e.Hash;
    }

    private static string First(string origin) => $"{origin} accepted events";

    private static AcceptedEvent Event(string line) =>
        line.Split(' ', 4) is [var hash, var stream, var version, var tenant]
        && Chain.IsHash(hash) && Guid.TryParse(stream, out var id)
        && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(tenant, id, number, hash)
            : throw new CheckpointException(CheckpointFault.Malformed, "It is no accept-list.");
}
