using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="GivenOn">Local date.</param>
public sealed record RecordPartyInstruction(
    [property: Text(100)] string DocumentNumber, [property: Given] DateOnly GivenOn, [property: Text(4000)] string Instruction);

public static class RecordingPartyInstruction
{
    public static Decision<IOrderEvent> Decide(Order order, RecordPartyInstruction command, DateOnly today) => order switch
    {
        _ when order.Joint.Instructions.Any(i => (i.DocumentNumber, i.GivenOn, i.Instruction)
            == (command.DocumentNumber, command.GivenOn, command.Instruction)) => [],
        _ when order.Joint.Instructions.Any(i => i.DocumentNumber == command.DocumentNumber) => Refuse.State("document-already-recorded"),
        { Joint.Informed: [] } => Refuse.State("party-committee-not-informed"),
        _ when command.GivenOn > today => Refuse.Rule("date-in-future"),
        _ => [new PartyInstructionRecorded(order.Round.Number, command.DocumentNumber, command.GivenOn, command.Instruction)],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/party-committee/instruction", Post).RequireRole(Authority.For(Act.RecordPartyCommittee))
        .WithSummary("记录党委批示 / Record the party committee's instruction");

    private static Task<IResult> Post(HttpContext http, Guid id, RecordPartyInstruction body) =>
        http.Write(Order.Stream, id, (order, _, now) => Decide(order, body, BusinessTime.DateOf(now)));
}
