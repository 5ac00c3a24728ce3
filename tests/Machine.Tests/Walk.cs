using LiaisonStation.Contracts;

namespace LiaisonStation.Machine.Tests;

/// <summary>What is done with one matter, one after the other.</summary>
public sealed record Walk(IReadOnlyList<Ask> Asks)
{
    public override string ToString() => string.Join('\n', Asks.Select(ask => $"    {ask}"));

    /// <summary>Without a half, a quarter, and so on down to one command.</summary>
    public static IEnumerable<Walk> Shrink(Walk walk)
    {
        for (var size = walk.Asks.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from < walk.Asks.Count; from += size)
            {
                yield return new([.. walk.Asks.Take(from), .. walk.Asks.Skip(from + size)]);
            }
        }
    }
}

/// <param name="Twice">It is sent a second time, word for word.</param>
/// <param name="Before">Somebody who asks for the same before; for nobody's good where the table lets them.</param>
public sealed record Ask(Command Command, bool Twice = false, Somebody? Before = null)
{
    public override string ToString() => $"{Command}{(Twice ? " (twice)" : "")}{(Before is { } by ? $" (before that by {by})" : "")}";
}

/// <summary>Somebody nobody knows, with a role.</summary>
/// <param name="Elsewhere">Of another township; where the role is the county's, of another county.</param>
public sealed record Somebody(Role Role, bool Elsewhere)
{
    public override string ToString() => $"{Role}{(Elsewhere ? " of elsewhere" : "")}";
}
