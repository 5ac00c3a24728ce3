namespace LiaisonStation.Intake;

public static class Ids
{
    /// <summary>A new id, made at the edge and nowhere else.</summary>
    public static Guid NewId(this TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());
}
