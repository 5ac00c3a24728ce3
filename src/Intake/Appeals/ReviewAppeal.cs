using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Category">Where in the county's tree it belongs, as far as that is known.</param>
public sealed record ReviewAppeal([property: Known] Urgency Urgency, Category? Category = null);

public static class ReviewingAppeal
{
    /// <summary>What was returned is reviewed with what there is once the limit has passed, though nobody has said so yet.</summary>
    public static Decision<IAppealEvent> Decide(Appeal appeal, ReviewAppeal c, DateTimeOffset now) => appeal switch
    {
        { Stage: Stage.Reviewed } when (appeal.Category, appeal.Urgency) == (c.Category, c.Urgency) => [],
        { Stage: Stage.ReturnedToSubmitter, Limit: { } limit } when !limit.IsPast(now) => Refuse.State("supplement-awaited"),
        { Stage: not (Stage.Accepted or Stage.ReturnedToSubmitter) } => Refuse.State("appeal-not-accepted"),
        _ => [new AppealReviewed(c.Category, c.Urgency)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/review", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Review an accepted appeal: how urgent, and where in the county's tree");

    private static Task<IResult> Post(Guid id, ReviewAppeal c, HttpContext http) =>
        http.Handle(id, (appeal, _, pace) => Decide(appeal, c, pace.Now));
}
