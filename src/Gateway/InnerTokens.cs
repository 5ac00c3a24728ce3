using System.Security.Cryptography;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.Gateway;

/// <summary>The token the services believe: ten minutes, signed here, never handed to a caller.</summary>
internal sealed class InnerTokens(Door door, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private static readonly Guid Own = Uuid.Derive(Guid.Empty, "gateway");

    private readonly ECDsaSecurityKey _key = SigningKey.At(door.KeyPath);
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public string For(Person person) => Sign(person.Id, person.Tenant, person.Roles, person.Unit, person.Groups);

    /// <summary>The Gateway's own, for the registry; it acts for the whole county.</summary>
    public string OwnToken() => Sign(Own, door.CountyTenant, [Role.System], null, []);

    private string Sign(Guid subject, string tenant, IEnumerable<Role> roles, Guid? unit, IEnumerable<Guid> groups)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            ["sub"] = subject.ToString(),
            ["tenant"] = tenant,
            ["roles"] = roles.Select(role => role.ToString()).ToArray(),
            ["groups"] = groups.Select(group => group.ToString()).ToArray(),
        };
        if (unit is { } id)
        {
            claims["unit"] = id.ToString();
        }

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = ServiceDefaults.SignIn.Issuer,
            Audience = ServiceDefaults.SignIn.Audience,
            Claims = claims,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Life,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    public object KeySet()
    {
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(PublicPart()) { KeyId = _key.KeyId });
        return new { keys = new[] { new { kty = jwk.Kty, crv = jwk.Crv, x = jwk.X, y = jwk.Y, kid = _key.KeyId, use = "sig", alg = "ES256" } } };
    }

    private ECDsa PublicPart() =>
        ECDsa.Create(_key.ECDsa.ExportParameters(includePrivateParameters: false));
}

internal static class InnerTokenRoutes
{
    public static void MapInnerTokens(this WebApplication app)
    {
        app.MapGet("/.well-known/openid-configuration", Discovery).AllowAnonymous()
            .WithTags("door").WithName("discovery").WithSummary("内部令牌的发现文档 / Discovery document of the inner tokens");
        app.MapGet("/.well-known/jwks.json", (InnerTokens tokens) => TypedResults.Ok(tokens.KeySet())).AllowAnonymous()
            .WithTags("door").WithName("keySet").WithSummary("内部令牌的公钥 / Public keys of the inner tokens");
    }

    private static JsonHttpResult<object> Discovery(HttpRequest request) => TypedResults.Json<object>(new
    {
        issuer = ServiceDefaults.SignIn.Issuer,
        jwks_uri = $"{request.Scheme}://{request.Host}/.well-known/jwks.json",
        id_token_signing_alg_values_supported = (string[])["ES256"],
        response_types_supported = (string[])["id_token"],
        subject_types_supported = (string[])["public"],
    });
}
