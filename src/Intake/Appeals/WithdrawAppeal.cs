using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Submitter">Who takes it back, where the station enters it; its submitter where left out.</param>
public sealed record WithdrawAppeal(Guid? Submitter = null);

public static class WithdrawingAppeal
{
    /// <summary>Once it was proposed the matter is the public's and goes on.</summary>
    public static Decision<IAppealEvent> Decide(Appeal appeal, Guid person) => appeal switch
    {
        _ when appeal.Left.Contains(person) => [],
        _ when !appeal.Linked.Contains(person) => Refuse.Forbidden("not-a-submitter"),
        { IsOver: true } or { TopicId: not null } or { Stage: Stage.Answered or Stage.Rated or Stage.Unsatisfied } =>
            Refuse.State("withdrawn-too-late"),
        _ => [new AppealWithdrawn(person)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/withdrawal", Post)
        .RequireRole(Authority.For(Act.FollowOwn))
        .WithSummary("Take an appeal back that one handed in or joined; for others linked to it, it goes on");

    private static Task<IResult> Post(Guid id, WithdrawAppeal c, HttpContext http, StreamStore store) =>
        http.Follow(store, id, c.Submitter, (_, person) => appeal => Decide(appeal, person));
}
