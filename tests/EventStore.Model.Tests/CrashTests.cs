namespace LiaisonStation.EventStore.Model.Tests;

[Collection(OnRealServers.Name)]
public sealed class CrashTests(Servers servers)
{
    [Theory]
    [InlineData("after the commit, before the answer", nameof(FaultPoint.Written), 40)]
    [InlineData("after the effect, before the acknowledgement", nameof(FaultPoint.Written), 10, true)]
    [InlineData("after the commit, before publishing", nameof(FaultPoint.BeforePublishing), 5)]
    [InlineData("after publishing, before the position is stored", nameof(FaultPoint.Published), 5)]
    [InlineData("in the middle of a projection's page", nameof(FaultPoint.Projecting), 60)]
    [InlineData("after leaves, before their checkpoint", nameof(FaultPoint.Sealed), 4)]
    [InlineData("between a rebuild's filling and its swap", nameof(FaultPoint.Refilled), 1)]
    public async Task a_process_killed_twice_loses_and_repeats_nothing(string when, string point, int nth, bool hearing = false)
    {
        var place = await servers.NewPlaceAsync();
        var worker = new Worker(place, Enum.Parse<FaultPoint>(point), hearing, nth, FirstAct: 1);
        var first = await worker.KilledAsync();
        var second = await (worker with { FirstAct = 1 + first.Max(a => a.Act.Number) }).KilledAsync();
        Assert.True(first.Any(a => a.Answer is not null), when);

        await Trial.GoOnAsync(
            servers, place, [.. first, .. second],
            [new Read(1), new Write(1, Choice.Enter, 2, Expect.Right, 1, 0), new Follow(), new Hear(8, 0, Twice: true, Unacknowledged: true)]);
    }
}
