using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Gateway;

/// <summary>Whom a printed code addresses: what a phone that scans it shows before anybody signs in.</summary>
internal static class PublicCodes
{
    // Longer is no code, and is asked of nobody.
    private const int LongestToken = 64;

    public static void MapPublicCodes(this WebApplication app) => app
        .MapGet("/public/codes/{token}", Get).AllowAnonymous()
        .WithTags("door").WithName("publicCode").Produces<Addressed>().ProducesProblem(404).ProducesProblem(503)
        .WithSummary("二维码对应的代表或联络站 / Which deputy or station a code addresses");

    private static async Task<IResult> Get(string token, HttpContext http, Services services, ServiceClient client) =>
        token.Length <= LongestToken
        && await client.Get<Addressed>(services.Intake, $"/codes/{Uri.EscapeDataString(token)}", null, http.RequestAborted) is { } addressed
            ? TypedResults.Ok(addressed)
            : http.Problem(404, "code-unknown");

    /// <param name="Purpose"><c>Deputy</c> or <c>Station</c>.</param>
    /// <param name="Subject">Registry id, to address what is submitted to.</param>
    /// <param name="Name">The deputy's or the station's, as it is public anyway (亮身份).</param>
    /// <param name="Notice">What a deputy does with an appeal, and does not.</param>
    public sealed record Addressed(string Township, string Purpose, Guid Subject, string Name, Words Notice);
}
