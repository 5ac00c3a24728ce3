using LiaisonStation.Contracts;

namespace LiaisonStation.Authority.Tests;

/// <summary>
/// Who may call what, copied by hand from domain.md 0.4: deny by default, so what stands in no line nobody may call. Never made from the
/// code's own table, which it is there to hold.
/// </summary>
public static class Matrix
{
    /// <summary>No sign-in asked for.</summary>
    private const string Open = "open";

    /// <summary>Everybody who is signed in, a service's own account too.</summary>
    private const string Anyone = "anyone";

    public static IReadOnlyList<Line> Read()
    {
        var cells = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "matrix.csv"))
            .Skip(1).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(',', 3)).ToArray();
        var words = cells.Where(c => c[0].StartsWith("= ", StringComparison.Ordinal)).ToDictionary(c => c[0][2..], c => c[1]);
        return [.. cells.Where(c => c[0][0] != '=').Select(c => new Line(c[0], [.. Roles(c[1])], c[1] == Open, c[2]))];

        IEnumerable<Role> Roles(string cell) => cell.Split(' ').SelectMany(word =>
            word is Open or Anyone ? Enum.GetValues<Role>() : words.TryGetValue(word, out var several) ? Roles(several) : [Enum.Parse<Role>(word)]);
    }
}

/// <param name="Operation">As the door's document has it; <c>*</c> for a service: each of the four.</param>
/// <param name="Roles">Whoever holds one of these is let through; what the matter itself asks for is asked after that.</param>
/// <param name="Act">The act's row in domain.md 0.4, or who must be able to read it.</param>
public sealed record Line(string Operation, IReadOnlyList<Role> Roles, bool Open, string Act);
