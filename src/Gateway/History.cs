using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Gateway;

/// <summary>One stream that a case runs through, as its service tells it.</summary>
internal sealed record StreamOfCase(string Service, Guid Stream, StreamHistory History);

/// <summary>Follows a case from its appeal over the services and puts its events in one order.</summary>
internal static class History
{
    private const int MostStreams = 500;

    /// <summary>
    /// Every stream of the case, nearest to its appeal first; null where it leads on to more than can be told. A link
    /// whose stream is not there yet is left out: the message that founds it is under way.
    /// </summary>
    /// <param name="read">Reads one stream; null where there is none.</param>
    public static async Task<IReadOnlyList<StreamOfCase>?> Follow(StreamLink from, Func<StreamLink, Task<StreamHistory?>> read)
    {
        var seen = new HashSet<StreamLink> { from };
        var found = new List<StreamOfCase>();
        for (List<StreamLink> next = [from]; next is not [];)
        {
            var level = await Task.WhenAll(next.Select(async link => (link, history: await read(link))));
            foreach (var (link, history) in level)
            {
                if (history is { Events: not [] })
                {
                    found.Add(new StreamOfCase(link.Service, link.Stream, history));
                }
            }

            next = [.. level.SelectMany(stream => stream.history?.Links ?? []).Where(seen.Add)];
            if (seen.Count > MostStreams)
            {
                return null;
            }
        }

        return found;
    }

    /// <summary>
    /// By time, but never an effect before its cause nor a stream's events out of their own order: the services' clocks
    /// may differ, and what was caused is later whatever a clock says.
    /// </summary>
    public static IReadOnlyList<HistoryEvent> Merge(IEnumerable<HistoryEvent> events)
    {
        var all = events.DistinctBy(e => e.Id).ToList();
        var byId = all.ToDictionary(e => e.Id.ToString(), StringComparer.OrdinalIgnoreCase);
        var waitsFor = all.ToDictionary(e => e.Id, _ => 0);
        var leadsTo = all.ToDictionary(e => e.Id, _ => new List<HistoryEvent>());

        foreach (var stream in all.GroupBy(e => (e.Service, e.Stream)))
        {
            var inOrder = stream.OrderBy(e => e.Version).ToList();
            foreach (var (earlier, later) in inOrder.Zip(inOrder.Skip(1)))
            {
                Precede(earlier, later);
            }
        }

        foreach (var effect in all)
        {
            if (effect.Cause is { } cause && byId.TryGetValue(cause, out var before) && before.Id != effect.Id)
            {
                Precede(before, effect);
            }
        }

        var free = new PriorityQueue<HistoryEvent, (DateTimeOffset, int, Guid, long)>();
        foreach (var e in all.Where(e => waitsFor[e.Id] == 0))
        {
            free.Enqueue(e, Place(e));
        }

        var merged = new List<HistoryEvent>(all.Count);
        while (free.TryDequeue(out var e, out _))
        {
            merged.Add(e);
            foreach (var effect in leadsTo[e.Id])
            {
                if (--waitsFor[effect.Id] == 0)
                {
                    free.Enqueue(effect, Place(effect));
                }
            }
        }

        // Causes that run in a circle cannot be honest; what they hold back is still shown.
        return merged.Count == all.Count ? merged : [.. merged, .. all.Except(merged).OrderBy(Place)];

        void Precede(HistoryEvent earlier, HistoryEvent later)
        {
            leadsTo[earlier.Id].Add(later);
            waitsFor[later.Id]++;
        }
    }

    private static (DateTimeOffset, int, Guid, long) Place(HistoryEvent e) =>
        (e.Time, Services.Names.IndexOf(e.Service), e.Stream, e.Version);
}
