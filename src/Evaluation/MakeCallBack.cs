using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <param name="Verdict">The resident's.</param>
/// <param name="Comment">The resident's words, where any were said.</param>
/// <param name="Reason">In the caller's own words, what remains to be done; owed where the resident is not satisfied.</param>
public sealed record MakeCallBack(
    [property: Known] CallBackMethod Method,
    [property: Known] Verdict Verdict,
    [property: Text(Optional = true)] string? Comment = null,
    [property: Text(Optional = true)] string? Reason = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        this is { Verdict: Verdict.Unsatisfied, Reason: null } ? [Wrong.Because("required", nameof(Reason))] : [];
}

public static class MakingCallBack
{
    /// <param name="comment">The command's, sealed.</param>
    /// <param name="open">What a comment that was recorded says; null where that cannot be read any more.</param>
    /// <param name="unit">The unit the person calling belongs to.</param>
    public static Decision<IReviewEvent> Decide(
        Review review, MakeCallBack command, PersonalText? comment, Func<PersonalText, string?> open, Guid person, Guid? unit)
    {
        var round = review.Rounds[^1];
        var made = new CallBack(person, command.Method, command.Verdict, comment);
        return round switch
        {
            _ when review.Handled(person) => Refuse.Forbidden("handler-may-not-review"),
            _ when review.Rounds.Any(r => r.Unit == unit) => Refuse.Forbidden("unit-may-not-call-back"),
            { CallBack: { } recorded } => recorded == made with { Comment = recorded.Comment }
                && (recorded.Comment is { } words ? open(words) : null) == command.Comment
                && (command.Verdict == Verdict.Satisfied || round.Reason == command.Reason)
                ? []
                : Refuse.State("already-called-back"),
            { Stage: not ReviewStage.Concluded } => Refuse.State("review-not-concluded"),
            _ => [
                new CallBackMade(round.Number, person, command.Method, command.Verdict, comment),
                command.Verdict == Verdict.Satisfied
                    ? new ClosedConfirmed(round.Number, review.OrderId)
                    : new SupervisionRestarted(round.Number, review.OrderId, command.Reason!)],
        };
    }

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/callbacks", Post).RequireRole(Role.CongressOffice, Role.Deputy)
        .WithSummary("Record the call-back to the resident: satisfied closes the case, not satisfied restarts the supervision");

    private static async Task<IResult> Post(HttpContext http, Guid id, MakeCallBack body, StreamStore store)
    {
        // The registry's word first: a transfer to the unit counts before the caller's token is renewed.
        var by = http.Caller();
        var unit = (await new Township(store, by.Tenant).Person(by.Person, http.RequestAborted))?.Unit ?? by.Unit;
        if (body.Comment is null || await store.Load(Review.Stream, id, by.Tenant, http.RequestAborted) is not { State.Title.Person: var resident })
        {
            return await http.Write(Review.Stream, id, (review, caller, _) => Decide(review, body, null, _ => null, caller.Person, unit));
        }

        var keys = await http.Keys(resident);
        if (keys.Objection(resident) is { } objection)
        {
            return http.Problem(objection);
        }

        var comment = keys.Seal(resident, body.Comment);
        return await http.Write(Review.Stream, id, (review, caller, _) => Decide(review, body, comment, keys.Open, caller.Person, unit));
    }
}
