using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Ground">Why it should be deliberated, in the proposer's words.</param>
public sealed record ProposeTopic([property: Text] string Ground);

public static class ProposingTopic
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, ProposeTopic c, Guid person, Role role) => appeal switch
    {
        { Stage: Stage.Proposed } when appeal.ProposedBy == person => [],
        { Stage: Stage.Collected or Stage.Accepted } => Refuse.State("appeal-not-reviewed"),
        { Stage: not Stage.Reviewed } => Refuse.State("already-proposed"),
        _ => [new TopicProposalRequested(
            appeal.Id, appeal.CaseNumber, Uuid.Derive(appeal.Id, "topic"), appeal.Title, appeal.Text, person, role, c.Ground)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/proposal", Post)
        .RequireRole(Role.CommandCentre, Role.Deputy, Role.DeputyGroup, Role.Station)
        .WithSummary("Propose a reviewed appeal as a topic of deliberation");

    private static Task<IResult> Post(Guid id, ProposeTopic c, HttpContext http) =>
        http.Write(Appeal.Stream, id, (appeal, caller, _) => Decide(appeal, c, caller.Person, caller.Role));
}
