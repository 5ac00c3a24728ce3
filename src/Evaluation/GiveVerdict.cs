using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
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
    // 一事一评: at least three deputies of the group, by majority.
    private const int LeastVerdicts = 3;

    /// <param name="groups">The groups the deputy is a member of, as the registry knows them.</param>
    public static Decision<IReviewEvent> Decide(Review review, GiveVerdict command, Guid deputy, IReadOnlyList<Guid> groups)
    {
        var round = review.Rounds[^1];
        var verdict = new DeputyVerdict(deputy, command.Verdict, command.Comment);
        return round.Verdicts.FirstOrDefault(v => v.Deputy == deputy) switch
        {
            _ when review.Handled(deputy) => Refuse.Forbidden("handler-may-not-review"),
            _ when !groups.Contains(review.Group) => Refuse.Forbidden("not-of-the-reviewing-group"),
            { } given => given == verdict ? [] : Refuse.State("verdict-already-given"),
            _ when round.Stage != ReviewStage.UnderReview => Refuse.State("review-not-open"),
            _ => [
                new DeputyReviewed(round.Number, deputy, command.Verdict, command.Comment),
                .. Outcome(review, [.. round.Verdicts, verdict])],
        };
    }

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/verdicts", Post).RequireRole(Role.SupervisionGroup)
        .WithSummary("Give one deputy's verdict on the current round; the one that decides concludes or returns it");

    private static IReviewEvent[] Outcome(Review review, IReadOnlyList<DeputyVerdict> verdicts)
    {
        var (round, order) = (review.Rounds[^1].Number, review.OrderId);
        var satisfied = verdicts.Count(v => v.Verdict == Verdict.Satisfied);
        var unsatisfied = verdicts.Count - satisfied;
        return verdicts.Count switch
        {
            < LeastVerdicts => [],
            _ when satisfied > unsatisfied => [new Concluded(round, order)],
            _ when unsatisfied > satisfied => [new ReturnedForRectification(round, order, Reason(verdicts))],
            _ => [],
        };
    }

    private static string Reason(IEnumerable<DeputyVerdict> verdicts) =>
        string.Join('\n', verdicts.Where(v => v.Verdict == Verdict.Unsatisfied).Select(v => v.Comment));

    private static async Task<IResult> Post(HttpContext http, Guid id, GiveVerdict body, StreamStore store)
    {
        Guid[] groups =
            [.. (await new Township(store, http.Caller().Tenant).GroupsOf(http.Caller().Person, http.RequestAborted)).Select(g => g.Id)];
        return await http.Write(Review.Stream, id, (review, caller, _) => Decide(review, body, caller.Person, groups));
    }
}
