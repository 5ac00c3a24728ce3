namespace LiaisonStation.Gateway;

/// <summary>What the stations have published, for anybody to read without signing in.</summary>
internal static class PublicAppeals
{
    public static void MapPublicAppeals(this WebApplication app) => app
        .MapGet("/public/appeals", Get).AllowAnonymous()
        .WithTags("door").WithName("publicAppeals").Produces<object>().ProducesProblem(503)
        .WithSummary("已公开的民情 / Published appeals");

    /// <param name="township">One of the county's; all where left out.</param>
    /// <param name="after">The id of the last one seen; nothing for the first page.</param>
    private static async Task<IResult> Get(
        HttpContext http, Services services, ServiceClient client, string? township = null, Guid? after = null, int size = 20) =>
        TypedResults.Ok(await client.Get<object>(
            services.Intake,
            "/public/appeals" + QueryString.Create(new KeyValuePair<string, string?>[]
            {
                new("township", township), new("after", after?.ToString()), new("size", $"{size}"),
            }),
            null, http.RequestAborted));
}
