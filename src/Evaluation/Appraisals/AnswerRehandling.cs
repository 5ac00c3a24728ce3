using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation.Appraisals;

/// <param name="Summary">What was done, for the deputies.</param>
public sealed record AnswerRehandling([property: Text(4000)] string Summary);

public static class AnsweringRehandling
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IAppraisalEvent> Decide(Appraisal appraisal, AnswerRehandling command, Guid person, Guid? unit) =>
        appraisal.Rehandlings.FirstOrDefault(r => r.Unit == unit) switch
        {
            _ when appraisal.Stage == AppraisalStage.BallotOpen => Refuse.State("ballot-still-open"),
            null => Refuse.Forbidden("no-rehandling-of-yours"),
            { Answer: { } given } r => (given, r.AnsweredBy) == (command.Summary, person) ? [] : Refuse.State("rehandling-already-answered"),
            { } r => [new RehandlingAnswered(appraisal.Year, r.Unit, person, command.Summary)],
        };

    public static void Map(RouteGroupBuilder appraisals) => appraisals
        .MapPost("/{id:guid}/answers", Post).RequireRole(Authority.For(Act.AnswerAsUnit))
        .WithSummary("Answer the deputies again, as a department whose satisfaction was low");

    private static Task<IResult> Post(HttpContext http, Guid id, AnswerRehandling body) =>
        http.Write(Appraisal.Stream, id, (appraisal, caller, _) => Decide(appraisal, body, caller.Person, caller.Unit));
}
