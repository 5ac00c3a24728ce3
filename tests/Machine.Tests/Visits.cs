namespace LiaisonStation.Machine.Tests;

/// <summary>Where a command can find a matter, and how often it did.</summary>
public sealed class Visits
{
    public const int LeastLegal = 20;

    private static readonly IReadOnlyCollection<Item> Reached = Explore();

    private readonly Dictionary<(string Seen, Command Command, bool Legal), int> _counts = [];

    /// <summary>Every pair of what a command finds and the command, allowed or not, that the machine of the domain can come to.</summary>
    public static IReadOnlyList<(string Seen, Command Command, bool Legal)> Possible { get; } =
        [.. Reached.SelectMany(item => Machine.Commands.Select(command => Of(item, command))).Distinct()];

    public int Steps { get; private set; }

    public IEnumerable<(string Seen, Command Command, bool Legal)> Missing => Possible.Where(p => this[p] < Wanted(p));

    public static int Wanted((string Seen, Command Command, bool Legal) visit) => visit.Legal ? LeastLegal : 1;

    public int this[(string Seen, Command Command, bool Legal) visit] => _counts.GetValueOrDefault(visit);

    public static (string Seen, Command Command, bool Legal) Of(Item item, Command command) =>
        (item.SeenBy(command), command, Machine.After(item, command) is not null);

    public void Count(Item item, Command command)
    {
        Steps++;
        var visit = Of(item, command);
        _counts[visit] = this[visit] + 1;
    }

    public string Print() => string.Join('\n', [
        $"{Steps} steps; {Possible.Count(p => p.Legal)} legal transitions, each at least {Possible.Where(p => p.Legal).Min(p => this[p])} times; "
        + $"{Possible.Count(p => !p.Legal)} illegal pairs, each at least {Possible.Where(p => !p.Legal).Min(p => this[p])} times",
        .. Possible.Where(p => p.Legal).OrderBy(p => this[p]).Select(p => $"{this[p],6}  {p.Command} at {p.Seen}"),
        .. Possible.Where(p => !p.Legal).GroupBy(p => p.Command).Select(g => $"{g.Sum(p => this[p]),6}  {g.Key} where it is not allowed, in {g.Count()} states"),
    ]);

    private static HashSet<Item> Explore()
    {
        var reached = new HashSet<Item>([Item.New]);
        var queue = new Queue<Item>(reached);
        while (queue.TryDequeue(out var item))
        {
            foreach (var next in Machine.Commands.Select(command => Machine.After(item, command)).OfType<Item>().Where(reached.Add))
            {
                queue.Enqueue(next);
            }
        }

        return reached;
    }
}
