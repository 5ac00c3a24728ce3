using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <param name="Comment">Why; owed by whoever is not satisfied.</param>
public sealed record GiveVerdict(
    [property: Known] Verdict Verdict,
    [property: Text(Optional = true)] string? Comment = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        this is { Verdict: Verdict.Unsatisfied, Comment: null } ? [Wrong.Because("required", nameof(Comment))] : [];
}

public static class GivingVerdict
{
    /// <param name="groups">The groups the deputy is a member of, as the registry knows them.</param>
    /// <param name="unit">The unit the deputy belongs to.</param>
    public static Decision<IReviewEvent> Decide(
        Review review, GiveVerdict command, Guid deputy, IReadOnlyList<Guid> groups, Guid? unit, Policy policy, WorkingCalendar calendar,
        DateTimeOffset now)
    {
        var round = review.Rounds[^1];
        var verdict = new DeputyVerdict(deputy, command.Verdict, command.Comment);
        return round.Verdicts.FirstOrDefault(v => v.Deputy == deputy) switch
        {
            _ when review.Objection(deputy) is { } objection => objection,
            _ when review.WasHandledBy(unit) => Refuse.Forbidden("unit-may-not-review"),
            _ when !review.Panels.Any(p => groups.Contains(p.Group)) => Refuse.Forbidden("not-of-the-reviewing-group"),
            { } given => given == verdict ? [] : Refuse.State("verdict-already-given"),
            _ when review.Stage != ReviewStage.UnderReview => review.NotNow(),
            _ => [
                new DeputyReviewed(round.Number, deputy, command.Verdict, command.Comment),
                .. Outcome(review, [.. round.Verdicts, verdict], policy, calendar, now)],
        };
    }

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/verdicts", Post).RequireRole(Authority.For(Act.Review))
        .WithSummary("Give one deputy's verdict on the current round; the one that decides concludes or returns it");

    /// <summary>
    /// What the verdicts decide (一事一评): nothing while they are fewer than the round's policy asks for, or even; else the majority.
    /// Who is basically satisfied is satisfied.
    /// </summary>
    /// <param name="policy">That of the day of the decision: it sets the limit of the call-back.</param>
    public static IReviewEvent[] Outcome(
        Review review, IReadOnlyList<DeputyVerdict> verdicts, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        var (round, order) = (review.Rounds[^1], review.OrderId);
        var unsatisfied = verdicts.Count(v => v.Verdict == Verdict.Unsatisfied);
        var satisfied = verdicts.Count - unsatisfied;
        return verdicts.Count >= round.Reviewers && satisfied != unsatisfied
            ? satisfied > unsatisfied
                ? [new Concluded(
                    round.Number, order, round.Policy, calendar.Limit(BusinessTime.DateOf(now), policy.CallBackWorkingDays, policy))]
                : [new ReturnedForRectification(round.Number, order, Reason(verdicts), round.Policy)]
            : [];
    }

    private static string Reason(IEnumerable<DeputyVerdict> verdicts) =>
        string.Join('\n', verdicts.Where(v => v.Verdict == Verdict.Unsatisfied).Select(v => v.Comment));

    private static async Task<IResult> Post(HttpContext http, Guid id, GiveVerdict body, StreamStore store, TimeProvider time)
    {
        var (by, township) = (http.Caller(), new Township(store, http.Caller().Tenant));
        Guid[] groups = [.. (await township.GroupsOf(by.Person, http.RequestAborted)).Select(g => g.Id)];
        var unit = (await township.Person(by.Person, http.RequestAborted))?.Unit ?? by.Unit;
        var policy = await township.Policy(time.GetUtcNow(), http.RequestAborted);
        var calendar = await township.Calendar(http.RequestAborted);
        return await http.Write(
            Review.Stream, id, (review, caller, now) => Decide(review, body, caller.Person, groups, unit, policy, calendar, now));
    }
}
