using System.Text.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Townships;

/// <summary>A service's copy of the registry: its tables and what fills them.</summary>
public static class Registry
{
    public static Migration Tables { get; } = Migration.Embedded(typeof(Registry).Assembly, "registry.sql");

    /// <summary>What every service hears of the registry, on a queue of its own.</summary>
    public static Hears On(string queue) => Hears.On<WhenPersonChanged>(queue)
        .And<WhenGroupChanged>().And<WhenUnitChanged>().And<WhenPolicyAdopted>().And<WhenCalendarPublished>();
}

public sealed class WhenPersonChanged(StreamStore store) : IConsumer<PersonChanged>
{
    public Task Consume(ConsumeContext<PersonChanged> context)
    {
        var (cause, person) = (context.Cause(), context.Message);
        string[] roles = [.. person.Roles.Select(r => r.ToString())];
        return store.Once(
            cause,
            batch => batch.Add(
                $"""
                insert into registry_person as known (tenant_id, person_id, roles, groups, unit_id, active, version)
                values ({cause.Tenant}, {person.PersonId}, {roles}, {person.Groups.ToArray()}, {person.UnitId}, {person.Active}, {person.Version})
                on conflict (tenant_id, person_id) do update
                set roles = excluded.roles, groups = excluded.groups, unit_id = excluded.unit_id, active = excluded.active,
                    version = excluded.version
                where known.version < excluded.version
                """),
            context.CancellationToken);
    }
}

public sealed class WhenGroupChanged(StreamStore store) : IConsumer<GroupChanged>
{
    public Task Consume(ConsumeContext<GroupChanged> context)
    {
        var (cause, group) = (context.Cause(), context.Message);
        return store.Once(
            cause,
            batch => batch.Add(
                $"""
                insert into registry_group as known (tenant_id, group_id, kind, name, members, active, version)
                values ({cause.Tenant}, {group.GroupId}, {group.Kind.ToString()}, {group.Name}, {group.Members.ToArray()}, {group.Active},
                        {group.Version})
                on conflict (tenant_id, group_id) do update
                set kind = excluded.kind, name = excluded.name, members = excluded.members, active = excluded.active,
                    version = excluded.version
                where known.version < excluded.version
                """),
            context.CancellationToken);
    }
}

public sealed class WhenUnitChanged(StreamStore store) : IConsumer<UnitChanged>
{
    public Task Consume(ConsumeContext<UnitChanged> context)
    {
        var (cause, unit) = (context.Cause(), context.Message);
        return store.Once(
            cause,
            batch => batch.Add(
                $"""
                insert into registry_unit as known (tenant_id, unit_id, kind, parent_id, name, active, version)
                values ({cause.Tenant}, {unit.UnitId}, {unit.Kind.ToString()}, {unit.ParentId}, {unit.Name}, {unit.Active}, {unit.Version})
                on conflict (tenant_id, unit_id) do update
                set kind = excluded.kind, parent_id = excluded.parent_id, name = excluded.name, active = excluded.active,
                    version = excluded.version
                where known.version < excluded.version
                """),
            context.CancellationToken);
    }
}

public sealed class WhenPolicyAdopted(StreamStore store) : IConsumer<PolicyAdopted>
{
    public Task Consume(ConsumeContext<PolicyAdopted> context)
    {
        var policy = context.Message;
        var document = JsonSerializer.Serialize(policy, Envelope.Json);
        return store.Once(
            context.Cause(),
            batch => batch.Add(
                $"""
                insert into registry_policy values ({policy.Scope}, {policy.Version}, {document}::jsonb) on conflict do nothing
                """),
            context.CancellationToken);
    }
}

public sealed class WhenCalendarPublished(StreamStore store) : IConsumer<CalendarPublished>
{
    public Task Consume(ConsumeContext<CalendarPublished> context)
    {
        var year = context.Message;
        var document = JsonSerializer.Serialize(year, Envelope.Json);
        return store.Once(
            context.Cause(),
            batch => batch.Add(
                $"""
                insert into registry_calendar as known values ({year.Year}, {year.Version}, {document}::jsonb)
                on conflict (year) do update set version = excluded.version, document = excluded.document
                where known.version < excluded.version
                """),
            context.CancellationToken);
    }
}
