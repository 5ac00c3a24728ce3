using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>A projection that follows the log in order, at its own pace; its progress stands in <c>mt_event_progression</c>.</summary>
/// <param name="Name">Name of its progress row.</param>
/// <param name="Project">Adds the statements for one event; they are committed with the progress.</param>
public sealed record AsyncProjection(string Name, Action<RecordedEvent, NpgsqlBatch> Project);
