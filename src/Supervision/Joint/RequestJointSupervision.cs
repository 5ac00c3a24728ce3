using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Partners">The bodies asked to join.</param>
public sealed record RequestJointSupervision(
    [property: Given] Resolution Resolution, [property: Given, Known] IReadOnlyList<CompetentBody> Partners, [property: Text] string Reason);

public static class RequestingJointSupervision
{
    /// <param name="by">The role the act is done in.</param>
    /// <param name="presidium">All members of the township's Presidium; null where it has none.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, RequestJointSupervision command, Role by, IReadOnlyList<Guid>? presidium, Policy policy, DateOnly today) =>
        order switch
        {
            { Joint.Requested: { } r } => r.Reason == command.Reason && r.Partners.SequenceEqual(command.Partners)
                && r.Resolution == command.Resolution
                ? []
                : Refuse.State("joint-supervision-already-requested"),
            _ when order.NotOpen() is { } refusal => refusal,
            { Joint.Informed: [] } => Refuse.Rule("party-committee-not-informed"),
            _ when command.Resolution.Objection(
                by, ChairAct.RequestJointSupervision, policy, presidium, order.Recused, today) is { } objection => objection.Refusal(),
            _ => [new JointSupervisionRequested(
                order.Round.Number, by, command.Resolution, [.. command.Partners.Distinct()], command.Reason)],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/joint-supervision", Post)
        .RequireRole([.. Authority.For(Act.Decide), .. Authority.For(Act.DecideAsChair), .. Authority.For(Act.DecideByCommission)])
        .WithSummary("提请联合督 / Request joint supervision with the discipline and organisation bodies");

    private static async Task<IResult> Post(HttpContext http, Guid id, RequestJointSupervision body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var (presidium, rules) = (await township.Presidium(http.RequestAborted), await http.Rules(township));
        return await http.Write(Order.Stream, id, (order, caller, now) => Decide(
            order, body, caller.Role, presidium, rules.Policy, BusinessTime.DateOf(now)));
    }
}
