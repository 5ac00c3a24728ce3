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
    public static Decision<IOrderEvent> Decide(
        Order order, TransferClue command, Guid clue, Presiding by) => order switch
        {
            _ when order.Joint.Clues.FirstOrDefault(c => c.Clue == clue) is { } c =>
                (c.Body, c.Post, c.Content, c.Person) == (command.Body, command.Post, command.Content, command.Person)
                    ? []
                    : Refuse.State("clue-already-transferred"),
            { Stage: OrderStage.Ended } => Refuse.State("order-ended"),
            { Joint.Requested: null } => Refuse.State("joint-supervision-not-requested"),
            _ when !order.Joint.Requested.Partners.Contains(command.Body) => Refuse.Rule("body-not-asked-to-join"),
            _ when by.Objection(order, command.Resolution, ChairAct.RequestJointSupervision) is { } refusal => refusal,
            _ =>
            [
                new ClueTransferred(
                    order.Round.Number, clue, command.Body, by.By, command.Resolution, command.Post, command.Person, command.Content,
                    command.DocumentNumber),
                new ResultDue(order.Round.Number, clue, by.Calendar.Limit(by.Today, by.Policy.AccountabilityWorkingDays, by.Policy)),
            ],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/clues", Post).RequireRole([.. Authority.For(Act.Decide), .. Authority.For(Act.DecideByCommission)])
        .WithSummary("移送问题线索 / Transfer a clue to the body competent for it");

    private static async Task<IResult> Post(HttpContext http, Guid id, TransferClue body, StreamStore store)
    {
        var by = await Presiding.Of(http, new Township(store, http.Caller().Tenant));
        return await http.Write(Order.Stream, id, (order, _, _) => Decide(
            order, body, Uuid.Derive(id, $"clue {body.DocumentNumber}"), by));
    }
}
