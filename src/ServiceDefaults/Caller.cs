using LiaisonStation.Contracts;

namespace LiaisonStation.ServiceDefaults;

/// <summary>Who is calling, from the inner token, and the role this act is done in.</summary>
/// <param name="Person">Registry id.</param>
/// <param name="Tenant">The township, or the county's code ending in 000.</param>
/// <param name="Role">The one role that fits the route, or the one <c>Acting-Role</c> names.</param>
/// <param name="Roles">All roles held.</param>
public sealed record Caller(
    Guid Person, string Tenant, Role Role, IReadOnlyList<Role> Roles, Guid? Unit, IReadOnlyList<Guid> Groups)
{
    // Bodies whose acts reach there, and whoever speaks for themselves or for a platform. The county's offices read there and act at home.
    private static readonly Role[] Reaching =
        [Role.StandingCommittee, Role.DisciplineBody, Role.OrganisationBody, Role.Auditor, Role.Resident, Role.Integrator];

    /// <summary>Whether the caller is of the county and the act may be on a township's matter.</summary>
    public bool ActsInTownships => Tenant.EndsWith("000", StringComparison.Ordinal) && Reaching.Contains(Role);

    /// <summary>Roles of whoever speaks only for themselves or for a platform.</summary>
    public static IReadOnlyList<Role> Outside { get; } = [Role.Resident, Role.ResidentDeliberator, Role.Integrator, Role.ThirdParty];

    /// <summary>Whether the caller holds no office: of a matter they see what is theirs.</summary>
    public bool IsOutsider => Roles.All(Outside.Contains);

    /// <summary>Whether the caller has to do with matters only as a unit that handles them: it reads those it has a part in.</summary>
    public bool IsUnitAlone => Roles.Contains(Role.HandlingUnit)
        && Roles.All(r => r is Role.HandlingUnit || Outside.Contains(r));

    /// <summary>As what to read: all the caller sees, or one township of it; null where the township is not among that.</summary>
    public string? Scope(string? township) =>
        township is null || township == Tenant ? Tenant
        : township.Length == 9 && Tenant.EndsWith("000", StringComparison.Ordinal)
            && township.StartsWith(Tenant[..6], StringComparison.Ordinal) ? township
        : null;
}
