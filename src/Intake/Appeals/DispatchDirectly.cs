using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Where the township's policy has it so, a deputy hands a small matter on without the station's review.</summary>
public static class DispatchDirectly
{
    public static Decision<IAppealEvent> Decide(
        Appeal appeal, RouteSmallMatter c, Guid person, UnitKind? unit, Policy policy, WorkingCalendar calendar, DateTimeOffset now) =>
        appeal switch
        {
            _ when !policy.DeputiesDispatch => Refuse.Forbidden("dispatch-is-the-stations"),
            _ when appeal.AcceptedBy != person => Refuse.Forbidden("accepted-by-another"),
            { Stage: Stage.RoutedToOrdinaryHandling, Dispatch: { } d } when (d.Unit, d.Platform) == (c.Unit, c.Platform) => [],
            { Stage: not Stage.Accepted } => Refuse.State("not-dispatched-directly-now"),
            _ => RoutingSmallMatter.Routed(appeal, c, unit, policy, calendar, now),
        };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/direct-routing", Post)
        .RequireRole(Authority.For(Act.DispatchDirectly))
        .WithSummary("Route a small matter that one accepted oneself, without the station, where policy has it so");

    private static async Task<IResult> Post(Guid id, RouteSmallMatter c, HttpContext http, StreamStore store, TimeProvider time)
    {
        var (unit, policy, calendar) = await RoutingSmallMatter.Ground(c, http, store, time);
        return await http.Handle(id, (appeal, caller, now) => Decide(appeal, c, caller.Person, unit, policy, calendar, now));
    }
}
