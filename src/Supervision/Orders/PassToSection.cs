using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Section">The section of the addressee that takes the lead.</param>
/// <param name="Assisting">Sections, of the addressee or not, that have a part of their own.</param>
public sealed record PassToSection(
    [property: Given] Guid Section, [property: MaxLength(20, ErrorMessage = "too-long")] IReadOnlyList<Assist>? Assisting = null);

/// <param name="DueOn">Last day of its limit, local date; it ends at 24:00.</param>
public sealed record Assist([property: Given] Guid Unit, [property: Given] DateOnly DueOn);

public static class PassingToSection
{
    /// <param name="unit">The unit the caller acts for.</param>
    /// <param name="parents">The active sections of the township among those named, each with what it belongs to.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, PassToSection command, Guid? unit, IReadOnlyDictionary<Guid, Guid?> parents, Policy policy, WorkingCalendar calendar,
        DateOnly today)
    {
        var assisting = command.Assisting ?? [];
        return order switch
        {
            { Branch: Branch.Escalation } => Refuse.State("nobody-ordered"),
            { Addressee: { } addressee } when addressee != unit => Refuse.Forbidden("not-the-addressee"),
            { Stage: OrderStage.Issued, Lead: null } => Refuse.State("order-not-acknowledged"),
            { Lead: { } lead } => lead.Unit == command.Section
                && order.Tasks.Where(t => !t.Lead).Select(t => (t.Unit, t.Limit?.DueOn)).SequenceEqual(
                    assisting.Select(a => (a.Unit, (DateOnly?)a.DueOn)))
                ? []
                : Refuse.State("section-already-named"),
            _ when order.NotOpen() is { } refusal => refusal,
            _ when !parents.TryGetValue(command.Section, out var parent) || parent != unit => Refuse.Rule("not-a-section-of-the-addressee"),
            _ when assisting.Any(a => !parents.ContainsKey(a.Unit)) => Refuse.Rule("assisting-not-a-section"),
            _ when assisting.Select(a => a.Unit).Append(command.Section).Distinct().Count() <= assisting.Count =>
                Refuse.Rule("assisting-named-twice"),
            _ when assisting.Any(a => a.DueOn < today) => Refuse.Rule("due-date-past"),
            _ when assisting.Any(a => a.DueOn > order.Round.Limit?.DueOn) => Refuse.Rule("assisting-after-the-order"),
            _ => [new OrderPassedToSection(
                order.Round.Number, command.Section,
                [.. assisting.Select(a => new AssistingUnit(a.Unit, calendar.Until(today, a.DueOn, policy)))], today)],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/section", Post).RequireRole(Authority.For(Act.PassToSection))
        .WithSummary("交承办科室、协办单位 / Pass the acknowledged order to the section that takes the lead, and to those that assist");

    private static async Task<IResult> Post(HttpContext http, Guid id, PassToSection body, StreamStore store, TimeProvider time)
    {
        var (township, today) = (new Township(store, http.Caller().Tenant), BusinessTime.DateOf(time.GetUtcNow()));
        var parents = (await township.Units(UnitKind.Section, http.RequestAborted)).ToDictionary(u => u.Id, u => u.Parent);
        var (policy, calendar) = (await township.Policy(today, http.RequestAborted), await township.Calendar(http.RequestAborted));
        return await http.Write(
            Order.Stream, id, (order, caller, _) => Decide(order, body, caller.Unit, parents, policy, calendar, today));
    }
}
