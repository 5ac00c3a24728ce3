using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <summary>What an order waits for, and whom. Nothing, only once it is handled or ended: then it is Evaluation's.</summary>
public static class Waits
{
    private static readonly Role[] Presidium = [Role.Presidium, Role.StreetWorkCommittee];

    // Its chair where policy or domain.md 0.4 leaves it to him; else he convenes it.
    private static readonly Role[] Chair = [Role.TownChair, .. Presidium];
    private static readonly Role[] Committee = [Role.StandingCommittee, Role.StreetWorkCommittee];
    private static readonly Role[] Section = [Role.HandlingUnit];

    public static IEnumerable<Waiting> Of(Order order) => order.Stage switch
    {
        OrderStage.Issued when order.Branch == Branch.CountyCoordination =>
            [Act(order, "report-contact", Section, order.Contact!.ReportBy) with { Unit = order.Lead!.Unit }, .. Beside(order)],
        OrderStage.Issued =>
            [Act(order, "acknowledge-order", [Role.TownGovernment], order.Round.Limit) with { Unit = order.Addressee }, .. Beside(order)],
        OrderStage.Acknowledged =>
            [Act(order, "pass-order-to-section", [Role.TownGovernment], order.Round.Limit) with { Unit = order.Addressee }, .. Beside(order)],
        OrderStage.InProgress => [.. order.Tasks.SelectMany(t => Of(order, t)), .. Work(order), .. Beside(order)],
        OrderStage.Escalated => [Act(order, "decide-escalation", Committee, order.Round.Limit), .. Always(order)],
        OrderStage.AtCounty => [Act(order, "record-county-result", Committee, order.Round.Limit), .. Always(order)],
        OrderStage.Returned => [Act(order, "refer-again", Chair, order.Round.Limit) with { Except = [.. order.TakingNoPart()] }, .. Always(order)],
        OrderStage.AwaitingDecision => [Act(order, "decide-restarts", Presidium, order.Reached!.DecideBy), .. Always(order)],
        _ => Always(order),
    };

    // A unit's own part.
    private static IEnumerable<Waiting> Of(Order order, UnitTask task)
    {
        var limit = task.Lead ? order.Round.Limit : task.Limit;
        return task switch
        {
            { Report: not null } => [],
            { Handler: null } => [Of(Act(order, "name-handlers", Section, limit))],
            { Draft: { } draft } => [Of(Act(order, "sign-off-report", Section, limit)) with { Except = [draft.PreparedBy] }],
            { Lead: true } => [Of(Act(order, "report-handling", Section, limit))],
            _ => [Of(Act(order, "report-part", Section, limit))],
        };

        // Several units may owe the same.
        Waiting Of(Waiting waiting) => waiting with { Unit = task.Unit, Part = task.Unit.ToString() };
    }

    // What the lead section owes besides.
    private static IEnumerable<Waiting> Work(Order order)
    {
        var lead = order.Lead?.Unit;
        if (order is { Branch: Branch.CountyCoordination, Contact: { } contact })
        {
            yield return Act(order, "report-coordination", Section, contact.ReportBy) with { Unit = lead };
        }

        if (order.Milestones.FirstOrDefault(m => m.ReachedOn is null) is { } next)
        {
            yield return Act(order, "reach-milestone", Section, null) with { Unit = lead, DueAt = order.DueBy(next)?.DueAt() };
        }

        if (order.Targeted?.Convened is { } convened && order.Rectifications.All(r => r.Round < convened.Round))
        {
            yield return Act(order, "report-rectification", Section, order.Round.Limit) with { Unit = lead };
        }
    }

    // While it is with the town, at whichever stage.
    private static IEnumerable<Waiting> Beside(Order order)
    {
        var limit = order.Round.Limit;
        if (order.Round.Pending is { } extension)
        {
            yield return extension.Checked is null
                ? Act(order, "check-extension", [Role.CongressOffice], limit)
                : Act(order, "decide-extension", Chair, limit) with { Except = [.. order.TakingNoPart()] };
        }

        if (order.Targeted is { IsPending: true })
        {
            yield return Act(order, "convene-targeted-supervision", Chair, limit) with { Except = [.. order.TakingNoPart()] };
        }

        if (order.Visits.All(v => v.Round < order.Round.Number))
        {
            yield return Act(order, "visit-order", [Role.SupervisionGroup], limit) with { Group = order.Group, Except = [.. order.TakingNoPart()] };
        }

        foreach (var waiting in Always(order))
        {
            yield return waiting;
        }
    }

    // Beside the handling and after it.
    private static IEnumerable<Waiting> Always(Order order)
    {
        if (order.Stage != OrderStage.Ended && order.Commitments.Where(c => c.Judged is null).MinBy(c => c.Made.DueOn) is { } promise)
        {
            yield return Act(order, "judge-commitment", [Role.SupervisionGroup], null) with
            {
                Group = order.Group,
                Except = [.. order.TakingNoPart()],
                DueAt = BusinessTime.EndOf(promise.Made.DueOn),
            };
        }

        foreach (var open in order.Joint.Clues.Where(c => order.Joint.ResultOf(c.Clue) is null).GroupBy(c => c.Body))
        {
            var target = order.Joint.TargetOf(open.First().Clue);
            yield return Act(order, "record-accountability", [Enum.Parse<Role>(open.Key.ToString())], target) with
            {
                Part = open.Key.ToString(),
                IsTarget = true,
            };
        }
    }

    private static Waiting Act(Order order, string act, IReadOnlyList<Role> roles, Limit? limit) =>
        new(
            act, order.CaseId, order.CaseNumber, order.Round.Number, roles, DueAt: limit?.DueAt(), WarnAt: limit?.WarnAt(),
            Number: order.Number);
}
