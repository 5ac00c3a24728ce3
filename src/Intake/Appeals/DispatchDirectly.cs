using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Where the township's policy has it so, a deputy hands a small matter on without the station's review.</summary>
public static class DispatchDirectly
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, RouteSmallMatter c, Guid person, UnitKind? unit, Pace pace) =>
        appeal switch
        {
            _ when !pace.Policy.DeputiesDispatch => Refuse.Forbidden("dispatch-is-the-stations"),
            _ when appeal.AcceptedBy != person => Refuse.Forbidden("accepted-by-another"),
            { Stage: Stage.RoutedToOrdinaryHandling, Dispatch: { } d } when (d.Unit, d.Platform) == (c.Unit, c.Platform) => [],
            { Stage: not Stage.Accepted } => Refuse.State("not-dispatched-directly-now"),
            _ => RoutingSmallMatter.Routed(appeal, c, unit, pace),
        };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/direct-routing", Post)
        .RequireRole(Authority.For(Act.DispatchDirectly))
        .WithSummary("Route a small matter that one accepted oneself, without the station, where policy has it so");

    private static async Task<IResult> Post(Guid id, RouteSmallMatter c, HttpContext http, StreamStore store)
    {
        var unit = (await Registry.Belonging.Of(store, http.Caller().Tenant, [], c.Unit, http.RequestAborted)).Unit;
        return await http.Handle(id, (appeal, caller, pace) => Decide(appeal, c, caller.Person, unit, pace));
    }
}
