using System.Globalization;
using System.Net;
using System.Resources;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Diagnostics;

namespace LiaisonStation.Gateway;

/// <summary>Refusals at the door as RFC 9457 problem details, of the same shape as the services'.</summary>
internal static class Problems
{
    private static readonly ResourceManager Resource = new("LiaisonStation.Gateway.Refusals", typeof(Problems).Assembly);
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    /// <param name="code">Stable and kebab-case; its words are in Refusals.resx.</param>
    /// <param name="service">The service it is about, where it is about one.</param>
    /// <param name="words">The service's own for the code; otherwise the door's.</param>
    public static IResult Problem(
        this HttpContext http, int status, string code, string? service = null, Dictionary<string, string[]>? errors = null, Words? words = null)
    {
        words ??= Say(code, service);
        var more = new Dictionary<string, object?> { ["code"] = code, ["words"] = words };
        if (service is not null)
        {
            more["service"] = service;
        }

        if (errors is not null)
        {
            more["errors"] = errors;
        }

        return TypedResults.Problem(
            statusCode: status, title: words.Zh, type: $"urn:liaisonstation:refusal:{code}", extensions: more);
    }

    /// <summary>What several services are asked together and one does not let the caller see; null where none refused.</summary>
    public static IResult? Refused(this HttpContext http, IEnumerable<HttpStatusCode?> refused) => refused.Max() switch
    {
        HttpStatusCode.Forbidden => http.Problem(403, "role-not-allowed"),
        HttpStatusCode.NotFound => http.Problem(404, "not-found"),
        _ => null,
    };

    public static Words Say(string code, params object?[] with) => new(In(CultureInfo.InvariantCulture, code, with), In(English, code, with));

    private static string In(CultureInfo language, string code, object?[] with) =>
        string.Format(CultureInfo.InvariantCulture, Resource.GetString(code, language) ?? code, with);

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            SuppressDiagnosticsCallback = failed => failed.Exception is ServiceUnreachable or BadHttpRequestException,
            ExceptionHandler = http => (http.Features.Get<IExceptionHandlerFeature>()?.Error switch
            {
                ServiceUnreachable unreachable => http.Problem(503, "service-unreachable", unreachable.Service),
                BadHttpRequestException { StatusCode: 413 } => http.Problem(413, "too-large"),
                BadHttpRequestException bad => http.Problem(bad.StatusCode, "malformed"),
                _ => http.Problem(500, "internal-error"),
            }).ExecuteAsync(http),
        });
        app.UseStatusCodePages(page => (page.HttpContext.Response.StatusCode switch
        {
            404 => page.HttpContext.Problem(404, "not-found"),
            405 => page.HttpContext.Problem(405, "method-not-allowed"),
            415 => page.HttpContext.Problem(415, "media-type-not-supported"),
            var status => page.HttpContext.Problem(status, "malformed"),
        }).ExecuteAsync(page.HttpContext));
    }
}
