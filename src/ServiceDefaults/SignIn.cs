using System.Security.Claims;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// Checks the Gateway's inner token and settles the role of the act. Deny by default: a route that names no roles and is
/// not open to everyone answers 403.
/// </summary>
public static class SignIn
{
    public const string Issuer = "urn:liaisonstation:gateway";
    public const string Audience = "liaisonstation";

    /// <summary>Names the role of the act where the caller holds several that fit.</summary>
    public const string ActingRole = "Acting-Role";

    /// <summary>Lets these roles through and no other.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder route, params Role[] roles)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RequiredRoles(roles));

    /// <summary>Lets every signed-in person through; what they see is their township's.</summary>
    public static TBuilder RequireAnyRole<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.RequireRole(Enum.GetValues<Role>());

    /// <summary>The caller of a route that names its roles.</summary>
    public static Caller Caller(this HttpContext http) => http.Features.Get<Caller>()!;

    internal static void AddSignIn(this WebApplicationBuilder builder) => builder.Services
        .AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
        .AddJwtBearer(o =>
        {
            o.Authority = builder.Configuration["services:gateway:http:0"];
            o.RequireHttpsMetadata = false;
            o.MapInboundClaims = false;
            o.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = Issuer,
                ValidAudience = Audience,
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ClockSkew = TimeSpan.FromSeconds(30),
            };
        });

    internal static void UseSignIn(this WebApplication app) => app.Use(async (http, next) =>
    {
        // What is no route is the router's own answer: wrong method, wrong content type.
        if (http.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            await next(http);
            return;
        }

        var (caller, refusal) = Settle(http, endpoint.Metadata.GetMetadata<RequiredRoles>());
        if (refusal is not null)
        {
            await http.Problem(refusal).ExecuteAsync(http);
            return;
        }

        http.Features.Set(caller);
        await next(http);
    });

    private static (Caller? Caller, Refusal? Refusal) Settle(HttpContext http, RequiredRoles? required)
    {
        if (http.User.Identity is not { IsAuthenticated: true } || Read(http.User) is not { } caller)
        {
            return (null, new Refusal(RefusalKind.Unauthenticated, "sign-in-required"));
        }

        var fitting = caller.Roles.Intersect(required?.Roles ?? []).ToArray();
        if (http.Request.Headers[ActingRole].ToString() is { Length: > 0 } name)
        {
            fitting = Enum.TryParse<Role>(name, ignoreCase: false, out var acting) ? [.. fitting.Where(r => r == acting)] : [];
        }

        // Reading is the same in every role; only an act must name the one it is done in.
        return fitting switch
        {
            [] => (null, Refuse.Forbidden("role-not-allowed")),
            [var role] => (caller with { Role = role }, null),
            _ when HttpMethods.IsGet(http.Request.Method) => (caller with { Role = fitting[0] }, null),
            _ => (null, new Refusal(RefusalKind.Malformed, "acting-role-required")),
        };
    }

    private static Caller? Read(ClaimsPrincipal user)
    {
        if (!Guid.TryParse(user.FindFirstValue("sub"), out var person) || user.FindFirstValue("tenant") is not { Length: 9 } tenant)
        {
            return null;
        }

        Role[] roles = [.. user.FindAll("roles").Select(c => Enum.TryParse<Role>(c.Value, out var r) ? r : (Role?)null).OfType<Role>()];
        Guid[] groups = [.. user.FindAll("groups").Select(c => Guid.Parse(c.Value))];
        return new Caller(person, tenant, default, roles, Guid.TryParse(user.FindFirstValue("unit"), out var unit) ? unit : null, groups);
    }

    private sealed record RequiredRoles(IReadOnlyList<Role> Roles);
}
