using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Reason">Why nothing more can be done, as everyone linked is told.</param>
public sealed record EndAppeal([property: Text] string Reason);

public static class EndingAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, EndAppeal c) => appeal switch
    {
        { Stage: Stage.Ended } when appeal.Reason == c.Reason => [],
        { Stage: not Stage.Unsatisfied } => Refuse.State("ended-without-dissatisfaction"),
        _ => [new AppealEnded(appeal.Round, AppealEnding.ByStation, c.Reason)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/end", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Let an answer stand that did not satisfy, with a reason");

    private static Task<IResult> Post(Guid id, EndAppeal c, HttpContext http) => http.Handle(id, (appeal, _, _) => Decide(appeal, c));
}
