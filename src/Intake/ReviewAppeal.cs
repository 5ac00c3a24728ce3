using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake;

/// <param name="Category">Where in the county's tree it belongs, as far as that is known.</param>
public sealed record ReviewAppeal(Urgency Urgency, Category? Category = null);

public static class ReviewingAppeal
{
    private const int CategoryLength = 50;

    public static Decision<IAppealEvent> Decide(Appeal appeal, ReviewAppeal c) => appeal switch
    {
        { Stage: Stage.Reviewed } when (appeal.Category, appeal.Urgency) == (c.Category, c.Urgency) => [],
        { Stage: not Stage.Accepted } => Refuse.State("appeal-not-accepted"),
        _ => [new AppealReviewed(c.Category, c.Urgency)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/review", Post)
        .RequireRole(Role.Station)
        .WithSummary("Review an accepted appeal: how urgent, and where in the county's tree");

    private static Task<IResult> Post(Guid id, ReviewAppeal c, HttpContext http)
    {
        var fields = new Fields()
            .Known("urgency", c.Urgency)
            .Text("category.first", c.Category?.First ?? "-", CategoryLength)
            .Text("category.second", c.Category?.Second ?? "-", CategoryLength)
            .Text("category.third", c.Category?.Third ?? "-", CategoryLength)
            .Check("category.third", c.Category is not { Second: null, Third: not null }, "second level missing");
        return fields.Refused(http) ?? http.Write(Appeal.Stream, id, (appeal, _, _) => Decide(appeal, c));
    }
}
