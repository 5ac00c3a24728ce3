using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <param name="On">Local date of the attempt, today where left out.</param>
/// <param name="Files">Photos of a visit in vain, uploaded before.</param>
public sealed record AttemptCallBack(
    [property: Known] CallBackMethod Method, DateOnly? On = null, [property: Attached] IReadOnlyList<Attachment>? Files = null);

public static class AttemptingCallBack
{
    /// <param name="unit">The unit the person calling belongs to.</param>
    public static Decision<IReviewEvent> Decide(
        Review review, AttemptCallBack command, Guid person, Guid? unit, Policy policy, DateOnly today)
    {
        var (round, on) = (review.Rounds[^1], command.On ?? today);
        return round.Attempts.FirstOrDefault(a => a.On == on) switch
        {
            _ when MakingCallBack.CallBackObjection(review, person, unit) is { } objection => objection,
            { } made when made == new CallBackAttempt(made.Number, person, command.Method, on)
                && round.Has(review.Title.Person, command.Files) => [],
            _ when review.Stage != ReviewStage.Concluded => review.NotNow(),
            not null => Refuse.State("attempted-that-day"),
            _ when MakingCallBack.DateObjection(round, on, today) is { } objection => objection,
            _ => [
                new CallBackAttempted(round.Number, round.Attempts.Count + 1, person, command.Method, on),
                .. CallBackFiles.Given(round.Number, review.Title.Person, command.Files),
                .. round.Attempts.Count + 1 >= policy.CallBackAttempts
                    ? new IReviewEvent[] { new ClosedUnreached(round.Number, review.OrderId, policy.Version) }
                    : []],
        };
    }

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/attempts", Post).RequireRole(Authority.For(Act.CallBack))
        .WithSummary("Record that the resident was not reached; after as many days as policy asks for the case is closed as unreached");

    private static async Task<IResult> Post(HttpContext http, Guid id, AttemptCallBack body, StreamStore store, TimeProvider time)
    {
        if (await http.Objection(body.Files) is { } unknown)
        {
            return http.Problem(unknown);
        }

        var unit = await http.UnitOfCaller(store);
        var policy = await new Township(store, http.Caller().Tenant).Policy(time.GetUtcNow(), http.RequestAborted);
        return await http.Write(Review.Stream, id, (review, caller, now) =>
            Decide(review, body, caller.Person, unit, policy, BusinessTime.DateOf(now)));
    }
}
