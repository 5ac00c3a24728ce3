namespace LiaisonStation.AppHost.Hosting;

/// <summary>Lines with the name of the resource they come from; in colour where a person looks.</summary>
internal sealed class Terminal(TextWriter output, bool colour)
{
    private static readonly string[] Colours = ["36", "32", "33", "35", "34", "96", "92", "93", "95"];
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> colourOf = [];
    private int width = 8;

    public static Terminal Ours() => new(
        Console.Out, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public void Expect(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            width = Math.Max(width, name.Length);
            colourOf.TryAdd(name, Colours[colourOf.Count % Colours.Length]);
        }
    }

    public void Line(string name, string text)
    {
        lock (gate)
        {
            output.WriteLine(colour && colourOf.TryGetValue(name, out var code)
                ? $"\e[{code}m{name.PadRight(width)} |\e[0m {text}"
                : $"{name.PadRight(width)} | {text}");
            output.Flush();
        }
    }

    public void Bare(string text)
    {
        lock (gate)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }
}
