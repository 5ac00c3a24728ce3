using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="Clue">The clue it answers.</param>
/// <param name="DecidedOn">Local date.</param>
/// <param name="Person">Registry id of whom it concerns, where the clue did not say.</param>
public sealed record RecordAccountability(
    [property: Given] Guid Clue, [property: Text(100)] string DocumentNumber, [property: Known] AccountabilityMeasure Measure,
    [property: Given] DateOnly DecidedOn, Guid? Person = null);

public static class RecordingAccountability
{
    /// <param name="by">The role of the body that decided: it alone records its results.</param>
    public static Decision<IOrderEvent> Decide(Order order, RecordAccountability command, Role by, DateOnly today)
    {
        var clue = order.Joint.Clues.FirstOrDefault(c => c.Clue == command.Clue);
        return order.Joint.ResultOf(command.Clue) switch
        {
            _ when clue is null => Refuse.Unknown("no-such-clue"),
            _ when clue.Body != BodyOf(by) => Refuse.Forbidden("clue-of-another-body"),
            { } r => (r.DocumentNumber, r.Measure, r.DecidedOn, r.Person)
                == (command.DocumentNumber, command.Measure, command.DecidedOn, command.Person ?? clue.Person)
                ? []
                : Refuse.State("accountability-already-recorded"),
            _ when command.DecidedOn > today => Refuse.Rule("date-in-future"),
            _ => [new AccountabilityResultRecorded(
                clue.Round, order.CaseNumber, clue.Clue, clue.Body, command.DocumentNumber, command.Measure, command.DecidedOn,
                command.Person ?? clue.Person, order.Owing)],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/accountability", Post).RequireRole(Authority.For(Act.RecordAccountability))
        .WithSummary("记录问责结果 / Record what the competent body decided on a clue");

    private static CompetentBody BodyOf(Role by) =>
        by == Role.OrganisationBody ? CompetentBody.OrganisationBody : CompetentBody.DisciplineBody;

    private static Task<IResult> Post(HttpContext http, Guid id, RecordAccountability body) =>
        http.Write(Order.Stream, id, (order, caller, now) => Decide(order, body, caller.Role, BusinessTime.DateOf(now)));
}
