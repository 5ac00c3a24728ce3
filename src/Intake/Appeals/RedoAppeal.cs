using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Returns what did not satisfy to the unit, once.</summary>
public sealed record RedoAppeal([property: Text] string Reason);

public static class RedoingAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, RedoAppeal c, Pace pace) => appeal switch
    {
        { Stage: Stage.RoutedToOrdinaryHandling, Redone: true } when appeal.Reason == c.Reason => [],
        { Stage: not Stage.Unsatisfied } => Refuse.State("redone-without-dissatisfaction"),
        { Redone: true } => Refuse.Rule("redone-once-already"),
        { Dispatch: null } => Refuse.Rule("redone-by-nobody"),
        _ => [new RedoOrdered(c.Reason, pace.Target(pace.Policy.AnswerDays))],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/redo", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Return an answer that does not satisfy to the unit, once");

    private static Task<IResult> Post(Guid id, RedoAppeal c, HttpContext http) =>
        http.Handle(id, (appeal, _, pace) => Decide(appeal, c, pace));
}
