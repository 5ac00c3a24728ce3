using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;
using Npgsql;

namespace LiaisonStation.Evaluation;

/// <summary>The people and groups of one township, as Intake last told them.</summary>
public sealed class Registry(StreamStore store, string township)
{
    public Task<IReadOnlyList<Guid>> GroupsOf(Guid person, CancellationToken cancellation) => store.Query(
        township,
        $"""
        select group_id from registry_group
        where tenant_id = {township} and active and {person} = any(members)
        """,
        row => row.GetGuid(0),
        cancellation);

    /// <summary>The unit a person belongs to; null where there is none, or the person is not known here.</summary>
    public async Task<Guid?> UnitOf(Guid person, CancellationToken cancellation) =>
        (await store.Query(
            township,
            $"""
            select unit_id from registry_person
            where tenant_id = {township} and person_id = {person} and unit_id is not null
            """,
            row => (Guid?)row.GetGuid(0),
            cancellation)).SingleOrDefault();

    public static void Store(NpgsqlBatch batch, string township, GroupChanged group) => batch.Add(
        $"""
        insert into registry_group as known (tenant_id, group_id, members, active, version)
        values ({township}, {group.GroupId}, {group.Members.ToArray()}, {group.Active}, {group.Version})
        on conflict (tenant_id, group_id) do update
        set members = excluded.members, active = excluded.active, version = excluded.version
        where known.version < excluded.version
        """);

    public static void Store(NpgsqlBatch batch, string township, PersonChanged person) => batch.Add(
        $"""
        insert into registry_person as known (tenant_id, person_id, unit_id, version)
        values ({township}, {person.PersonId}, {person.UnitId}, {person.Version})
        on conflict (tenant_id, person_id) do update
        set unit_id = excluded.unit_id, version = excluded.version
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

public sealed class WhenPersonChanged(StreamStore store) : IConsumer<PersonChanged>
{
    public Task Consume(ConsumeContext<PersonChanged> context)
    {
        var cause = context.Cause();
        return store.Once(cause, batch => Registry.Store(batch, cause.Tenant, context.Message), context.CancellationToken);
    }
}
