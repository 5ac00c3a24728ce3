namespace LiaisonStation.Contracts;

/// <summary>Business time is Asia/Shanghai, which has kept +08:00 without summer time since 1991.</summary>
public static class BusinessTime
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The same instant by the local clock.</summary>
    public static DateTimeOffset Local(DateTimeOffset at) => at.ToOffset(Offset);

    /// <summary>The local date of an instant.</summary>
    public static DateOnly DateOf(DateTimeOffset at) => DateOnly.FromDateTime(Local(at).DateTime);

    /// <summary>0:00 of the day, in UTC.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, Offset).ToUniversalTime();

    /// <summary>24:00 of the day, in UTC: the last instant that is still before expiry.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1));

    /// <summary>An input without a zone is +08:00.</summary>
    public static DateTimeOffset From(DateTime at) =>
        at.Kind == DateTimeKind.Unspecified ? new(at, Offset) : new DateTimeOffset(at).ToOffset(Offset);
}
