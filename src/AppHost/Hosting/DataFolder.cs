using System.Globalization;

namespace LiaisonStation.AppHost.Hosting;

/// <summary>The folder of one running system: its lock, its secrets, its servers' data.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _held;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _held = held;
    }

    public string Path { get; }

    public string Own => System.IO.Path.Combine(Path, "apphost");

    public string Processes => System.IO.Path.Combine(Own, "processes");

    /// <summary>Takes the folder for this process, ends what a killed predecessor left, and empties it where asked to.</summary>
    public static async Task<DataFolder> TakeAsync(string path, bool fresh)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            PrivateFolder.Passable(path);
            var folder = new DataFolder(path, Lock(path));
            foreach (var part in Directory.GetDirectories(path))
            {
                await ChildProcess.EndLeftoversAsync(System.IO.Path.Combine(part, "processes"), TimeSpan.FromSeconds(8));
                if (fresh)
                {
                    PrivateFolder.Delete(part);
                }
            }

            await PrivateFolder.OwnedAsync(folder.Own, null);
            await File.WriteAllTextAsync(
                System.IO.Path.Combine(folder.Own, "pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return folder;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ServerException(
                $"{path} belongs to another user, perhaps because the system was once started as root. ({e.Message})");
        }
    }

    public string Of(string resource) => System.IO.Path.Combine(Path, resource);

    public void Dispose() => _held.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            // The kernel lets go of it when we die, however we die.
            return new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            var pid = System.IO.Path.Combine(path, "apphost", "pid");
            throw new ServerException(
                $"The system is already running in {path} (process {(File.Exists(pid) ? File.ReadAllText(pid) : "?")}). "
                + "Stop it first, or start from another clone.");
        }
    }
}
