using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

public sealed record RequestExtension(
    [property: Text] string Ground, [property: Range(1, 1000, ErrorMessage = "out-of-range")] int WorkingDays);

public static class RequestingExtension
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(Order order, RequestExtension command, Guid? unit, Policy policy, DateTimeOffset now) =>
        order switch
        {
            { Branch: Branch.CountyCoordination } => Refuse.State("no-limit-to-extend"),
            _ when order.NotInProgress() is { } refusal => refusal,
            _ when order.Lead?.Unit != unit => Refuse.Forbidden("not-the-lead-section"),
            { Round.Pending: { Requested: var r } } => (r.Ground, r.WorkingDays) == (command.Ground, command.WorkingDays)
                ? []
                : Refuse.State("extension-already-requested"),
            { Round: { IsOverdue: true } } => Refuse.State("limit-has-passed"),
            { Round.Limit: { } limit } when limit.IsPast(now) => Refuse.State("limit-has-passed"),
            { Round.Limit: null } => Refuse.State("no-limit-to-extend"),
            _ when command.WorkingDays > policy.ExtensionWorkingDays => Refuse.Rule("extension-too-long"),
            _ when order.Round.Extensions.Count(x => x.Approved is not null) >= policy.Extensions => Refuse.Rule("extensions-used-up"),
            _ => [new ExtensionRequested(
                order.Round.Number, order.Round.Extensions.Count + 1, unit!.Value, command.Ground, command.WorkingDays)],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/extension", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("申请延期 / Ask for more time before the limit ends");

    private static async Task<IResult> Post(HttpContext http, Guid id, RequestExtension body, StreamStore store)
    {
        var (policy, _) = await http.Rules(new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, caller, now) => Decide(order, body, caller.Unit, policy, now));
    }
}
