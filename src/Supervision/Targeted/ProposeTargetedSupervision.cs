using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public sealed record ProposeTargetedSupervision([property: Known] TargetedGround Ground, [property: Text] string Reason);

public static class ProposingTargetedSupervision
{
    /// <param name="groups">The groups the caller belongs to.</param>
    public static Decision<IOrderEvent> Decide(Order order, ProposeTargetedSupervision command, Guid person, IReadOnlyList<Guid> groups) =>
        order switch
        {
            _ when order.NotFollowedBy(groups, person) is { } refusal => refusal,
            _ when order.NotOpen() is { } refusal => refusal,
            { Targeted: { IsPending: true, Proposed: var p } } =>
                (p.Ground, p.Reason) == (command.Ground, command.Reason) ? [] : Refuse.State("targeted-supervision-already-proposed"),
            { Targeted: { Convened: { } c } } when c.Round == order.Round.Number => Refuse.State("targeted-supervision-already-convened"),
            _ => [new TargetedSupervisionProposed(order.Round.Number, command.Ground, command.Reason, person)],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/targeted-supervision", Post).RequireRole(Authority.For(Act.ProposeTargetedSupervision))
        .WithSummary("提议专项督 / Propose targeted supervision, as the group that follows the item");

    private static Task<IResult> Post(HttpContext http, Guid id, ProposeTargetedSupervision body) =>
        http.Write(Order.Stream, id, (order, caller, _) => Decide(order, body, caller.Person, caller.Groups));
}
