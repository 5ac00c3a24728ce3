using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>回避: who has an interest of their own. What a deputy would have accepted is the station's then.</summary>
public sealed record RecuseFromAppeal([property: Text] string Reason);

public static class RecusingFromAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, RecuseFromAppeal c, Guid person) => appeal switch
    {
        _ when appeal.Recused.Contains(person) => [],
        { IsOver: true } => Refuse.State("recused-from-what-is-over"),
        { TopicId: not null } => Refuse.State("recused-too-late"),
        _ => [new RecusalDeclared(person, c.Reason)],
    };

    /// <summary>Somebody's act on an appeal: nobody's who declared an interest in it.</summary>
    public static Task<IResult> Handle(
        this HttpContext http, Guid id, Func<Appeal, Caller, Pace, Decision<IAppealEvent>> decide) =>
        http.Write(id, (appeal, caller, pace) => Barred(appeal, caller.Person) ?? decide(appeal, caller, pace));

    public static Refusal? Barred(Appeal appeal, Guid person) =>
        appeal.Recused.Contains(person) ? Refuse.Forbidden("recused") : null;

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/recusal", Post)
        .RequireRole(Authority.For(Act.Recuse))
        .WithSummary("Declare an interest of one's own in an appeal");

    private static Task<IResult> Post(Guid id, RecuseFromAppeal c, HttpContext http) =>
        http.Write(id, (appeal, caller, _) => Decide(appeal, c, caller.Person));
}
