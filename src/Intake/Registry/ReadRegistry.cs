using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Intake.Registry;

/// <summary>The registry as the next screen and the next rule must see it.</summary>
public static class RegistryRows
{
    public static IReadOnlyList<StreamTable> Tables { get; } =
    [
        new StreamTable("people", "id").Of(
            Person.Stream,
            (p, version) =>
            [
                ("roles", p.Roles.Select(r => r.ToString()).ToArray()), ("groups", p.Groups.ToArray()), ("unit_id", p.UnitId),
                ("active", p.Active), ("version", version),
            ]),
        new StreamTable("units", "id").Of(
            Unit.Stream,
            (u, version) =>
            [
                ("kind", u.Kind.ToString()), ("parent_id", u.ParentId), ("name", u.Name), ("active", u.Active), ("version", version),
            ]),
        new StreamTable("groups", "id").Of(
            Group.Stream,
            (g, version) =>
            [
                ("kind", g.Kind.ToString()), ("name", g.Name), ("members", g.Members.ToArray()), ("active", g.Active), ("version", version),
            ]),
    ];
}

public static class ReadRegistry
{
    private const int MaxSize = 500;

    public static void Map(RouteGroupBuilder registry)
    {
        registry.MapGet("/people", ListPeople)
            .RequireRole(Role.CongressOffice, Role.Station, Role.CommandCentre, Role.Auditor, Role.System)
            .WithSummary("People of the township, by login");
        registry.MapGet("/units", ListUnits).RequireAnyRole().WithSummary("Units of the township");
        registry.MapGet("/groups", ListGroups).RequireAnyRole().WithSummary("Groups and bodies of the township");
        registry.MapGet("/sign-in/{login}", SignIn).RequireRole(Role.System).ExcludeFromDescription();
    }

    /// <param name="search">Part of a name or of a login.</param>
    /// <param name="after">The login of the last person seen.</param>
    private static async Task<IResult> ListPeople(
        HttpContext http, StreamStore store, string? search = null, Role? role = null, string? after = null, int size = 100)
    {
        size = Math.Clamp(size, 1, MaxSize);
        FormattableString page = $"""
            select p.id, n.login, n.name, p.tenant_id, p.roles, p.unit_id, p.groups, p.active
            from people p join person_names n on n.tenant_id = p.tenant_id and n.person_id = p.id
            where ({search}::text is null or strpos(n.name, {search}) > 0 or strpos(n.login, {search}) > 0)
              and ({role?.ToString()}::text is null or {role?.ToString()} = any(p.roles)) and ({after}::text is null or n.login > {after})
            order by n.login limit {size}
            """;
        var items = await store.Query(http.Caller().Tenant, page, Row, http.RequestAborted);
        return TypedResults.Ok(new Page<RegisteredPerson>(items, items.Count == size ? items[^1].Login : null));
    }

    private static async Task<IResult> ListUnits(
        HttpContext http, StreamStore store, string? search = null, UnitKind? kind = null, Guid? after = null, int size = 100)
    {
        size = Math.Clamp(size, 1, MaxSize);
        FormattableString page = $"""
            select id, tenant_id, kind, parent_id, name, active from units
            where ({search}::text is null or strpos(name, {search}) > 0) and ({kind?.ToString()}::text is null or kind = {kind?.ToString()})
              and ({after}::uuid is null or id > {after}::uuid)
            order by id limit {size}
            """;
        var items = await store.Query(http.Caller().Tenant, page, r => new RegisteredUnit(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetGuid(3), r.GetString(4), r.GetBoolean(5)),
            http.RequestAborted);
        return TypedResults.Ok(new Page<RegisteredUnit>(items, items.Count == size ? items[^1].Id.ToString() : null));
    }

    private static async Task<IResult> ListGroups(
        HttpContext http, StreamStore store, string? search = null, GroupKind? kind = null, Guid? after = null, int size = 100)
    {
        size = Math.Clamp(size, 1, MaxSize);
        FormattableString page = $"""
            select id, tenant_id, kind, name, members, active from groups
            where ({search}::text is null or strpos(name, {search}) > 0) and ({kind?.ToString()}::text is null or kind = {kind?.ToString()})
              and ({after}::uuid is null or id > {after}::uuid)
            order by id limit {size}
            """;
        var items = await store.Query(http.Caller().Tenant, page, r => new RegisteredGroup(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetFieldValue<Guid[]>(4), r.GetBoolean(5)),
            http.RequestAborted);
        return TypedResults.Ok(new Page<RegisteredGroup>(items, items.Count == size ? items[^1].Id.ToString() : null));
    }

    /// <summary>What the Gateway writes into the inner token. Whoever is no longer active signs in no more.</summary>
    private static async Task<IResult> SignIn(string login, HttpContext http, StreamStore store)
    {
        FormattableString one = $"""
            select p.id, n.login, n.name, p.tenant_id, p.roles, p.unit_id, p.groups, p.active
            from people p join person_names n on n.tenant_id = p.tenant_id and n.person_id = p.id
            where n.login = {login} and p.active
            """;
        return await store.Query(http.Caller().Tenant, one, Row, http.RequestAborted) is [var p]
            ? TypedResults.Ok(new SignedIn(p.Id, p.Name, p.Township, p.Roles, p.UnitId, p.Groups))
            : http.Problem(Refuse.Unknown("not-found"));
    }

    private static RegisteredPerson Row(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetFieldValue<string[]>(4),
        r.IsDBNull(5) ? null : r.GetGuid(5), r.GetFieldValue<Guid[]>(6), r.GetBoolean(7));
}

public static class People
{
    public static async Task<bool> IsDeputy(StreamStore store, string township, Guid person, CancellationToken cancellation)
    {
        FormattableString deputy = $"""
            select 1 from people where tenant_id = {township} and id = {person} and active and {nameof(Role.Deputy)} = any(roles)
            """;
        return (await store.Query(township, deputy, r => r.GetInt32(0), cancellation)).Count == 1;
    }
}

public sealed record RegisteredPerson(
    Guid Id, string Login, string Name, string Township, IReadOnlyList<string> Roles, Guid? UnitId, IReadOnlyList<Guid> Groups, bool Active);

public sealed record RegisteredUnit(Guid Id, string Township, string Kind, Guid? ParentId, string Name, bool Active);

public sealed record RegisteredGroup(Guid Id, string Township, string Kind, string Name, IReadOnlyList<Guid> Members, bool Active);

public sealed record SignedIn(
    Guid PersonId, string Name, string Tenant, IReadOnlyList<string> Roles, Guid? Unit, IReadOnlyList<Guid> Groups);
