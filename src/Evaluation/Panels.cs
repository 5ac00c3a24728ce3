using LiaisonStation.Contracts;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

public static class Panels
{
    /// <summary>Members of a group who may judge what these units handled, as the registry knows them.</summary>
    public static async Task<Guid[]> Able(this Township township, Guid group, IReadOnlyList<Guid> units, CancellationToken cancellation)
    {
        var reviewers = await township.People(Role.SupervisionGroup, cancellation);
        return [.. reviewers
            .Where(p => p.Groups.Contains(group) && !(p.Unit is { } unit && units.Contains(unit)))
            .Select(p => p.Id)];
    }
}
