namespace LiaisonStation.Machine.Tests;

/// <summary>What is done with one matter, one after the other.</summary>
/// <param name="Twice">The places of commands that are sent a second time, word for word.</param>
public sealed record Walk(IReadOnlyList<Command> Commands, IReadOnlySet<int> Twice)
{
    public override string ToString() =>
        string.Join('\n', Commands.Select((command, place) => $"    {command}{(Twice.Contains(place) ? " (twice)" : "")}"));

    /// <summary>Without a half, a quarter, and so on down to one command.</summary>
    public static IEnumerable<Walk> Shrink(Walk walk)
    {
        for (var size = walk.Commands.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from < walk.Commands.Count; from += size)
            {
                var left = Enumerable.Range(0, walk.Commands.Count).Where(place => place < from || place >= from + size).ToArray();
                yield return new(
                    [.. left.Select(place => walk.Commands[place])],
                    left.Index().Where(l => walk.Twice.Contains(l.Item)).Select(l => l.Index).ToHashSet());
            }
        }
    }
}
