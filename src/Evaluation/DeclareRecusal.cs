using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <param name="Ground">Handled it before, sits in its task force, has an interest.</param>
public sealed record DeclareRecusal([property: Text] string Ground);

public static class DeclaringRecusal
{
    /// <summary>A verdict taken back by it may leave the others with a majority.</summary>
    public static Decision<IReviewEvent> Decide(
        Review review, DeclareRecusal command, Guid person, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        var round = review.Rounds[^1];
        return review switch
        {
            _ when review.Recused.Contains(person) => [],
            { IsOver: true } => review.NotNow(),
            { Stage: ReviewStage.UnderReview } => [
                new RecusalDeclared(round.Number, person, command.Ground),
                .. GivingVerdict.Outcome(review, [.. round.Verdicts.Where(v => v.Deputy != person)], policy, calendar, now)],
            _ => [new RecusalDeclared(round.Number, person, command.Ground)],
        };
    }

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/recusals", Post).RequireRole(Authority.For(Act.Recuse))
        .WithSummary("Declare an interest: whoever does takes no part in review or call-back");

    private static async Task<IResult> Post(HttpContext http, Guid id, DeclareRecusal body, StreamStore store, TimeProvider time)
    {
        var township = new Township(store, http.Caller().Tenant);
        var policy = await township.Policy(time.GetUtcNow(), http.RequestAborted);
        var calendar = await township.Calendar(http.RequestAborted);
        return await http.Write(
            Review.Stream, id, (review, caller, now) => Decide(review, body, caller.Person, policy, calendar, now));
    }
}
