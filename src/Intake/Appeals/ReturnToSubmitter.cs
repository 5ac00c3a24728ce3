using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Reason">What is missing, as the submitter is told.</param>
public sealed record ReturnToSubmitter([property: Text] string Reason);

public static class ReturningToSubmitter
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, ReturnToSubmitter c) => appeal switch
    {
        { Stage: Stage.ReturnedToSubmitter } when appeal.Reason == c.Reason => [],
        { Stage: not (Stage.Accepted or Stage.Reviewed) } => Refuse.State("appeal-not-returnable"),
        _ => [new AppealReturnedToSubmitter(c.Reason)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/return", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Return an appeal to its submitter, who adds what is missing");

    private static Task<IResult> Post(Guid id, ReturnToSubmitter c, HttpContext http) =>
        http.Handle(id, (appeal, _, _) => Decide(appeal, c));
}
