namespace LiaisonStation.AppHost.Hosting;

/// <summary>Lines with the name of the resource they come from; in colour where a person looks.</summary>
internal sealed class Terminal(TextWriter output, bool colour)
{
    private static readonly string[] Colours = ["36", "32", "33", "35", "34", "96", "92", "93", "95"];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _colourOf = [];
    private int _width = 8;

    public static Terminal Ours() => new(
        Console.Out, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public void Expect(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _width = Math.Max(_width, name.Length);
            _colourOf.TryAdd(name, Colours[_colourOf.Count % Colours.Length]);
        }
    }

    public void Line(string name, string text)
    {
        lock (_gate)
        {
            output.WriteLine(colour && _colourOf.TryGetValue(name, out var code)
                ? $"\e[{code}m{name.PadRight(_width)} |\e[0m {text}"
                : $"{name.PadRight(_width)} | {text}");
            output.Flush();
        }
    }

    public void Bare(string text)
    {
        lock (_gate)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }
}
