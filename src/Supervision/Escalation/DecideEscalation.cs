using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Opinion">Its opinion; told to the public where it closes the matter.</param>
/// <param name="Counterpart">The county body by name, where one is to act.</param>
/// <param name="DueOn">Last day of the county's own limit, local date, where something is awaited from it.</param>
public sealed record DecideEscalation(
    [property: Given] Resolution Resolution, [property: Known] EscalationOutcome Outcome, [property: Text] string Opinion,
    [property: Text(200, Optional = true)] string? Counterpart = null, DateOnly? DueOn = null);

public static class DecidingEscalation
{
    /// <param name="by">StandingCommittee, or a street's work committee by its commission.</param>
    /// <param name="members">Of the body in whose place it is decided: the StandingCommittee's; for a street, the Presidium it has not.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, DecideEscalation command, Role by, IReadOnlyList<Guid>? members, Policy policy, WorkingCalendar calendar,
        DateOnly today)
    {
        var waits = command.Outcome is EscalationOutcome.HandedToCounty or EscalationOutcome.TakenIntoPlan;
        return order switch
        {
            { Stage: not OrderStage.Escalated, Escalation: { } d }
                when (d.Outcome, d.Opinion, d.Counterpart) == (command.Outcome, command.Opinion, command.Counterpart)
                    && d.Resolution == command.Resolution => [],
            { Stage: not OrderStage.Escalated } => Refuse.State("not-before-the-committee"),
            _ when command.Resolution.Objection(by, null, policy, members, order.Recused, today) is { } objection => objection.Refusal(),
            _ when waits && command.DueOn is null => Refuse.Rule("county-limit-missing"),
            _ when waits && command.DueOn < today => Refuse.Rule("due-date-past"),
            _ when command.Outcome == EscalationOutcome.HandedToCounty && command.Counterpart is null => Refuse.Rule("counterpart-missing"),
            { Round.Number: var round } => [.. Decided(round)],
        };

        IEnumerable<IOrderEvent> Decided(int round)
        {
            yield return new EscalationDecided(
                round, command.Outcome, by, command.Resolution, command.Opinion, command.Counterpart,
                waits ? calendar.Until(today, command.DueOn!.Value, policy) : null);
            if (command.Outcome == EscalationOutcome.Closed)
            {
                yield return new ItemEnded(round, ItemEnding.ByStandingCommittee, command.Opinion);
            }
        }
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/escalation", Post).RequireRole(Authority.For(Act.DecideEscalation))
        .WithSummary("县人大常委会对提级事项的决定 / Decide an escalated matter: one of four outcomes");

    private static async Task<IResult> Post(HttpContext http, Guid id, DecideEscalation body, StreamStore store)
    {
        var caller = http.Caller();
        var place = await http.TownshipOf(store, id);
        var county = new Township(store, caller.Tenant);
        var members = caller.Role == Role.StreetWorkCommittee ? await place.Presidium(http.RequestAborted)
            : await county.Groups(GroupKind.StandingCommittee, http.RequestAborted) is [var committee, ..] ? committee.Members
            : null;
        var (policy, calendar) = await http.Rules(place);
        return await http.Write(Order.Stream, id, (order, who, now) => Decide(
            order, body, who.Role, members, policy, calendar, BusinessTime.DateOf(now)));
    }
}
