using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="Summary">What was done.</param>
public sealed record ReportHandling([property: Text(4000)] string Summary);

public static class ReportingHandling
{
    /// <param name="person">Who reports, and so takes no part in the review.</param>
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(Order order, ReportHandling command, Guid reviewId, Guid person, Guid? unit) =>
        order switch
        {
            { Section: null } => Refuse.State("order-not-in-progress"),
            { Section: { } section } when section != unit => Refuse.Forbidden("not-the-section"),
            { Rounds: [.., { Report: { } recorded }] } =>
                recorded == new HandlingReport(person, command.Summary) ? [] : Refuse.State("handling-already-reported"),
            { Section: { } section } => [new HandlingReported(
                order.Rounds[^1].Number, order.CaseNumber, reviewId, order.Title, section, order.Group, person, command.Summary)],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/handling", Post).RequireRole(Role.HandlingUnit)
        .WithSummary("Report the current round as handled, as the section named");

    private static Task<IResult> Post(HttpContext http, Guid id, ReportHandling body) => http.Write(
        Order.Stream, id, (order, caller, _) => Decide(order, body, Uuid.Derive(id, "review"), caller.Person, caller.Unit));
}
