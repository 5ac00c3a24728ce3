using System.ComponentModel.DataAnnotations;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Reason">As the submitter is told.</param>
/// <param name="Body">The competent body by name: a discipline clue is passed on to it.</param>
public sealed record DeclineAppeal(
    [property: Known] DeclineCode Code, [property: Text] string Reason, [property: Text(100, Optional = true)] string? Body = null)
    : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        (Code, Body) is (DeclineCode.DisciplineClue, null) ? [Wrong.Because("required", nameof(Body))]
        : (Code, Body) is (not DeclineCode.DisciplineClue, not null) ? [Wrong.Because("only-of-a-discipline-clue", nameof(Body))]
        : [];
}

public static class DecliningAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, DeclineAppeal c) => appeal switch
    {
        { Stage: Stage.Declined } when (appeal.Declined, appeal.Reason) == (c.Code, c.Reason) => [],
        { Stage: not (Stage.Accepted or Stage.Reviewed or Stage.ReturnedToSubmitter) } => Refuse.State("appeal-not-declinable"),
        _ => [new AppealDeclined(c.Code, c.Reason, c.Body)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/decline", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Decline an appeal with a reason; a discipline clue names the body it is passed to");

    private static Task<IResult> Post(Guid id, DeclineAppeal c, HttpContext http) =>
        http.Handle(id, (appeal, _, _) => Decide(appeal, c));
}
