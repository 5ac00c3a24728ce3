using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <param name="Branch">A or B.</param>
/// <param name="Unit">A: the town government; B: the section that contacts the department.</param>
/// <param name="Content">What is to be done.</param>
/// <param name="DueOn">Last day of the limit, local date; left out, policy's working days.</param>
/// <param name="Counterpart">B: the county department by name.</param>
public sealed record ReferAgain(
    [property: Given] Resolution Resolution, [property: Known] Branch Branch, [property: Given] Guid Unit,
    [property: Text(4000)] string Content, DateOnly? DueOn = null, [property: Text(200, Optional = true)] string? Counterpart = null,
    [property: MaxLength(50, ErrorMessage = "too-long")] IReadOnlyList<Milestone>? Milestones = null);

public static class ReferringAgain
{
    /// <param name="number">The next one of the township and year.</param>
    /// <param name="by">The role the act is done in.</param>
    /// <param name="kind">What the unit is; null where it is no active one of the township.</param>
    /// <param name="presidium">All members of the township's Presidium; null where it has none.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, ReferAgain command, string number, Role by, UnitKind? kind, IReadOnlyList<Guid>? presidium, Policy policy,
        WorkingCalendar calendar, DateTimeOffset now)
    {
        var (today, round) = (BusinessTime.DateOf(now), order.Round.Number);
        var limit = command.DueOn is { } dueOn
            ? calendar.Until(today, dueOn, policy)
            : calendar.Limit(today, policy.OrderWorkingDays, policy);
        return (order, command) switch
        {
            ({ Stage: not OrderStage.Returned }, _) =>
                order.Branch == command.Branch && order.Content == command.Content && order.Owing == command.Unit
                    && order.Escalation is { Outcome: EscalationOutcome.ReturnedWithOpinion }
                    ? []
                    : Refuse.State("not-returned-by-the-committee"),
            (_, { Branch: Branch.Escalation }) => Refuse.Rule("escalated-before"),
            _ when command.Resolution.Objection(by, ChairAct.ReferTopic, policy, presidium, order.Recused, today) is { } objection =>
                objection.Refusal(),
            _ when command.DueOn < today => Refuse.Rule("due-date-past"),
            (_, { Milestones: { } all }) when all.Any(m => m.DueOn > limit.DueOn) => Refuse.Rule("milestone-after-the-limit"),
            (_, { Branch: Branch.TownOrder }) when kind != UnitKind.TownGovernment => Refuse.Rule("addressee-not-town-government"),
            (_, { Branch: Branch.TownOrder }) => [
                new ReferredAgain(round, command.Branch, by, command.Resolution),
                new OrderIssued(
                    round, number, order.CaseId, order.CaseNumber, order.TopicId, order.Title, command.Unit, order.Group, command.Content,
                    now, limit, [.. (command.Milestones ?? []).OrderBy(m => m.DueOn)], order.Recused)],
            _ when kind != UnitKind.Section => Refuse.Rule("coordinator-not-a-section"),
            (_, { Counterpart: null }) => Refuse.Rule("counterpart-missing"),
            (_, { Counterpart: { } counterpart }) => [
                new ReferredAgain(round, command.Branch, by, command.Resolution),
                new CoordinationOpened(
                    round, order.CaseId, order.CaseNumber, order.TopicId, order.Title, command.Unit, counterpart, order.Group,
                    command.Content, limit, policy.CoordinationReportWorkingDays,
                    calendar.Limit(today, policy.CoordinationReportWorkingDays, policy), order.Recused, now)],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/referral", Post)
        .RequireRole([.. Authority.For(Act.Decide), .. Authority.For(Act.DecideAsChair), .. Authority.For(Act.DecideByCommission)])
        .WithSummary("退回后重新交办 / Refer again what the StandingCommittee returned with its opinion");

    private static async Task<IResult> Post(HttpContext http, Guid id, ReferAgain body, StreamStore store, OrderNumbers numbers, TimeProvider time)
    {
        var (tenant, year) = (http.Caller().Tenant, BusinessTime.DateOf(time.GetUtcNow()).Year);
        var township = new Township(store, tenant);
        var kind = (await township.Unit(body.Unit, http.RequestAborted))?.Kind;
        var (presidium, rules) = (await township.Presidium(http.RequestAborted), await http.Rules(township));
        return await numbers.Take(
            tenant, year, id,
            (number, alongside) => http.Write(
                Order.Stream, id,
                (order, caller, now) => Decide(order, body, number, caller.Role, kind, presidium, rules.Policy, rules.Calendar, now),
                body.Branch == Branch.TownOrder ? alongside : null),
            http.RequestAborted);
    }
}
