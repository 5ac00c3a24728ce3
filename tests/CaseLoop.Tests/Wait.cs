using System.Diagnostics;

namespace LiaisonStation.CaseLoop.Tests;

public static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    public static Task Until(Func<Task<bool>> condition, TimeSpan limit, Func<string> orElse) =>
        For(async () => await condition() ? new object() : null, limit, orElse);

    public static async Task<T> For<T>(Func<Task<T?>> wanted, TimeSpan limit, Func<string> orElse)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await wanted() is { } found)
            {
                return found;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < limit, orElse());
            await Task.Delay(Pause);
        }
    }
}
