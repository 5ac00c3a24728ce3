using LiaisonStation.EventStore;
using LiaisonStation.EventStore.Tests;

// <connection string> <sequence>: rebuilds the tally and is killed when it meets that event for the second time.
var met = 0;
await using var replica = await Replica.StartAsync(args[0], Meters.Module(Meters.Tally(e =>
{
    if (e.Sequence == long.Parse(args[1], null) && ++met == 2)
    {
        Environment.FailFast("in the middle of a rebuild");
    }
})));
await Eventually.Holds(() => Task.FromResult(met == 1), "the follower has met it");
await replica.Get<ProjectionRebuilder>().RequestAsync("tally");
await Task.Delay(TimeSpan.FromSeconds(60));
