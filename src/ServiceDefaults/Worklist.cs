using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

/// <summary>What a stream waits for, and whom: one row of somebody's worklist.</summary>
/// <param name="Act">Stable kebab-case name of the act that is due: <c>accept-appeal</c>.</param>
/// <param name="Roles">Whoever holds one of these…</param>
/// <param name="Person">…and is this person, where given…</param>
/// <param name="Group">…and belongs to this group, where given…</param>
/// <param name="Unit">…and to this unit, where given.</param>
/// <param name="DueAt">The end of its limit, UTC, where it has one.</param>
public sealed record Waiting(
    string Act, Guid CaseId, string CaseNumber, int Round, IReadOnlyList<Role> Roles, Guid? Person = null, Guid? Group = null,
    Guid? Unit = null, DateTimeOffset? DueAt = null);

/// <summary>Keeps a service's worklist in the append's transaction: what the folded state says waits, or nothing.</summary>
public sealed class WorklistProjection(Func<object, Waiting?> waiting) : IInlineProjection
{
    public void Project(Appended appended, NpgsqlBatch batch) => _ = waiting(appended.State);
}
