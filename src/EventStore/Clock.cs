namespace LiaisonStation.EventStore;

internal static class Clock
{
    /// <summary>UTC in whole microseconds: what PostgreSQL keeps.</summary>
    public static DateTimeOffset Now(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }
}
