namespace LiaisonStation.EventStore;

/// <summary>A stored event whose type or shape this program does not know. It is never passed over.</summary>
public sealed class UnreadableEventException(long sequence, Guid id, string type, Exception? cause = null)
    : Exception($"Event {id} (sequence {sequence}, type {type}) cannot be read.", cause)
{
    public long Sequence { get; } = sequence;

    public Guid Id { get; } = id;
}
