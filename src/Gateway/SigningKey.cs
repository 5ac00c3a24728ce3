using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.Gateway;

/// <summary>An ES256 key in a PEM file that only its owner reads; whichever replica comes first makes it.</summary>
internal static class SigningKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static ECDsaSecurityKey At(string path)
    {
        if (!File.Exists(path))
        {
            Create(path);
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

    private static void Create(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.CreateVersion7():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(draft, options))
        using (var text = new StreamWriter(file))
        {
            text.Write(key.ExportPkcs8PrivateKeyPem());
        }

        // Never over a key that another replica has put there meanwhile; File.Move looks first and moves then, which two can.
        _ = Link(draft, path);
        File.Delete(draft);
    }

#pragma warning disable CA2101 // Each string says itself that it is UTF-8.
    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string added);
#pragma warning restore CA2101
}
