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
    public static Decision<IOrderEvent> Decide(
        Order order, RequestJointSupervision command, Presiding by) => order switch
        {
            { Joint.Requested: { } r } => r.Reason == command.Reason && r.Partners.SequenceEqual(command.Partners)
                && r.Resolution == command.Resolution
                ? []
                : Refuse.State("joint-supervision-already-requested"),
            _ when order.NotOpen() is { } refusal => refusal,
            { Joint.Informed: [] } => Refuse.Rule("party-committee-not-informed"),
            _ when by.Objection(order, command.Resolution, ChairAct.RequestJointSupervision) is { } refusal => refusal,
            _ => [new JointSupervisionRequested(
                order.Round.Number, by.By, command.Resolution, [.. command.Partners.Distinct()], command.Reason)],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/joint-supervision", Post).RequireRole(Presiding.Roles)
        .WithSummary("提请联合督 / Request joint supervision with the discipline and organisation bodies");

    private static async Task<IResult> Post(HttpContext http, Guid id, RequestJointSupervision body, StreamStore store)
    {
        var by = await Presiding.Of(http, new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, _, _) => Decide(order, body, by));
    }
}
