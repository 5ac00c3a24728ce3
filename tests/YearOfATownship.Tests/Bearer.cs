using LiaisonStation.Contracts;
using LiaisonStation.Intake.Demonstration;

namespace LiaisonStation.Tests;

/// <summary>Whom a token of the test's own key speaks for.</summary>
/// <param name="Township">Or the county's code ending in 000.</param>
public sealed record Bearer(Guid Id, string Township, IReadOnlyList<Role> Roles, Guid? Unit, IReadOnlyList<Guid> Groups)
{
    public static Bearer As(DemoPerson person) => new(person.Id, person.Township, person.Roles, person.Unit, person.Groups);
}
