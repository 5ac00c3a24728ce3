using System.Globalization;
using System.Resources;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

/// <summary>Refusals as RFC 9457 problem details with a stable <c>code</c> and its <c>words</c>.</summary>
public static partial class Refusals
{
    private static readonly ResourceManager Own = new("LiaisonStation.ServiceDefaults.Refusals", typeof(Refusals).Assembly);
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public static IResult Problem(this HttpContext http, Refusal refusal) =>
        TypedResults.Problem(Details(http, refusal.Code, Status(refusal.Kind)));

    /// <summary>400 with what is wrong, field by field.</summary>
    public static IResult Malformed(this HttpContext http, params IReadOnlyList<(string Field, string Code)> wrong)
    {
        var details = Details(http, "malformed", StatusCodes.Status400BadRequest);
        details.Extensions["errors"] = wrong.ToDictionary(w => w.Field, w => new[] { w.Code });
        return TypedResults.Problem(details);
    }

    /// <summary>The words of a code, from the service's own resource or from what all services share.</summary>
    public static Words Words(this ServiceModule module, string code) =>
        module.Refusals.GetString(code, CultureInfo.InvariantCulture) is { } own
            ? new(own, module.Refusals.GetString(code, English)!)
            : Shared(code);

    internal static Words Shared(string code) => new(
        Own.GetString(code, CultureInfo.InvariantCulture) ?? code, Own.GetString(code, English) ?? code);

    internal static void AddRefusals(this IServiceCollection services)
    {
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddProblemDetails(o => o.CustomizeProblemDetails = context =>
        {
            if (context.ProblemDetails is HttpValidationProblemDetails invalid)
            {
                invalid.Errors = invalid.Errors.ToDictionary(e => AsSent(e.Key), e => e.Value);
            }

            if (!context.ProblemDetails.Extensions.ContainsKey("code") && Code(context.ProblemDetails.Status) is { } code)
            {
                Name(context.ProblemDetails, context.HttpContext, code);
            }
        });
    }

    internal static void UseRefusals(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Fault, SuppressDiagnosticsCallback = c => c.Exception is BadHttpRequestException });
        app.UseStatusCodePages();
    }

    private static async Task Fault(HttpContext http)
    {
        var details = http.Features.Get<IExceptionHandlerFeature>()!.Error switch
        {
            BadHttpRequestException bad => Malformed(bad),
            VaultUnreachableException => Details(http, "vault-unreachable", StatusCodes.Status503ServiceUnavailable),
            FilesUnavailableException => Details(http, "files-unavailable", StatusCodes.Status503ServiceUnavailable),
            FileBrokenException => Details(http, "file-broken", StatusCodes.Status500InternalServerError),
            StoreBusyException => Details(http, "store-busy", StatusCodes.Status503ServiceUnavailable),
            NpgsqlException { IsTransient: true } => Details(http, "postgres-unreachable", StatusCodes.Status503ServiceUnavailable),
            _ => Details(http, "internal-error", StatusCodes.Status500InternalServerError),
        };
        if (details.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        await TypedResults.Problem(details).ExecuteAsync(http);

        ProblemDetails Malformed(BadHttpRequestException bad)
        {
            var malformed = Details(http, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "too-large" : "malformed", bad.StatusCode);
            if (bad.InnerException is JsonException { Path: not null } json)
            {
                malformed.Extensions["errors"] = Errors(json);
            }
            else
            {
                malformed.Detail = bad.Message;
            }

            return malformed;
        }
    }

    private static ProblemDetails Details(HttpContext http, string code, int status) =>
        Name(new ProblemDetails { Status = status }, http, code);

    private static ProblemDetails Name(ProblemDetails details, HttpContext http, string code)
    {
        var words = http.RequestServices.GetRequiredService<ServiceModule>().Words(code);
        details.Type = $"urn:liaisonstation:refusal:{code}";
        details.Title = words.Zh;
        details.Extensions["code"] = code;
        details.Extensions["words"] = words;
        return details;
    }

    // "… was missing required properties including: 'channel', 'title'." The names stand nowhere else.
    private static Dictionary<string, string[]> Errors(JsonException json)
    {
        var missing = MissingProperty().Matches(json.Message[Math.Max(0, json.Message.IndexOf("including:", StringComparison.Ordinal))..]);
        var path = json.Path!.TrimStart('$', '.');
        return json.Message.Contains("missing required properties", StringComparison.Ordinal) && missing.Count > 0
            ? missing.ToDictionary(m => path.Length == 0 ? m.Groups[1].Value : $"{path}.{m.Groups[1].Value}", _ => (string[])["required"])
            : new() { [path] = ["unknown-or-of-another-type"] };
    }

    [GeneratedRegex("'([A-Za-z]+)'")]
    private static partial Regex MissingProperty();

    // Contact.Name is contact.name in the body.
    private static string AsSent(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static int Status(RefusalKind kind) => kind switch
    {
        RefusalKind.Malformed => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.Unknown => StatusCodes.Status404NotFound,
        RefusalKind.Gone => StatusCodes.Status410Gone,
        RefusalKind.State => StatusCodes.Status409Conflict,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    private static string? Code(int? status) => status switch
    {
        StatusCodes.Status400BadRequest => "malformed",
        StatusCodes.Status401Unauthorized => "sign-in-required",
        StatusCodes.Status403Forbidden => "role-not-allowed",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status413PayloadTooLarge => "too-large",
        StatusCodes.Status415UnsupportedMediaType => "media-type-not-supported",
        _ => null,
    };
}
