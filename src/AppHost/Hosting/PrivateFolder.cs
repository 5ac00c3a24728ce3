using System.Security.Cryptography;
using System.Text;

namespace LiaisonStation.AppHost.Hosting;

/// <summary>Folders and files of a private server, and whose they are.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode PassThrough = OwnerFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Everybody may pass through it, nobody else may list it.</summary>
    public static string Passable(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, PassThrough);
        return path;
    }

    public static async Task<string> OwnedAsync(string path, string? user)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, OwnerFolder);
        }

        await GiveAsync(path, user);
        return path;
    }

    public static void Write(string path, string text)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        file.Write(Encoding.UTF8.GetBytes(text));
    }

    public static async Task WriteAsync(string path, string text, string? user)
    {
        File.Delete(path);
        Write(path, text);
        await GiveAsync(path, user);
    }

    /// <summary>The secret kept in this file; made on first use, readable by us alone.</summary>
    public static string Secret(string path)
    {
        if (!File.Exists(path))
        {
            Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        }

        return File.ReadAllText(path);
    }

    /// <summary>
    /// The folder itself where the server's user can reach it. Root's clone may lie below a home that is closed to that
    /// user: then a folder below /var/lib named after this one's path, with a link to it in this one.
    /// </summary>
    public static async Task<string> ReachableAsync(string folder, string? user)
    {
        Passable(folder);
        var link = Path.Combine(folder, "elsewhere");
        if (user is null || await ReachesAsync(folder, user))
        {
            return folder;
        }

        if (new DirectoryInfo(link) is { Exists: true, LinkTarget: { } old } && IsOurs(old, folder))
        {
            return old;
        }

        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        var tried = new List<string> { folder };
        foreach (var parent in new[] { "/var/lib/liaisonstation", "/var/tmp/liaisonstation" })
        {
            var elsewhere = Path.Combine(parent, key);
            tried.Add(elsewhere);
            try
            {
                Passable(parent);
                Passable(elsewhere);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (await ReachesAsync(elsewhere, user))
            {
                Write(Path.Combine(elsewhere, "owner"), folder);
                File.Delete(link);
                Directory.CreateSymbolicLink(link, elsewhere);
                return elsewhere;
            }
        }

        throw new ServerException(
            $"The user {user}, as whom the server must run, can reach none of {string.Join(", ", tried)}. "
            + "Move the clone to a folder that other users may pass through, for example below /srv.");
    }

    /// <summary>Deletes the folder and, where its data lies elsewhere, that too.</summary>
    public static void Delete(string folder)
    {
        var link = new DirectoryInfo(Path.Combine(folder, "elsewhere"));
        if (link is { Exists: true, LinkTarget: { } target } && IsOurs(target, folder))
        {
            Directory.Delete(target, recursive: true);
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A clone that was copied brings the link along, and its data must not become two clones' data. One that was moved
    // keeps it.
    private static bool IsOurs(string elsewhere, string folder)
    {
        var file = Path.Combine(elsewhere, "owner");
        if (!File.Exists(file))
        {
            return false;
        }

        var owner = File.ReadAllText(file);
        if (owner != folder && !Directory.Exists(owner))
        {
            Write(file, folder);
            return true;
        }

        return owner == folder;
    }

    private static async Task<bool> ReachesAsync(string folder, string user)
    {
        try
        {
            await Programs.RunAsync(Programs.As(user)[0], [.. Programs.As(user)[1..], "test", "-x", folder]);
            return true;
        }
        catch (ServerException)
        {
            return false;
        }
    }

    private static async Task GiveAsync(string path, string? user)
    {
        if (user is not null)
        {
            await Programs.RunAsync(Programs.Find("chown")!, ["-R", $"{user}:", path]);
        }
    }
}
