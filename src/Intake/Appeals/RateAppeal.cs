using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Comment">In the submitter's own words.</param>
/// <param name="Submitter">Whose rating it is, where the station enters it; its submitter's where left out.</param>
public sealed record RateAppeal(
    [property: Known] Rating Rating, [property: Text(Optional = true)] string? Comment = null, Guid? Submitter = null);

public static class RatingAppeal
{
    /// <param name="comment">The command's, sealed.</param>
    /// <param name="open">What a comment that was recorded says; null where that cannot be read any more.</param>
    public static Decision<IAppealEvent> Decide(
        Appeal appeal, RateAppeal c, Guid person, PersonalText? comment, Func<PersonalText, string?> open)
    {
        var rated = appeal.Ratings.SingleOrDefault(r => (r.Person, r.Handling) == (person, appeal.Handling));
        return appeal switch
        {
            _ when !appeal.Linked.Contains(person) => Refuse.Forbidden("not-a-submitter"),
            _ when rated is not null => rated.Rating == c.Rating && (rated.Comment is { } words ? open(words) : null) == c.Comment?.Trim()
                ? []
                : Refuse.State("already-rated"),
            { WasTakenUp: true } => Refuse.State("rated-at-the-call-back"),
            _ when appeal.Unanswered.Contains(person) => Refuse.State("not-answered-yet"),
            { Stage: not (Stage.AnsweredByUnit or Stage.NotTaken or Stage.Answered or Stage.Rated or Stage.Unsatisfied) } =>
                Refuse.State("nothing-to-rate"),
            _ => [new AppealRated(person, appeal.Handling, c.Rating, comment)],
        };
    }

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/ratings", Post)
        .RequireRole(Authority.For(Act.FollowOwn))
        .WithSummary("Rate the answer one was given");

    private static Task<IResult> Post(Guid id, RateAppeal c, HttpContext http, StreamStore store) =>
        http.Follow(store, id, c.Submitter, (keys, person) =>
        {
            var comment = c.Comment is { } said ? keys.Seal(person, said.Trim()) : null;
            return appeal => Decide(appeal, c, person, comment, keys.Open);
        });
}
