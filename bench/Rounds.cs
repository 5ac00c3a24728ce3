using System.Diagnostics;

namespace LiaisonStation.Bench;

/// <param name="Ratio">The median of the rounds' ratios.</param>
/// <param name="Low">The lowest round.</param>
/// <param name="High">The highest round.</param>
/// <param name="Against">What the denominator is.</param>
internal sealed record Measured(string Id, double Ratio, double Low, double High, string Against);

/// <summary>Ratios taken side by side: ours, then its denominator, again and again.</summary>
internal sealed class Rounds(int count)
{
    private const int WarmUp = 4;

    private readonly List<Measured> _all = [];

    public IReadOnlyList<Measured> All => _all;

    public int Count => count;

    /// <param name="ours">Measures once: events a second, or milliseconds.</param>
    public async Task CompareAsync(string id, string against, string unit, Func<Task<double>> ours, Func<Task<double>> plain)
    {
        // What the runtime has compiled in haste it compiles better while it runs; a service has been running for long.
        for (var warm = 0; warm < WarmUp; warm++)
        {
            await ours();
            await plain();
        }

        var rounds = new List<(double Ours, double Plain)>();
        for (var i = 0; i < count; i++)
        {
            rounds.Add((await ours(), await plain()));
        }

        Add(id, against, unit, rounds);
    }

    public void Add(string id, string against, string unit, IReadOnlyList<(double Ours, double Plain)> rounds)
    {
        var ratios = rounds.Select(r => r.Ours / r.Plain).ToArray();
        var measured = new Measured(id, Median(ratios), ratios.Min(), ratios.Max(), against);
        _all.Add(measured);
        Console.WriteLine(
            $"{id,-18} {measured.Ratio,5:0.00}  {measured.Low,5:0.00} - {measured.High,4:0.00}  "
            + $"{Median(rounds.Select(r => r.Ours)),9:#,0.##} : {Median(rounds.Select(r => r.Plain)),9:#,0.##} {unit,-8}  {against}");
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Operations a second of so many writers at once.</summary>
    public static async Task<double> RateAsync(int writers, int each, Func<int, Task> writer)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(() => writer(w))));
        return writers * each / watch.Elapsed.TotalSeconds;
    }

    /// <summary>The median of single operations, in milliseconds.</summary>
    public static async Task<double> MedianTimeAsync(int times, Func<Task> operation)
    {
        var taken = new double[times];
        for (var i = 0; i < times; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await operation();
            taken[i] = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        }

        return Median(taken);
    }
}
