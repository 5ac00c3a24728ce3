using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace LiaisonStation.Machine.Tests;

/// <summary>
/// To walk the same ways again: <c>MACHINE_SEED=… dotnet test tests/Machine.Tests</c>, with the seed that was printed.
/// <c>MACHINE_STEPS=…</c> looks for longer.
/// </summary>
public sealed class MachineTests(Town town, ITestOutputHelper output) : IClassFixture<Town>
{
    private const int MostShrinking = 40;

    private static readonly ulong Seed = Environment.GetEnvironmentVariable("MACHINE_SEED") is { } seed
        ? ulong.Parse(seed, null)
        : (ulong)Random.Shared.NextInt64();

    private static readonly int Steps = Environment.GetEnvironmentVariable("MACHINE_STEPS") is { } steps ? int.Parse(steps, null) : 10_000;

    private readonly Visits _visits = new();
    private readonly Dictionary<Command, SortedSet<string>> _codes = [];
    private int _denied;

    [Fact]
    public async Task whatever_anybody_does_the_services_do_what_the_machine_of_the_domain_does()
    {
        output.WriteLine($"MACHINE_SEED={Seed}");

        // Away from the test framework's own scheduler, which a wait would hold up.
        await Task.Run(Walk);

        output.WriteLine(_visits.Print());
        output.WriteLine($"{_denied} times somebody asked before whose role or township has no right to it");
        foreach (var (command, codes) in _codes.OrderBy(c => c.Key))
        {
            output.WriteLine($"{command} is refused as {string.Join(", ", codes)}");
        }

        Assert.Empty(_visits.Missing);
        Assert.True(_denied >= Steps / 20);
        Assert.True(_visits.Steps >= Steps);
    }

    private void Walk()
    {
        var (walks, failed, shrinking) = (new Walks(_visits, Steps), false, 0);
        var property = Prop.ForAll(walks.Arbitrary, (Walk walk) =>
        {
            // Shrinking ends in time: what is not tried counts as passed.
            if (failed && ++shrinking > MostShrinking)
            {
                return true;
            }

            try
            {
                Go(walk).GetAwaiter().GetResult();
                return true;
            }
            catch (MismatchException)
            {
                failed = true;
                throw;
            }
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Steps).WithReplay(Seed, 1UL), property);
    }

    private async Task Go(Walk walk)
    {
        if (walk.Asks.Count == 0)
        {
            return;
        }

        var matter = await Matter.Begin(town);
        foreach (var ask in walk.Asks)
        {
            var pair = matter.Place.By(ask.Command).Pair;
            if (await matter.Do(ask) is { } code)
            {
                (_codes.TryGetValue(ask.Command, out var codes) ? codes : _codes[ask.Command] = []).Add(code);
            }

            _visits.Count(pair);
        }

        _denied += matter.Denied;
    }
}
