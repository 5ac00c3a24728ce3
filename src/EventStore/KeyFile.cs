using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LiaisonStation.EventStore;

/// <summary>A key in a file that only its owner reads; whichever replica comes first makes it.</summary>
public static class KeyFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a P-256 key in PEM where there is none; one that is there stays.</summary>
    public static void Create(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Create(path, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes the file where there is none; one that is there stays.</summary>
    /// <param name="content">ASCII.</param>
    public static void Create(string path, string content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(Encoding.ASCII.GetBytes(content));
            file.Flush(flushToDisk: true);
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
