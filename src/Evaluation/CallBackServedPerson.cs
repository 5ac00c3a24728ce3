using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation;

/// <param name="Served">Registry id of a linked submitter or one who joined, who is not the founding one.</param>
/// <param name="Comment">Their words, where any were said.</param>
/// <param name="On">Local date of the call, today where left out.</param>
/// <param name="Files">Photos of a visit, a sheet that was signed; uploaded before.</param>
public sealed record CallBackServedPerson(
    [property: Given] Guid Served,
    [property: Known] CallBackMethod Method,
    [property: Known] Verdict Verdict,
    [property: Text(Optional = true)] string? Comment = null,
    Aspects? Aspects = null,
    DateOnly? On = null,
    [property: Attached] IReadOnlyList<Attachment>? Files = null);

public static class CallingBackServedPerson
{
    /// <param name="isServed">Whether they joined the case's appeal, or came with one merged into it, and did not take it back.</param>
    /// <param name="comment">The command's, sealed.</param>
    /// <param name="open">What a comment that was recorded says; null where that cannot be read any more.</param>
    public static Decision<IReviewEvent> Decide(
        Review review, CallBackServedPerson command, bool isServed, PersonalText? comment, Func<PersonalText, string?> open, Guid person,
        Guid? unit, DateOnly today)
    {
        var round = review.Rounds[^1];
        return round.Served.FirstOrDefault(s => s.Served == command.Served)?.CallBack switch
        {
            _ when MakingCallBack.CallBackObjection(review, person, unit) is { } objection => objection,
            _ when review.Title.Person == command.Served => Refuse.Rule("is-the-founding-submitter"),
            { } recorded => recorded == new CallBack(
                    person, command.Method, command.Verdict, recorded.Comment, command.Aspects, command.On ?? recorded.On)
                && (recorded.Comment is { } words ? open(words) : null) == command.Comment
                && round.Has(command.Served, command.Files)
                ? []
                : Refuse.State("already-called-back"),
            _ when !round.WasConcluded || review.Ended is not null => review.NotNow(),
            _ when !isServed => Refuse.Rule("not-served"),
            _ when MakingCallBack.DateObjection(round, command.On ?? today, today) is { } objection => objection,
            _ => [
                new ServedPersonCalledBack(
                    round.Number, command.Served, person, command.Method, command.Verdict, comment, command.Aspects, command.On ?? today),
                .. CallBackFiles.Given(round.Number, command.Served, command.Files)],
        };
    }

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/served", Post).RequireRole(Authority.For(Act.CallBack))
        .WithSummary("Record the call-back to a further person served; the item's verdict stays the founding submitter's");

    private static async Task<IResult> Post(HttpContext http, Guid id, CallBackServedPerson body, StreamStore store)
    {
        if (await http.Objection(body.Files) is { } unknown)
        {
            return http.Problem(unknown);
        }

        var unit = await http.UnitOfCaller(store);
        var isServed = (await http.Served(store, id)).Contains(body.Served);
        if (body.Comment is null || !isServed)
        {
            return await http.Write(Review.Stream, id, (review, caller, now) =>
                Decide(review, body, isServed, null, _ => null, caller.Person, unit, BusinessTime.DateOf(now)));
        }

        var keys = await http.Keys(body.Served);
        if (keys.Objection(body.Served) is { } objection)
        {
            return http.Problem(objection);
        }

        // Intake made a key for whoever joined or handed in.
        var comment = keys.Seal(body.Served, body.Comment);
        return await http.Write(Review.Stream, id, (review, caller, now) =>
            Decide(review, body, isServed, comment, keys.Open, caller.Person, unit, BusinessTime.DateOf(now)));
    }
}
