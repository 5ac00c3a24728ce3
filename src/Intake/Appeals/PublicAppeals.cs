using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>What anybody may read without signing in: the words the station approved, and how far the matter is. Nobody's identity.</summary>
public static class PublicAppeals
{
    private const int MaxSize = 100;

    public static void Map(RouteGroupBuilder open) => open
        .MapGet("/appeals", List)
        .AllowAnonymous()
        .WithSummary("Published appeals, newest first");

    /// <param name="township">One of the county's; all where left out.</param>
    /// <param name="after">The id of the last one seen; nothing for the first page.</param>
    private static async Task<IResult> List(
        HttpContext http, StreamStore store, IConfiguration configuration, string? township = null, Guid? after = null, int size = 20)
    {
        size = Math.Clamp(size, 1, MaxSize);
        FormattableString page = $"""
            select appeal_id, tenant_id, title, text, stage, published_at from publications
            where ({township}::text is null or tenant_id = {township}) and ({after}::uuid is null or appeal_id < {after}::uuid)
            order by appeal_id desc limit {size}
            """;
        var items = await store.Query(
            $"{configuration["County"] ?? "330225"}000", page,
            r => new PublicAppeal(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), AppealProgress.Words(Enum.Parse<Stage>(r.GetString(4))),
                r.GetFieldValue<DateTimeOffset>(5)),
            http.RequestAborted);
        return TypedResults.Ok(new PublicPage(AppealProgress.Notice, items, items.Count == size ? items[^1].Id.ToString() : null));
    }
}

/// <param name="Notice">What a deputy does with an appeal, and does not.</param>
/// <param name="Next">What to ask for with <c>after</c>; null on the last page.</param>
public sealed record PublicPage(Words Notice, IReadOnlyList<PublicAppeal> Items, string? Next);

public sealed record PublicAppeal(Guid Id, string Township, string Title, string Text, Words Stage, DateTimeOffset PublishedAt);
