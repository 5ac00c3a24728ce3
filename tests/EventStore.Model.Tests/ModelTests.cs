using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>
/// To take the same steps again: <c>MODEL_SEED=… dotnet test tests/EventStore.Model.Tests</c>, with the seed that was printed.
/// <c>MODEL_TRIALS=…</c> looks for longer.
/// </summary>
[Collection(OnRealServers.Name)]
public sealed class ModelTests(Servers servers, ITestOutputHelper output)
{
    private const int MostShrinking = 25;

    private static readonly ulong? GivenSeed = Environment.GetEnvironmentVariable("MODEL_SEED") is { } seed ? ulong.Parse(seed, null) : null;
    private static readonly int Trials = Environment.GetEnvironmentVariable("MODEL_TRIALS") is { } trials ? int.Parse(trials, null) : 12;

    [Fact]
    public async Task whatever_is_done_and_breaks_the_store_is_what_the_model_says()
    {
        var found = await CounterexampleAsync(null);
        Assert.True(found is null, found);
    }

    [Fact]
    public Task without_the_inbox_the_model_finds_it() => IsFoundAsync(Sabotage.InboxOff, "I2: |two effects|was answered");

    [Fact]
    public Task without_the_readers_gap_rule_the_model_finds_it() => IsFoundAsync(Sabotage.NoGapRule, "I2: |I4: |I5: |I8: ");

    [Fact]
    public Task without_the_chain_the_model_finds_it() => IsFoundAsync(Sabotage.ChainOff, "I8: ");

    [Fact]
    public Task without_the_relay_the_model_finds_it() => IsFoundAsync(Sabotage.RelayOff, "I2: ");

    /// <param name="broken">What must have been found broken, as a regular expression.</param>
    private async Task IsFoundAsync(Sabotage sabotage, string broken)
    {
        var found = await CounterexampleAsync(sabotage);
        Assert.NotNull(found);
        output.WriteLine(found);
        Assert.Matches(broken, found);
    }

    /// <summary>What FsCheck says of the steps it found and shrank; null where all trials pass.</summary>
    private Task<string?> CounterexampleAsync(Sabotage? sabotage)
    {
        var seed = GivenSeed ?? (ulong)Random.Shared.NextInt64();
        output.WriteLine($"MODEL_SEED={seed}");
        var (failed, shrinking) = (false, 0);
        var property = Prop.ForAll(
            Steps.Arbitrary,
            (Steps steps) =>
            {
                // Shrinking ends in time: what is not tried counts as passed.
                if (failed && ++shrinking > (sabotage is null ? MostShrinking : 0))
                {
                    return true;
                }

                try
                {
                    Trial.RunAsync(servers, steps.All, sabotage).GetAwaiter().GetResult();
                    return true;
                }
                catch (BrokenException)
                {
                    failed = true;
                    throw;
                }
            });

        // What is broken shows only where steps meet in time: it may take some more trials, and the first that shows it ends them.
        var trials = sabotage is null ? Trials : 5 * Trials;

        // Away from the test framework's own scheduler, which a wait would hold up.
        return Task.Run(() =>
        {
            try
            {
                Check.One(Config.QuickThrowOnFailure.WithMaxTest(trials).WithReplay(seed, 1UL), property);
                return null;
            }
            catch (Exception e) when (failed)
            {
                return $"MODEL_SEED={seed}\n{e.Message}";
            }
        });
    }
}
