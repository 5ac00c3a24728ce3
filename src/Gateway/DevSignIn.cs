using System.Net;
using System.Text.Json;
using LiaisonStation.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.Gateway;

/// <summary>
/// Tokens for demonstration people. Their issuer, audience and key are other than the inner tokens', so that a service
/// takes none of them.
/// </summary>
internal sealed class DevTokens(Door door, TimeProvider time)
{
    public const string Issuer = "liaisonstation-dev";
    public const string Audience = "liaisonstation-dev-door";
    public static readonly TimeSpan Life = TimeSpan.FromHours(8);

    private readonly SigningCredentials _credentials = new(SigningKey.At(KeyPath(door)), SecurityAlgorithms.EcdsaSha256);

    public static string KeyPath(Door door) => Path.ChangeExtension(door.KeyPath, "dev.pem");

    public string For(string login)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Claims = new Dictionary<string, object> { ["sub"] = login, ["preferred_username"] = login },
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Life,
            SigningCredentials = _credentials,
        });
    }
}

/// <summary>Sign-in without a provider: in Development, on loopback, and never silently.</summary>
internal static partial class DevSignIn
{
    private sealed record DemonstrationSignIn(string? Person);

    public static void MapDevSignIn(this WebApplication app, Door door)
    {
        if (!door.SignsInDemonstrationPeople)
        {
            return;
        }

        Log.NoProvider(app.Logger);
        var tokens = new DevTokens(door, app.Services.GetRequiredService<TimeProvider>());
        var dev = app.MapGroup("/dev").AllowAnonymous().WithTags("dev").AddEndpointFilter(FromThisMachine);
        dev.MapPost("/token", (HttpContext http, Registry registry) => Token(http, registry, tokens))
            .WithName("devToken").WithSummary("演示登录：为登记人员签发令牌 / Demonstration sign-in: a token for a person of the registry")
            .Accepts<DemonstrationSignIn>("application/json");
        dev.MapGet("/people", People)
            .WithName("devPeople").WithSummary("可演示登录的人员及其角色 / The people who can be signed in, with their roles");
    }

    private static async Task<IResult> Token(HttpContext http, Registry registry, DevTokens tokens)
    {
        // A form from another page can post text but not JSON without being asked first; there is no CORS here to say yes.
        if (!http.Request.HasJsonContentType())
        {
            return http.Problem(415, "media-type-not-supported");
        }

        string? login;
        try
        {
            login = (await http.Request.ReadFromJsonAsync<DemonstrationSignIn>(Gateway.Json, http.RequestAborted))?.Person;
        }
        catch (JsonException)
        {
            login = null;
        }

        if (string.IsNullOrWhiteSpace(login))
        {
            return http.Problem(400, "malformed", errors: new() { ["person"] = ["登录名必填 / the login is needed"] });
        }

        return await registry.SignIn(login, http.RequestAborted) is null
            ? http.Problem(404, "person-not-in-registry")
            : TypedResults.Ok(new Dictionary<string, object>
            {
                ["access_token"] = tokens.For(login),
                ["token_type"] = "Bearer",
                ["expires_in"] = (int)DevTokens.Life.TotalSeconds,
            });
    }

    private static async Task<IResult> People(HttpContext http, Registry registry, string? township, string? role)
    {
        Role? wanted = null;
        if (role is not null)
        {
            if (!Enum.TryParse<Role>(role, ignoreCase: true, out var parsed) || int.TryParse(role, out _))
            {
                return http.Problem(400, "malformed", errors: new() { ["role"] = ["没有这个角色 / no such role"] });
            }

            wanted = parsed;
        }

        var people = await registry.People(wanted, http.RequestAborted);
        return TypedResults.Ok(people
            .Where(person => township is null || person.Tenant == township)
            .Select(person => new { person.Login, person.Name, person.Roles, township = person.Tenant }));
    }

    /// <summary>
    /// A page elsewhere must not sign anybody in: neither by a name that resolves to this machine, nor from another
    /// origin, nor through a proxy that has brought a stranger's call here.
    /// </summary>
    private static async ValueTask<object?> FromThisMachine(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        return IsFromThisMachine(http) ? await next(call) : http.Problem(403, "this-machine-only");
    }

    private static bool IsFromThisMachine(HttpContext http)
    {
        var headers = http.Request.Headers;
        var origin = headers.Origin.ToString();
        return Door.IsLoopbackHost(http.Request.Host.Host)
            && http.Connection.LocalIpAddress is { } here && IPAddress.IsLoopback(here)
            && http.Connection.RemoteIpAddress is { } there && IPAddress.IsLoopback(there)
            && !headers.ContainsKey("Forwarded") && !headers.ContainsKey("Via")
            && !headers.Keys.Any(name => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase))
            && headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
            && (origin is "" || origin.Equals($"{http.Request.Scheme}://{http.Request.Host}", StringComparison.OrdinalIgnoreCase));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message =
            "！！！未配置身份提供方：网关自行签发演示令牌，任何能访问本机的人都可以冒用任何登记人员。仅供开发演示，切勿用于正式环境。"
            + " / !!! NO IDENTITY PROVIDER: the Gateway itself signs in demonstration people (POST /dev/token); whoever reaches"
            + " this machine can act as anybody. For development only, never with real people's matters.")]
        public static partial void NoProvider(ILogger log);
    }
}
