namespace LiaisonStation.Machine.Tests;

/// <summary>A matter as the reference machine knows it, with what every command finds there and makes of it: worked out once for all walks.</summary>
public sealed class Place
{
    private static readonly (Place Start, IReadOnlyList<Pair> Pairs) Explored = Explore();

    private readonly Step[] _steps = new Step[Machine.Commands.Count];

    private Place(Item item) => Item = item;

    /// <summary>From where every other that the machine of the domain can come to is reached.</summary>
    public static Place New => Explored.Start;

    /// <summary>Every pair of what a command finds and the command, allowed or not, by number.</summary>
    public static IReadOnlyList<Pair> Possible => Explored.Pairs;

    public Item Item { get; }

    public IReadOnlyList<Step> Steps => _steps;

    public Step By(Command command) => _steps[(int)command];

    private static (Place Start, IReadOnlyList<Pair> Pairs) Explore()
    {
        var (places, pairs, queue) = (new Dictionary<Item, Place>(), new Dictionary<(string, Command, bool), Pair>(), new Queue<Place>());
        var start = At(Item.New);
        while (queue.TryDequeue(out var place))
        {
            foreach (var command in Machine.Commands)
            {
                var to = Machine.After(place.Item, command) is { } next ? At(next) : null;
                place._steps[(int)command] = new(PairOf(place.Item.SeenBy(command), command, to is not null), to);
            }
        }

        return (start, [.. pairs.Values.OrderBy(v => v.Number)]);

        Place At(Item item)
        {
            if (!places.TryGetValue(item, out var place))
            {
                queue.Enqueue(place = places[item] = new(item));
            }

            return place;
        }

        Pair PairOf(string seen, Command command, bool legal) =>
            pairs.TryGetValue((seen, command, legal), out var pair) ? pair : pairs[(seen, command, legal)] = new(pairs.Count, seen, command, legal);
    }
}

/// <param name="To">Null where it is not allowed.</param>
public sealed record Step(Pair Pair, Place? To);

/// <summary>What a command finds, and the command.</summary>
/// <param name="Number">Counted from 0.</param>
public sealed record Pair(int Number, string Seen, Command Command, bool Legal)
{
    public int Wanted => Legal ? Visits.LeastLegal : 1;
}
