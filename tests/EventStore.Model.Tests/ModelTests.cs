using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>To take the same steps again: <c>MODEL_SEED=… dotnet test tests/EventStore.Model.Tests</c>, with the seed that was printed.</summary>
[Collection(OnRealServers.Name)]
public sealed class ModelTests(Servers servers, ITestOutputHelper output)
{
    private const int Trials = 10;
    private const int MostShrinking = 12;

    [Fact]
    public async Task whatever_is_done_and_breaks_the_store_is_what_the_model_says()
    {
        var found = await CounterexampleAsync(null);
        Assert.True(found is null, found);
    }

    [Fact]
    public Task without_the_inbox_the_model_finds_it() => IsFoundAsync(Sabotage.InboxOff);

    [Fact]
    public Task without_the_readers_gap_rule_the_model_finds_it() => IsFoundAsync(Sabotage.NoGapRule);

    [Fact]
    public Task without_the_chain_the_model_finds_it() => IsFoundAsync(Sabotage.ChainOff);

    [Fact]
    public Task without_the_relay_the_model_finds_it() => IsFoundAsync(Sabotage.RelayOff);

    private async Task IsFoundAsync(Sabotage sabotage)
    {
        var found = await CounterexampleAsync(sabotage);
        output.WriteLine(found ?? "");
        Assert.NotNull(found);
    }

    /// <summary>What FsCheck says of the steps it found and shrank; null where all trials pass.</summary>
    private Task<string?> CounterexampleAsync(Sabotage? sabotage)
    {
        var seed = Environment.GetEnvironmentVariable("MODEL_SEED") is { } given ? ulong.Parse(given, null) : (ulong)Random.Shared.NextInt64();
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

        // Away from the test framework's own scheduler, which a wait would hold up.
        return Task.Run(() =>
        {
            try
            {
                Check.One(Config.QuickThrowOnFailure.WithMaxTest(Trials).WithReplay(seed, 1UL), property);
                return null;
            }
            catch (Exception e) when (failed)
            {
                return $"MODEL_SEED={seed}\n{e.Message}";
            }
        });
    }
}
