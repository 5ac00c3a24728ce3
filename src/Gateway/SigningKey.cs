using System.Security.Cryptography;
using LiaisonStation.EventStore;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.Gateway;

/// <summary>An ES256 key in a PEM file that only its owner reads; whichever replica comes first makes it.</summary>
internal static class SigningKey
{
    public static ECDsaSecurityKey At(string path)
    {
        if (!File.Exists(path))
        {
            KeyFile.Create(path);
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        if (key.KeySize != 256)
        {
            throw new StartRefused(
                $"{path} 中的密钥不是 P-256 密钥。/ The key in {path} is not a P-256 key.");
        }

        var named = new ECDsaSecurityKey(key);
        named.KeyId = Base64UrlEncoder.Encode(named.ComputeJwkThumbprint());
        return named;
    }
}
