namespace LiaisonStation.Machine.Tests;

/// <summary>Where a command can find a matter, and how often it did.</summary>
public sealed class Visits
{
    public const int LeastLegal = 20;

    private readonly int[] _counts = new int[Place.Possible.Count];

    public int Steps { get; private set; }

    public IEnumerable<Pair> Missing => Place.Possible.Where(v => this[v] < v.Wanted);

    public int this[Pair pair] => _counts[pair.Number];

    public void Count(Pair pair)
    {
        Steps++;
        _counts[pair.Number]++;
    }

    public string Print() => string.Join('\n', [
        $"{Steps} steps; {Place.Possible.Count(p => p.Legal)} legal transitions, each at least {Place.Possible.Where(p => p.Legal).Min(p => this[p])} times; "
        + $"{Place.Possible.Count(p => !p.Legal)} illegal pairs, each at least {Place.Possible.Where(p => !p.Legal).Min(p => this[p])} times",
        .. Place.Possible.Where(p => p.Legal).OrderBy(p => this[p]).Select(p => $"{this[p],6}  {p.Command} at {p.Seen}"),
        .. Place.Possible.Where(p => !p.Legal).GroupBy(p => p.Command).Select(g => $"{g.Sum(p => this[p]),6}  {g.Key} where it is not allowed, in {g.Count()} states"),
    ]);
}
