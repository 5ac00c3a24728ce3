using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.Gateway;

/// <summary>The inner token of the caller whose outer one was good.</summary>
internal sealed record InnerToken(string Value);

/// <summary>Takes a provider's token at the door and goes on with an inner one; the outer one ends here.</summary>
internal static class SignIn
{
    public const string Scheme = "outer";

    public static void AddSignIn(this IServiceCollection services, Door door)
    {
        services.AddAuthorization();
        services.AddAuthentication(Scheme).AddJwtBearer(Scheme, bearer =>
        {
            bearer.MapInboundClaims = false;
            bearer.SaveToken = false;
            bearer.IncludeErrorDetails = false;
            bearer.TokenValidationParameters = door.Provider is { } provider
                ? new TokenValidationParameters
                {
                    ValidAudience = provider.Audience,
                    NameClaimType = provider.LoginClaim,
                    // A shared secret or no signature at all is never a provider's token.
                    ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
                    ClockSkew = TimeSpan.FromMinutes(1),
                }
                : new TokenValidationParameters
                {
                    ValidIssuer = DevTokens.Issuer,
                    ValidAudience = DevTokens.Audience,
                    NameClaimType = "preferred_username",
                    ValidAlgorithms = ["ES256"],
                    IssuerSigningKey = SigningKey.At(DevTokens.KeyPath(door)),
                    ClockSkew = TimeSpan.Zero,
                };
            if (door.Provider is { } outside)
            {
                bearer.Authority = outside.Authority;
                bearer.RequireHttpsMetadata = !Uri.TryCreate(outside.Authority, UriKind.Absolute, out var at) || !at.IsLoopback;
                bearer.BackchannelTimeout = TimeSpan.FromSeconds(5);
            }

            bearer.Events = new JwtBearerEvents
            {
                OnChallenge = async challenge =>
                {
                    challenge.HandleResponse();
                    if (challenge.AuthenticateFailure is not null && await IsAway(challenge))
                    {
                        await challenge.HttpContext.Problem(503, "provider-unreachable").ExecuteAsync(challenge.HttpContext);
                        return;
                    }

                    challenge.Response.Headers.WWWAuthenticate = "Bearer";
                    await challenge.HttpContext.Problem(401, "sign-in-required").ExecuteAsync(challenge.HttpContext);
                },
                OnForbidden = forbidden => forbidden.HttpContext.Problem(403, "role-not-allowed").ExecuteAsync(forbidden.HttpContext),
            };
        });
    }

    /// <summary>A token that cannot be checked is another thing than a bad one: its holder need not sign in again.</summary>
    private static async Task<bool> IsAway(JwtBearerChallengeContext challenge)
    {
        try
        {
            if (challenge.Options.ConfigurationManager is { } provider)
            {
                await provider.GetConfigurationAsync(challenge.HttpContext.RequestAborted);
            }

            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Puts the caller's inner token at hand for the routes behind it.</summary>
    public static async ValueTask<object?> Exchanged(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        var door = http.RequestServices.GetRequiredService<Door>();
        var login = http.User.FindFirstValue(door.Provider?.LoginClaim ?? "preferred_username");
        var inner = login is null
            ? null
            : await http.RequestServices.GetRequiredService<Exchange>().For(login, http.RequestAborted);
        if (inner is null)
        {
            return http.Problem(403, "person-unknown");
        }

        http.Features.Set(inner);
        return await next(call);
    }

    public static string Inner(this HttpContext http) => http.Features.Get<InnerToken>()!.Value;
}

/// <summary>
/// Inner tokens by login. A fresh one spares Intake the question; when Intake cannot be asked, the last answer serves to
/// the end of its token's life, so that the other three services stay open.
/// </summary>
internal sealed partial class Exchange(Registry registry, InnerTokens tokens, TimeProvider time, ILogger<Exchange> log) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 50_000 });

    /// <summary>Null: no such person, or one no longer active.</summary>
    public async Task<InnerToken?> For(string login, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var last = _known.Get<Known>(login);
        if (last is not null && now < last.FreshUntil && now < last.EndsAt)
        {
            return last.Token;
        }

        try
        {
            if (await registry.SignIn(login, cancel) is not { } person)
            {
                _known.Remove(login);
                return null;
            }

            return Keep(login, new Known(new InnerToken(tokens.For(person)), now + Fresh, now + InnerTokens.Life));
        }
        catch (ServiceUnreachable unreachable) when (last is not null && now < last.EndsAt)
        {
            Log.UsesLastAnswer(log, unreachable.Service);
            return Keep(login, last with { FreshUntil = now + AskAgain });
        }
    }

    private InnerToken Keep(string login, Known entry)
    {
        _known.Set(login, entry, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = InnerTokens.Life });
        return entry.Token;
    }

    public void Dispose() => _known.Dispose();

    private sealed record Known(InnerToken Token, DateTimeOffset FreshUntil, DateTimeOffset EndsAt);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The registry cannot be asked ({Service}); the last answer serves to the end of its token.")]
        public static partial void UsesLastAnswer(ILogger log, string service);
    }
}
