using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Post">The post concerned.</param>
/// <param name="Person">Registry id of who holds it, where it is known.</param>
/// <param name="DocumentNumber">Of the letter that transfers it.</param>
public sealed record TransferClue(
    [property: Given] Resolution Resolution, [property: Known] CompetentBody Body, [property: Text(100)] string Post,
    [property: Text(4000)] string Content, [property: Text(100)] string DocumentNumber, Guid? Person = null);

public static class TransferringClue
{
    /// <param name="clue">Its id, derived from the order and the letter.</param>
    /// <param name="by">The role the act is done in.</param>
    /// <param name="presidium">All members of the township's Presidium; null where it has none.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, TransferClue command, Guid clue, Role by, IReadOnlyList<Guid>? presidium, Policy policy,
        WorkingCalendar calendar, DateOnly today) => order switch
        {
            _ when order.Joint.Clues.FirstOrDefault(c => c.Clue == clue) is { } c =>
                (c.Body, c.Post, c.Content, c.Person) == (command.Body, command.Post, command.Content, command.Person)
                    ? []
                    : Refuse.State("clue-already-transferred"),
            { Stage: OrderStage.Ended } => Refuse.State("order-ended"),
            { Joint.Requested: null } => Refuse.State("joint-supervision-not-requested"),
            _ when !order.Joint.Requested.Partners.Contains(command.Body) => Refuse.Rule("body-not-asked-to-join"),
            _ when command.Resolution.Objection(
                by, ChairAct.RequestJointSupervision, policy, presidium, order.Recused, today) is { } objection => objection.Refusal(),
            _ =>
            [
                new ClueTransferred(
                    order.Round.Number, clue, command.Body, by, command.Resolution, command.Post, command.Person, command.Content,
                    command.DocumentNumber),
                new ResultDue(order.Round.Number, clue, calendar.Limit(today, policy.AccountabilityWorkingDays, policy)),
            ],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/clues", Post).RequireRole([.. Authority.For(Act.Decide), .. Authority.For(Act.DecideByCommission)])
        .WithSummary("移送问题线索 / Transfer a clue to the body competent for it");

    private static async Task<IResult> Post(HttpContext http, Guid id, TransferClue body, StreamStore store)
    {
        var township = new Township(store, http.Caller().Tenant);
        var (presidium, rules) = (await township.Presidium(http.RequestAborted), await http.Rules(township));
        return await http.Write(Order.Stream, id, (order, caller, now) => Decide(
            order, body, Uuid.Derive(id, $"clue {body.DocumentNumber}"), caller.Role, presidium, rules.Policy, rules.Calendar, BusinessTime.DateOf(now)));
    }
}
