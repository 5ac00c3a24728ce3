namespace LiaisonStation.EventStore;

/// <summary>Between two steps a process may end for ever. Here a test's host ends it; nobody else sets anything.</summary>
internal static class Faults
{
    internal static Action<FaultPoint>? At { get; set; }
}

internal enum FaultPoint
{
    /// <summary>Committed, but neither answered, acknowledged nor announced.</summary>
    Written,

    /// <summary>Read for publishing, and not published.</summary>
    BeforePublishing,

    /// <summary>Confirmed by the broker, and the position is not stored.</summary>
    Published,

    /// <summary>In the middle of a page of events for an async projection.</summary>
    Projecting,

    /// <summary>Leaves are in the tree that no checkpoint covers.</summary>
    Sealed,

    /// <summary>A projection's new tables are full, and the old ones are served.</summary>
    Refilled,
}
