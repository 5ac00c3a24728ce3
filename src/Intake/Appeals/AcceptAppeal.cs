using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>The deputy addressed takes the appeal on; one that addresses nobody is the station's.</summary>
public static class AcceptAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, Guid person, Role role) => appeal switch
    {
        { Stage: Stage.Accepted } when appeal.AcceptedBy == person => [],
        { Stage: not Stage.Collected } => Refuse.State("appeal-not-collected"),
        { AddressedTo: { } deputy } when role != Role.Deputy || person != deputy => Refuse.Forbidden("addressed-to-a-deputy"),
        { AddressedTo: null } when role != Role.Station => Refuse.Forbidden("addressed-to-nobody"),
        _ => [new AppealAccepted(person, role)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/acceptance", Post)
        .RequireRole(Role.Deputy, Role.Station)
        .WithSummary("Take an appeal on: the deputy addressed, or the station where none is");

    private static Task<IResult> Post(Guid id, HttpContext http) =>
        http.Write(Appeal.Stream, id, (appeal, caller, _) => Decide(appeal, caller.Person, caller.Role));
}
