using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>The deputy addressed takes the appeal on within the limit; then, and where nobody is addressed, it is the station's.</summary>
public static class AcceptAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, Guid person, Role role) => appeal switch
    {
        { Stage: Stage.Accepted } when appeal.AcceptedBy == person => [],
        { Stage: not Stage.Collected } => Refuse.State("appeal-not-collected"),
        { Awaited: { } deputy } when role != Role.Deputy || person != deputy => Refuse.Forbidden("addressed-to-a-deputy"),
        { Awaited: null } when role != Role.Station =>
            appeal.AddressedTo == person ? Refuse.State("acceptance-lapsed") : Refuse.Forbidden("addressed-to-nobody"),
        _ => [new AppealAccepted(person, role)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/acceptance", Post)
        .RequireRole(Authority.For(Act.Accept))
        .WithSummary("Take an appeal on: the deputy addressed within the limit, else the station");

    private static Task<IResult> Post(Guid id, HttpContext http) =>
        http.Handle(id, (appeal, caller, _) => Decide(appeal, caller.Person, caller.Role));
}
