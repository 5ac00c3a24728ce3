using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Returns what did not satisfy to the unit, once.</summary>
public sealed record RedoAppeal([property: Text] string Reason);

public static class RedoingAppeal
{
    public static Decision<IAppealEvent> Decide(
        Appeal appeal, RedoAppeal c, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        var today = BusinessTime.DateOf(now);
        return appeal switch
        {
            { Stage: Stage.RoutedToOrdinaryHandling, Redone: true } when appeal.Reason == c.Reason => [],
            { Stage: not Stage.Unsatisfied } => Refuse.State("redone-without-dissatisfaction"),
            { Redone: true } => Refuse.Rule("redone-once-already"),
            { Dispatch: null } => Refuse.Rule("redone-by-nobody"),
            _ => [new RedoOrdered(c.Reason, calendar.Until(today, today.AddDays(policy.AnswerDays), policy))],
        };
    }

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/redo", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Return an answer that does not satisfy to the unit, once");

    private static async Task<IResult> Post(Guid id, RedoAppeal c, HttpContext http, StreamStore store, TimeProvider time)
    {
        var township = new Township(store, http.Caller().Tenant);
        var (policy, calendar) = (await township.Policy(time.GetUtcNow(), http.RequestAborted), await township.Calendar(http.RequestAborted));
        return await http.Handle(id, (appeal, _, now) => Decide(appeal, c, policy, calendar, now));
    }
}
