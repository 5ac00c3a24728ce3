using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;
using Npgsql;

namespace LiaisonStation.Deliberation;

/// <summary>The groups and units of one township, as Intake last told them.</summary>
public sealed class Registry(StreamStore store, string township)
{
    /// <summary>All members of the Presidium; null where there is none: a street has a work committee instead.</summary>
    public async Task<IReadOnlyList<Guid>?> Presidium(CancellationToken cancellation) =>
        (await store.Query(
            township,
            $"""
            select members from registry_group
            where tenant_id = {township} and kind = {nameof(GroupKind.Presidium)} and active order by group_id limit 1
            """,
            row => row.GetFieldValue<Guid[]>(0),
            cancellation)).SingleOrDefault();

    /// <summary>The members of an active supervision group; null where there is no such group.</summary>
    public async Task<IReadOnlyList<Guid>?> SupervisionGroup(Guid group, CancellationToken cancellation) =>
        (await store.Query(
            township,
            $"""
            select members from registry_group
            where tenant_id = {township} and group_id = {group} and kind = {nameof(GroupKind.SupervisionGroup)} and active
            """,
            row => row.GetFieldValue<Guid[]>(0),
            cancellation)).SingleOrDefault();

    public Task<IReadOnlyList<Guid>> SupervisionGroupsOf(Guid person, CancellationToken cancellation) => store.Query(
        township,
        $"""
        select group_id from registry_group
        where tenant_id = {township} and kind = {nameof(GroupKind.SupervisionGroup)} and active and {person} = any(members)
        """,
        row => row.GetGuid(0),
        cancellation);

    public async Task<bool> IsTownGovernment(Guid unit, CancellationToken cancellation) =>
        (await store.Query(
            township,
            $"""
            select 1 from registry_unit
            where tenant_id = {township} and unit_id = {unit} and kind = {nameof(UnitKind.TownGovernment)} and active
            """,
            row => row.GetInt32(0),
            cancellation)).Count > 0;

    public static void Store(NpgsqlBatch batch, string township, GroupChanged group) => batch.Add(
        $"""
        insert into registry_group as known (tenant_id, group_id, kind, members, active, version)
        values ({township}, {group.GroupId}, {group.Kind.ToString()}, {group.Members.ToArray()}, {group.Active}, {group.Version})
        on conflict (tenant_id, group_id) do update
        set kind = excluded.kind, members = excluded.members, active = excluded.active, version = excluded.version
        where known.version < excluded.version
        """);

    public static void Store(NpgsqlBatch batch, string township, UnitChanged unit) => batch.Add(
        $"""
        insert into registry_unit as known (tenant_id, unit_id, kind, active, version)
        values ({township}, {unit.UnitId}, {unit.Kind.ToString()}, {unit.Active}, {unit.Version})
        on conflict (tenant_id, unit_id) do update
        set kind = excluded.kind, active = excluded.active, version = excluded.version
        where known.version < excluded.version
        """);
}

public sealed class WhenGroupChanged(StreamStore store) : IConsumer<GroupChanged>
{
    public Task Consume(ConsumeContext<GroupChanged> context)
    {
        var cause = context.Cause();
        return store.Once(cause, batch => Registry.Store(batch, cause.Tenant, context.Message), context.CancellationToken);
    }
}

public sealed class WhenUnitChanged(StreamStore store) : IConsumer<UnitChanged>
{
    public Task Consume(ConsumeContext<UnitChanged> context)
    {
        var cause = context.Cause();
        return store.Once(cause, batch => Registry.Store(batch, cause.Tenant, context.Message), context.CancellationToken);
    }
}
