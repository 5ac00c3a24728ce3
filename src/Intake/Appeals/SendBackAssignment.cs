using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>退单: the unit says why it is not its matter.</summary>
public sealed record SendBackAssignment([property: Text] string Reason);

public static class SendingBackAssignment
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IAppealEvent> Decide(Appeal appeal, SendBackAssignment c, Guid? unit, DateTimeOffset now) => appeal switch
    {
        _ when unit is null || appeal.Dispatch?.Unit != unit => Refuse.Forbidden("routed-to-another-unit"),
        { Stage: Stage.SentBack } when appeal.Reason == c.Reason => [],
        { Stage: not Stage.RoutedToOrdinaryHandling } => Refuse.State("nothing-to-send-back"),
        { Redone: true } => Refuse.Rule("redo-is-not-sent-back"),
        { Dispatch.SendBack: { } limit } when limit.IsPast(now) => Refuse.Rule("sent-back-too-late"),
        _ => [new AssignmentSentBack(unit.Value, c.Reason)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/send-back", Post)
        .RequireRole(Authority.For(Act.AnswerAsUnit))
        .WithSummary("Send a wrong assignment back to the station with a reason, within the limit");

    private static Task<IResult> Post(Guid id, SendBackAssignment c, HttpContext http) =>
        http.Handle(id, (appeal, caller, pace) => Decide(appeal, c, caller.Unit, pace.Now));
}
