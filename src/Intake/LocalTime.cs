namespace LiaisonStation.Intake;

public static class LocalTime
{
    /// <summary>Ahead of the clock by more than two clocks may differ.</summary>
    public static bool IsAhead(DateTimeOffset at, TimeProvider time) => at > time.GetUtcNow().AddMinutes(5);
}
