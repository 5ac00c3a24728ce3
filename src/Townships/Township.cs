using System.Text.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Townships;

/// <summary>What a service knows of one township: its people, groups, units and rules, as Intake last told them.</summary>
public sealed class Township(StreamStore store, string code)
{
    public string Code => code;

    /// <summary>All members of the Presidium; null where there is none: a street has a work committee instead.</summary>
    public async Task<IReadOnlyList<Guid>?> Presidium(CancellationToken cancellation) =>
        await Groups(GroupKind.Presidium, cancellation) is [var body, ..] ? body.Members : null;

    /// <summary>The active groups of a kind.</summary>
    public Task<IReadOnlyList<KnownGroup>> Groups(GroupKind kind, CancellationToken cancellation) => store.Query(
        code,
        $"""
        select group_id, kind, name, members from registry_group
        where tenant_id = {code} and kind = {kind.ToString()} and active order by group_id
        """,
        row => new KnownGroup(row.GetGuid(0), Enum.Parse<GroupKind>(row.GetString(1)), row.GetString(2), row.GetFieldValue<Guid[]>(3)),
        cancellation);

    /// <summary>The active groups a person is a member of.</summary>
    public Task<IReadOnlyList<KnownGroup>> GroupsOf(Guid person, CancellationToken cancellation) => store.Query(
        code,
        $"""
        select group_id, kind, name, members from registry_group
        where tenant_id = {code} and active and {person} = any(members) order by group_id
        """,
        row => new KnownGroup(row.GetGuid(0), Enum.Parse<GroupKind>(row.GetString(1)), row.GetString(2), row.GetFieldValue<Guid[]>(3)),
        cancellation);

    /// <summary>Null where there is no such active group.</summary>
    public async Task<KnownGroup?> Group(Guid group, CancellationToken cancellation) => (await store.Query(
        code,
        $"select group_id, kind, name, members from registry_group where tenant_id = {code} and group_id = {group} and active",
        row => new KnownGroup(row.GetGuid(0), Enum.Parse<GroupKind>(row.GetString(1)), row.GetString(2), row.GetFieldValue<Guid[]>(3)),
        cancellation)).SingleOrDefault();

    /// <summary>The active units of a kind.</summary>
    public Task<IReadOnlyList<KnownUnit>> Units(UnitKind kind, CancellationToken cancellation) => store.Query(
        code,
        $"""
        select unit_id, kind, parent_id, name from registry_unit
        where tenant_id = {code} and kind = {kind.ToString()} and active order by unit_id
        """,
        row => new KnownUnit(row.GetGuid(0), Enum.Parse<UnitKind>(row.GetString(1)), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3)),
        cancellation);

    /// <summary>Null where there is no such active unit.</summary>
    public async Task<KnownUnit?> Unit(Guid unit, CancellationToken cancellation) => (await store.Query(
        code,
        $"select unit_id, kind, parent_id, name from registry_unit where tenant_id = {code} and unit_id = {unit} and active",
        row => new KnownUnit(row.GetGuid(0), Enum.Parse<UnitKind>(row.GetString(1)), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3)),
        cancellation)).SingleOrDefault();

    /// <summary>Null where nobody of that id is active here.</summary>
    public async Task<KnownPerson?> Person(Guid person, CancellationToken cancellation) => (await store.Query(
        code,
        $"select person_id, roles, groups, unit_id from registry_person where tenant_id = {code} and person_id = {person} and active",
        KnownPersonOf,
        cancellation)).SingleOrDefault();

    /// <summary>The active people who hold a role.</summary>
    public Task<IReadOnlyList<KnownPerson>> People(Role role, CancellationToken cancellation) => store.Query(
        code,
        $"""
        select person_id, roles, groups, unit_id from registry_person
        where tenant_id = {code} and active and {role.ToString()} = any(roles) order by person_id
        """,
        KnownPersonOf,
        cancellation);

    /// <summary>The policy that rules here on a day.</summary>
    public async Task<Policy> Policy(DateOnly on, CancellationToken cancellation)
    {
        string[] scopes = [$"{code[..6]}000", code];
        var adopted = await store.Query(
            code, $"select document from registry_policy where scope = any({scopes})", row => Read<PolicyAdopted>(row.GetString(0)), cancellation);
        return Rules.Policy.Of(adopted, code, on);
    }

    public Task<Policy> Policy(DateTimeOffset at, CancellationToken cancellation) => Policy(BusinessTime.DateOf(at), cancellation);

    /// <summary>The built-in calendar with what the office entered.</summary>
    public async Task<WorkingCalendar> Calendar(CancellationToken cancellation) => new([
        .. WorkingCalendar.National,
        .. await store.Query(
            code, $"select document from registry_calendar order by year", row => Read<CalendarPublished>(row.GetString(0)), cancellation)]);

    private static KnownPerson KnownPersonOf(Npgsql.NpgsqlDataReader row) => new(
        row.GetGuid(0), [.. row.GetFieldValue<string[]>(1).Select(Enum.Parse<Role>)], row.GetFieldValue<Guid[]>(2),
        row.IsDBNull(3) ? null : row.GetGuid(3));

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Envelope.Json)!;
}

/// <param name="Members">Registry ids of all members.</param>
public sealed record KnownGroup(Guid Id, GroupKind Kind, string Name, IReadOnlyList<Guid> Members);

/// <param name="Parent">The unit it belongs to: a section's town government.</param>
public sealed record KnownUnit(Guid Id, UnitKind Kind, Guid? Parent, string Name);

public sealed record KnownPerson(Guid Id, IReadOnlyList<Role> Roles, IReadOnlyList<Guid> Groups, Guid? Unit);
