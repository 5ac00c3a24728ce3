using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Deliberation.Batches;

public interface IBatchEvent;

/// <summary>A month's batch of proposals was opened, by the first of them or by the office.</summary>
public sealed record BatchOpened(Month Month) : IBatchEvent;

/// <summary>The Presidium's meeting decided on the batch. Each topic's own stream tells it once more, of that topic.</summary>
/// <param name="HeldOn">Local date of the meeting; null where there was none, by commission or by the chair alone.</param>
/// <param name="Attended">Registry ids of the members present.</param>
/// <param name="Planned">The stream of the planned meeting it was, where it was planned as one.</param>
public sealed record BatchClosed(
    DateOnly? HeldOn, IReadOnlyList<Guid> Attended, Commission? Commission, IReadOnlyList<ItemDecision> Items, Guid? Planned) : IBatchEvent
{
    public bool Equals(BatchClosed? other) => other is not null
        && (HeldOn, Commission, Planned) == (other.HeldOn, other.Commission, other.Planned)
        && Attended.SequenceEqual(other.Attended) && Items.SequenceEqual(other.Items);

    public override int GetHashCode() => HashCode.Combine(HeldOn, Attended.Count, Commission, Items.Count);
}

/// <summary>What became of one topic: taken up with a group, or not taken up with a reason, and the votes on it.</summary>
/// <param name="Topic">Its stream id.</param>
public sealed record ItemDecision(Guid Topic, Guid? Group, string? NotTaken, int For, int Against, int Abstained);

public sealed record Batch(Month Month)
{
    private static readonly Guid Names = new("2f6b1c5e-9d6a-5c0e-8a53-6d3f0c1b7e42");

    public static StreamType<Batch, IBatchEvent> Stream { get; } = new("batch", Evolve);

    /// <summary>Null while it is open.</summary>
    public BatchClosed? Closed { get; init; }

    /// <summary>The stream of a township's month.</summary>
    public static Guid Of(string township, Month month) => Uuid.Derive(Names, $"{township}/{month}");

    public static Batch Evolve(Batch? batch, IBatchEvent happened) => (batch, happened) switch
    {
        (null, BatchOpened e) => new(e.Month),
        ({ } b, BatchClosed e) => b with { Closed = e },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {(batch is null ? "nothing" : "a batch")}."),
    };
}
