using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Registry;

/// <summary>What may be given to a person: the rules that hold whenever roles, groups and unit are set.</summary>
public static class Assignment
{
    public const int DocumentNumberLength = 100;

    public static Refusal? Refused(IReadOnlyList<Role> roles, IReadOnlyList<Guid> groups, Guid? unit, Belonging belonging) =>
        groups.Any(g => !belonging.Groups.ContainsKey(g)) ? Refuse.Rule("unknown-group")
        : unit is not null && belonging.Unit is null ? Refuse.Rule("unknown-unit")
        : (roles.Contains(Role.HandlingUnit) || belonging.Unit == UnitKind.Section) && IsOfPresidium(roles, groups, belonging)
            ? Refuse.Rule("presidium-excludes-handling-unit")

        // Local Organic Law: who leads the town's congress holds no office of its government.
        : roles.Contains(Role.TownChair) && roles.Any(r => r is Role.TownGovernment or Role.HandlingUnit)
            ? Refuse.Rule("chair-excludes-government")
        : roles.Contains(Role.HandlingUnit) && belonging.Unit != UnitKind.Section ? Refuse.Rule("handling-unit-needs-section")
        : roles.Contains(Role.TownGovernment) && belonging.Unit != UnitKind.TownGovernment ? Refuse.Rule("town-government-needs-unit")
        : null;

    private static bool IsOfPresidium(IReadOnlyList<Role> roles, IReadOnlyList<Guid> groups, Belonging belonging) =>
        roles.Contains(Role.Presidium) || groups.Any(g => belonging.Groups[g] == GroupKind.Presidium);
}

/// <summary>Roles that a person may hold: the services' own is none of them. Code: unknown-value.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AssignableAttribute() : ValidationAttribute("unknown-value")
{
    public override bool IsValid(object? value) => value is not IEnumerable<Role> roles || !roles.Contains(Role.System);
}

/// <summary>The active groups and the active unit, of those named, that the township has.</summary>
public sealed record Belonging(IReadOnlyDictionary<Guid, GroupKind> Groups, UnitKind? Unit)
{
    public static async Task<Belonging> Of(
        StreamStore store, string township, IReadOnlyList<Guid> groups, Guid? unit, CancellationToken cancellation)
    {
        FormattableString ofGroups = $"select id, kind from groups where active and tenant_id = {township} and id = any({groups.ToArray()})";
        FormattableString ofUnit = $"select kind from units where active and tenant_id = {township} and id = {unit}::uuid";
        var known = await store.Query(township, ofGroups, r => (Id: r.GetGuid(0), Kind: Enum.Parse<GroupKind>(r.GetString(1))), cancellation);
        var kind = unit is null ? [] : await store.Query(township, ofUnit, r => Enum.Parse<UnitKind>(r.GetString(0)), cancellation);
        return new Belonging(known.ToDictionary(g => g.Id, g => g.Kind), kind is [var one] ? one : null);
    }
}
