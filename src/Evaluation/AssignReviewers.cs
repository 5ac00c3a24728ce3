using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <param name="Group">A further supervision group.</param>
/// <param name="Reason">Why those who review cannot decide.</param>
public sealed record AssignReviewers([property: Given] Guid Group, [property: Text] string Reason);

public static class AssigningReviewers
{
    /// <param name="able">Members of the groups that review who may judge, as the registry knows them now.</param>
    /// <param name="further">Members of the further group who may; null where it is no active supervision group of the township.</param>
    public static Decision<IReviewEvent> Decide(
        Review review, AssignReviewers command, IReadOnlyList<Guid> able, IReadOnlyList<Guid>? further, Policy policy,
        WorkingCalendar calendar, DateOnly today) => review switch
        {
            { Stage: not ReviewStage.UnderReview } => review.NotNow(),
            _ when review.Panels.Any(p => p.Group == command.Group) => [],
            _ when further is null => Refuse.Rule("not-a-supervision-group"),
            _ when review.CanBeDecidedBy(able) => Refuse.State("group-can-decide"),
            _ =>
            [
                new ReviewersAssigned(review.Rounds[^1].Number, command.Group, further, command.Reason),
                new ReviewDue(review.Rounds[^1].Number, calendar.Limit(today, policy.ReviewWorkingDays, policy)),
            ],
        };

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/reviewers", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Widen a review that its group cannot decide to a further supervision group");

    private static async Task<IResult> Post(HttpContext http, Guid id, AssignReviewers body, StreamStore store, TimeProvider time)
    {
        var township = new Township(store, http.Caller().Tenant);
        var review = (await store.Load(Review.Stream, id, township.Code, http.RequestAborted))?.State;
        Guid[] units = [.. review?.Rounds.SelectMany(r => r.Units) ?? []];
        var able = new List<Guid>();
        foreach (var panel in review?.Panels ?? [])
        {
            able.AddRange(await township.Able(panel.Group, units, http.RequestAborted));
        }

        var further = await township.Group(body.Group, http.RequestAborted) is { Kind: GroupKind.SupervisionGroup }
            ? await township.Able(body.Group, units, http.RequestAborted)
            : null;
        var (policy, calendar) = (await township.Policy(time.GetUtcNow(), http.RequestAborted), await township.Calendar(http.RequestAborted));
        return await http.Write(
            Review.Stream, id, (r, _, now) => Decide(r, body, able, further, policy, calendar, BusinessTime.DateOf(now)));
    }
}
