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
    public static Decision<IOrderEvent> Decide(Order order, DecideEscalation command, Presiding by)
    {
        var waits = command.Outcome is EscalationOutcome.HandedToCounty or EscalationOutcome.TakenIntoPlan;
        return order switch
        {
            { Stage: not OrderStage.Escalated, Escalation: { } d }
                when (d.Outcome, d.Opinion, d.Counterpart) == (command.Outcome, command.Opinion, command.Counterpart)
                    && d.Resolution == command.Resolution => [],
            { Stage: not OrderStage.Escalated } => Refuse.State("not-before-the-committee"),
            _ when by.Objection(order, command.Resolution, null) is { } refusal => refusal,
            _ when waits && command.DueOn is null => Refuse.Rule("county-limit-missing"),
            _ when waits && command.DueOn < by.Today => Refuse.Rule("due-date-past"),
            _ when command.Outcome == EscalationOutcome.HandedToCounty && command.Counterpart is null => Refuse.Rule("counterpart-missing"),
            { Round.Number: var round } => [.. Decided(round)],
        };

        IEnumerable<IOrderEvent> Decided(int round)
        {
            yield return new EscalationDecided(
                round, command.Outcome, by.By, command.Resolution, command.Opinion, command.Counterpart,
                command.Outcome switch
                {
                    EscalationOutcome.ReturnedWithOpinion => by.Calendar.Limit(by.Today, by.Policy.OrderWorkingDays, by.Policy),
                    EscalationOutcome.Closed => null,
                    _ => by.Calendar.Until(by.Today, command.DueOn!.Value, by.Policy),
                });
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
        var by = await Presiding.Of(http, place, members);
        return await http.Write(Order.Stream, id, (order, _, _) => Decide(order, body, by));
    }
}
