using LiaisonStation.Contracts;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

public static class Waits
{
    /// <summary>What an appeal waits for, and whom.</summary>
    public static Waiting? For(Appeal appeal) => appeal switch
    {
        { Stage: Stage.Collected, AddressedTo: { } deputy } a => Act(a, "accept-appeal", [Role.Deputy]) with { Person = deputy },
        { Stage: Stage.Collected } a => Act(a, "accept-appeal", [Role.Station]),
        { Stage: Stage.Accepted } a => Act(a, "review-appeal", [Role.Station]),
        { Stage: Stage.Reviewed } a => Act(a, "propose-topic", [Role.Station, Role.Deputy, Role.DeputyGroup, Role.CommandCentre]),
        _ => null,
    };

    private static Waiting Act(Appeal a, string act, IReadOnlyList<Role> roles) => new(act, a.Id, a.CaseNumber, a.Round, roles);
}
