namespace LiaisonStation.Supervision;

internal static class BusinessDay
{
    // Asia/Shanghai has kept +08:00 without summer time since 1991.
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static DateOnly Of(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(Offset).DateTime);

    /// <summary>24:00 of the day, in UTC: the last instant that is still before expiry.</summary>
    public static DateTimeOffset EndOf(DateOnly day) =>
        new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, Offset).ToUniversalTime();
}
