using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation.Appraisals;

/// <param name="PartyCommittee">The report to the party committee that went before.</param>
/// <param name="Departments">Registry ids of the town government or sections that are appraised.</param>
/// <param name="BallotUntil">Local date; deputies vote until it ends.</param>
public sealed record ConveneAppraisal(
    [property: Range(2000, 2199, ErrorMessage = "unknown-value")] int Year,
    [property: Given] Meeting Meeting,
    [property: Given] PartyReport PartyCommittee,
    [property: Given] IReadOnlyList<Guid> Departments,
    [property: Given] DateOnly BallotUntil);

public static class ConveningAppraisal
{
    private static readonly UnitKind[] Appraised = [UnitKind.Section, UnitKind.TownGovernment];

    /// <param name="id">The stream's.</param>
    /// <param name="figures">Of the departments, in the command's order.</param>
    /// <param name="presidium">All members of the township's Presidium; null where it has none: a street appraises by no ballot.</param>
    /// <param name="areDepartments">Whether all of them are active departments of the township.</param>
    public static Decision<IAppraisalEvent> Decide(
        Appraisal? appraisal, ConveneAppraisal command, Guid id, IReadOnlyList<DepartmentFigures> figures, IReadOnlyList<Guid>? presidium,
        bool areDepartments, DateOnly today) => appraisal switch
        {
            { } known => known.Meeting == command.Meeting && known.PartyCommittee == command.PartyCommittee
                && known.BallotUntil == command.BallotUntil && known.Departments.Select(d => d.Unit).SequenceEqual(command.Departments)
                ? []
                : Refuse.State("appraisal-already-convened"),
            _ when command.Meeting.Objection(presidium, [], today) is { } objection => objection.Refusal(),
            _ when command.PartyCommittee.InformedOn > today => Refuse.Rule("party-committee-not-informed"),
            _ when command.Year > today.Year => Refuse.Rule("year-not-begun"),
            _ when command.BallotUntil < today => Refuse.Rule("ballot-ends-in-the-past"),
            _ when command.Departments.Distinct().Count() < command.Departments.Count => Refuse.Rule("department-named-twice"),
            _ when !areDepartments => Refuse.Rule("not-a-department"),
            _ => [new AppraisalConvened(id, command.Year, command.Meeting, command.PartyCommittee, command.BallotUntil, figures)],
        };

    public static void Map(RouteGroupBuilder appraisals) => appraisals
        .MapPost("/", Post).RequireRole(Authority.For(Act.Decide))
        .WithSummary("Convene the year's appraisal of departments, by a meeting of the Presidium, the party committee informed");

    private static async Task<IResult> Post(HttpContext http, ConveneAppraisal body, StreamStore store, BallotBox box)
    {
        var township = new Township(store, http.Caller().Tenant);
        var presidium = await township.Presidium(http.RequestAborted);
        var areDepartments = true;
        foreach (var unit in body.Departments)
        {
            areDepartments &= await township.Unit(unit, http.RequestAborted) is { } known && Appraised.Contains(known.Kind);
        }

        var id = Appraisal.IdOf(township.Code, body.Year);
        var figures = await DepartmentFigures.Count(store, township.Code, body.Year, body.Departments, http.RequestAborted);
        return await http.Found(
            Appraisal.Stream, id,
            (appraisal, _, now) => Decide(appraisal, body, id, figures, presidium, areDepartments, BusinessTime.DateOf(now)),
            _ => new Convened(id), batch => batch.Add(box.Empty(township.Code, id, body.Departments.Count)));
    }
}

public sealed record Convened(Guid Id);
