namespace LiaisonStation.Deliberation;

internal static class BusinessDay
{
    // Asia/Shanghai has kept +08:00 without summer time since 1991.
    public static DateOnly Of(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(8)).DateTime);
}
