using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Ground">Why it should be deliberated, in the proposer's words.</param>
public sealed record ProposeTopic([property: Text] string Ground);

public static class ProposingTopic
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, ProposeTopic c, Guid person, Role role) => appeal switch
    {
        { Stage: Stage.Proposed } when appeal.ProposedBy == person => [],
        { TopicId: not null } => Refuse.State("already-proposed"),
        { IsOver: true } => Refuse.State("proposed-when-over"),
        { Stage: Stage.Collected or Stage.Accepted or Stage.ReturnedToSubmitter } => Refuse.State("appeal-not-reviewed"),
        { Stage: not (Stage.Reviewed or Stage.Unsatisfied) } => Refuse.State("in-ordinary-handling"),
        _ => [new TopicProposalRequested(
            appeal.Id, appeal.CaseNumber, Uuid.Derive(appeal.Id, "topic"), appeal.Title, appeal.Text, person, role, c.Ground,
            appeal.Recused)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/proposal", Post)
        .RequireRole(Authority.For(Act.Propose))
        .WithSummary("Propose as a topic of deliberation what was reviewed, or did not satisfy in ordinary handling");

    private static Task<IResult> Post(Guid id, ProposeTopic c, HttpContext http) =>
        http.Handle(id, (appeal, caller, _) => Decide(appeal, c, caller.Person, caller.Role));
}
