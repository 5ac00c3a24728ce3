using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <param name="Verdict">The resident's.</param>
/// <param name="Comment">The resident's words, where any were said.</param>
/// <param name="Reason">In the caller's own words, what remains to be done; owed where the resident is not satisfied.</param>
/// <param name="Aspects">The resident's verdicts on single aspects, as far as they gave any.</param>
/// <param name="On">Local date of the call, today where left out.</param>
/// <param name="Files">Photos of a visit, a sheet that was signed; uploaded before.</param>
public sealed record MakeCallBack(
    [property: Known] CallBackMethod Method,
    [property: Known] Verdict Verdict,
    [property: Text(Optional = true)] string? Comment = null,
    [property: Text(Optional = true)] string? Reason = null,
    Aspects? Aspects = null,
    DateOnly? On = null,
    [property: Attached] IReadOnlyList<Attachment>? Files = null) : IValidatableObject
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
        Review review, MakeCallBack command, PersonalText? comment, Func<PersonalText, string?> open, Guid person, Guid? unit, DateOnly today)
    {
        var round = review.Rounds[^1];
        return round switch
        {
            _ when CallBackObjection(review, person, unit) is { } objection => objection,
            { CallBack: { } recorded } => recorded == new CallBack(
                    person, command.Method, command.Verdict, recorded.Comment, command.Aspects, command.On ?? recorded.On)
                && (recorded.Comment is { } words ? open(words) : null) == command.Comment
                && (command.Verdict != Verdict.Unsatisfied || round.Reason == command.Reason)
                && round.Has(review.Title.Person, command.Files)
                ? []
                : Refuse.State("already-called-back"),
            _ when review.Stage != ReviewStage.Concluded => review.NotNow(),
            _ when DateObjection(round, command.On ?? today, today) is { } objection => objection,
            _ => [
                new CallBackMade(
                    round.Number, person, command.Method, command.Verdict, comment, command.Aspects, command.On ?? today),
                .. CallBackFiles.Given(round.Number, review.Title.Person, command.Files),
                command.Verdict == Verdict.Unsatisfied
                    ? new SupervisionRestarted(round.Number, review.OrderId, command.Reason!)
                    : new ClosedConfirmed(round.Number, review.OrderId)],
        };
    }

    /// <summary>Why a person makes no call-back on this matter (由人大牵头: never the unit); null where they may.</summary>
    public static Refusal? CallBackObjection(Review review, Guid person, Guid? unit) =>
        review.Objection(person) ?? (review.WasHandledBy(unit) ? Refuse.Forbidden("unit-may-not-call-back") : null);

    /// <summary>Why a call cannot have been made on a day; null where it can.</summary>
    /// <param name="on">Local date.</param>
    public static Refusal? DateObjection(ReviewRound round, DateOnly on, DateOnly today) =>
        on > today ? Refuse.Rule("call-in-the-future")
        : on < round.CallBackLimit?.From ? Refuse.Rule("call-before-conclusion")
        : null;

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/callbacks", Post).RequireRole(Authority.For(Act.CallBack))
        .WithSummary("Record the call-back to the resident: satisfied closes the case, not satisfied restarts the supervision");

    /// <summary>The unit a caller belongs to: the registry's word first, for a transfer counts before the token is renewed.</summary>
    internal static async Task<Guid?> UnitOfCaller(this HttpContext http, StreamStore store) =>
        (await new Township(store, http.Caller().Tenant).Person(http.Caller().Person, http.RequestAborted))?.Unit ?? http.Caller().Unit;

    private static async Task<IResult> Post(HttpContext http, Guid id, MakeCallBack body, StreamStore store)
    {
        if (await http.Objection(body.Files) is { } unknown)
        {
            return http.Problem(unknown);
        }

        var unit = await http.UnitOfCaller(store);
        if (body.Comment is null
            || await store.Load(Review.Stream, id, http.Caller().Tenant, http.RequestAborted) is not { State.Title.Person: var resident })
        {
            return await http.Write(Review.Stream, id, (review, caller, now) =>
                Decide(review, body, null, _ => null, caller.Person, unit, BusinessTime.DateOf(now)));
        }

        var keys = await http.Keys(resident);
        if (keys.Objection(resident) is { } objection)
        {
            return http.Problem(objection);
        }

        var comment = keys.Seal(resident, body.Comment);
        return await http.Write(Review.Stream, id, (review, caller, now) =>
            Decide(review, body, comment, keys.Open, caller.Person, unit, BusinessTime.DateOf(now)));
    }
}
