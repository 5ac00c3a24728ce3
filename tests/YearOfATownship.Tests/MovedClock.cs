namespace LiaisonStation.Tests;

/// <summary>
/// The date of a test: it goes on as a clock does, and is moved forward by the test. Timers and stopwatches stay real, for what waits by
/// them (a relay's pause, a worker's round, the broker's patience) waits for machines, not for working days.
/// </summary>
public sealed class MovedClock(DateTimeOffset start) : TimeProvider
{
    private long _ahead = start.UtcTicks - DateTime.UtcNow.Ticks;

    public override DateTimeOffset GetUtcNow() => new(DateTime.UtcNow.Ticks + Interlocked.Read(ref _ahead), TimeSpan.Zero);

    /// <exception cref="ArgumentOutOfRangeException">It would go back.</exception>
    public void MoveTo(DateTimeOffset at)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at, GetUtcNow());
        Interlocked.Add(ref _ahead, at.UtcTicks - GetUtcNow().UtcTicks);
    }
}
