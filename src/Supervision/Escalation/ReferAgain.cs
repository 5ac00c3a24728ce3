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
    /// <param name="kind">What the unit is; null where it is no active one of the township.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, ReferAgain command, string number, UnitKind? kind, Presiding by)
    {
        var (policy, calendar, today, round) = (by.Policy, by.Calendar, by.Today, order.Round.Number);
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
            _ when by.Objection(order, command.Resolution, ChairAct.ReferTopic) is { } refusal => refusal,
            _ when command.DueOn < today => Refuse.Rule("due-date-past"),
            (_, { Milestones: { } all }) when all.Any(m => m.DueOn > limit.DueOn) => Refuse.Rule("milestone-after-the-limit"),
            (_, { Branch: Branch.TownOrder }) when kind != UnitKind.TownGovernment => Refuse.Rule("addressee-not-town-government"),
            (_, { Branch: Branch.TownOrder }) => [
                new ReferredAgain(round, command.Branch, by.By, command.Resolution),
                new OrderIssued(
                    round, number, order.CaseId, order.CaseNumber, order.TopicId, order.Title, command.Unit, order.Group, command.Content,
                    by.Now, limit, [.. (command.Milestones ?? []).OrderBy(m => m.DueOn)], order.Recused)],
            _ when kind != UnitKind.Section => Refuse.Rule("coordinator-not-a-section"),
            (_, { Counterpart: null }) => Refuse.Rule("counterpart-missing"),
            (_, { Counterpart: { } counterpart }) => [
                new ReferredAgain(round, command.Branch, by.By, command.Resolution),
                new CoordinationOpened(
                    round, order.CaseId, order.CaseNumber, order.TopicId, order.Title, command.Unit, counterpart, order.Group,
                    command.Content, limit, policy.CoordinationReportWorkingDays,
                    calendar.Limit(today, policy.CoordinationReportWorkingDays, policy), order.Recused, by.Now)],
        };
    }

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/referral", Post).RequireRole(Presiding.Roles)
        .WithSummary("退回后重新交办 / Refer again what the StandingCommittee returned with its opinion");

    private static async Task<IResult> Post(HttpContext http, Guid id, ReferAgain body, StreamStore store, OrderNumbers numbers, TimeProvider time)
    {
        var (tenant, year) = (http.Caller().Tenant, BusinessTime.DateOf(time.GetUtcNow()).Year);
        var township = new Township(store, tenant);
        var kind = (await township.Unit(body.Unit, http.RequestAborted))?.Kind;
        var by = await Presiding.Of(http, township);
        return await numbers.Take(
            tenant, year, id,
            (number, alongside) => http.Write(
                Order.Stream, id, (order, _, _) => Decide(order, body, number, kind, by),
                body.Branch == Branch.TownOrder ? alongside : null),
            http.RequestAborted);
    }
}
