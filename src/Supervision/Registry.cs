using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;
using Npgsql;

namespace LiaisonStation.Supervision;

/// <summary>The units of one township, as Intake last told them.</summary>
public sealed class Registry(StreamStore store, string township)
{
    /// <summary>The unit an active section belongs to; null where there is no such section.</summary>
    public async Task<Guid?> ParentOfSection(Guid section, CancellationToken cancellation) =>
        (await store.Query(
            township,
            $"""
            select parent_id from registry_unit
            where tenant_id = {township} and unit_id = {section} and kind = {nameof(UnitKind.Section)} and active
              and parent_id is not null
            """,
            row => (Guid?)row.GetGuid(0),
            cancellation)).SingleOrDefault();

    public static void Store(NpgsqlBatch batch, string township, UnitChanged unit) => batch.Add(
        $"""
        insert into registry_unit as known (tenant_id, unit_id, kind, parent_id, active, version)
        values ({township}, {unit.UnitId}, {unit.Kind.ToString()}, {unit.ParentId}, {unit.Active}, {unit.Version})
        on conflict (tenant_id, unit_id) do update
        set kind = excluded.kind, parent_id = excluded.parent_id, active = excluded.active, version = excluded.version
        where known.version < excluded.version
        """);
}

public sealed class WhenUnitChanged(StreamStore store) : IConsumer<UnitChanged>
{
    public Task Consume(ConsumeContext<UnitChanged> context)
    {
        var cause = context.Cause();
        return store.Once(cause, batch => Registry.Store(batch, cause.Tenant, context.Message), context.CancellationToken);
    }
}
