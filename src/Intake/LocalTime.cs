namespace LiaisonStation.Intake;

/// <summary>Business time: Asia/Shanghai.</summary>
public static class LocalTime
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public static DateOnly Date(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Shanghai).DateTime);

    /// <summary>Ahead of the clock by more than two clocks may differ.</summary>
    public static bool IsAhead(DateTimeOffset at, TimeProvider time) => at > time.GetUtcNow().AddMinutes(5);

    /// <summary>An input without a zone is +08:00.</summary>
    public static DateTimeOffset From(DateTime at) => at.Kind == DateTimeKind.Unspecified
        ? new DateTimeOffset(at, Shanghai.GetUtcOffset(at))
        : TimeZoneInfo.ConvertTime(new DateTimeOffset(at), Shanghai);
}
