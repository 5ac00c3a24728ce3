using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Receptions;

/// <summary>Asks another deputy to swap one's day for theirs.</summary>
/// <param name="Other">Registry id of the other.</param>
/// <param name="OtherOn">The other's day of the same plan, local date.</param>
public sealed record AskDutySwap([property: Given] Guid Other, [property: Given] DateOnly OtherOn);

/// <param name="Deputy">Registry id of who asked.</param>
/// <param name="OtherOn">One's own day, which was asked for.</param>
public sealed record AnswerDutySwap([property: Given] Guid Deputy, [property: Given] DateOnly OtherOn, bool Accepted);

public static class SwappingDuty
{
    public static Decision<IReceptionEvent> Ask(ReceptionPlan plan, DateOnly on, AskDutySwap c, Guid deputy, DateOnly today)
    {
        var asked = new DutySwapAsked(on, deputy, c.OtherOn, c.Other);
        return plan.Swaps.Contains(asked) ? [] : Refused(plan, asked, today) is { } refusal ? refusal : [asked];
    }

    public static Decision<IReceptionEvent> Answer(ReceptionPlan plan, DateOnly on, AnswerDutySwap c, Guid deputy, DateOnly today)
    {
        var asked = new DutySwapAsked(on, c.Deputy, c.OtherOn, deputy);
        return !plan.Swaps.Contains(asked) ? Refuse.State("swap-not-asked")
            : !c.Accepted ? [new DutySwapDeclined(on, c.Deputy, c.OtherOn, deputy)]
            : Refused(plan, asked, today) is { } refusal ? refusal
            : [new DutySwapped(on, c.Deputy, c.OtherOn, deputy)];
    }

    public static void Map(RouteGroupBuilder plans)
    {
        plans.MapPost("/{id:guid}/days/{on}/swap", (Guid id, DateOnly on, AskDutySwap c, HttpContext http) =>
                http.Write(ReceptionPlan.Stream, id, (plan, caller, now) => Ask(plan, on, c, caller.Person, BusinessTime.DateOf(now))))
            .RequireRole(Contracts.Role.Deputy)
            .WithSummary("Ask another deputy to swap one's day of reception for theirs");
        plans.MapPost("/{id:guid}/days/{on}/swap/answer", (Guid id, DateOnly on, AnswerDutySwap c, HttpContext http) =>
                http.Write(ReceptionPlan.Stream, id, (plan, caller, now) => Answer(plan, on, c, caller.Person, BusinessTime.DateOf(now))))
            .RequireRole(Contracts.Role.Deputy)
            .WithSummary("Accept or decline a swap one was asked for");
    }

    private static Refusal? Refused(ReceptionPlan plan, DutySwapAsked swap, DateOnly today)
    {
        var (mine, theirs) = (plan.Day(swap.On), plan.Day(swap.OtherOn));
        return mine is null || theirs is null ? Refuse.Unknown("reception-unknown")
            : !mine.Deputies.Contains(swap.Deputy) ? Refuse.Forbidden("not-on-duty")
            : !theirs.Deputies.Contains(swap.Other) ? Refuse.Rule("other-not-on-duty")
            : mine.Deputies.Contains(swap.Other) || theirs.Deputies.Contains(swap.Deputy) ? Refuse.Rule("already-on-duty")
            : new[] { mine, theirs }.Any(d => !d.IsOpen || d.On < today || d.CheckedIn.Count > 0) ? Refuse.State("reception-over")
            : null;
    }
}
