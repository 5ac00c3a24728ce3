using System.Runtime.InteropServices;
using LiaisonStation.EventStore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// The files of all townships, in the folder that <c>Files__Folder</c> names: by township, then by the hash of their content, sealed
/// (<see cref="SealedFile"/>). The service that makes keys writes and deletes them; any other only reads.
/// </summary>
public sealed partial class FileStore(ServiceModule module, IConfiguration configuration, ILogger<FileStore> log) : IHostedService, IHealthCheck
{
    private static readonly Guid Owners = new("5d2c0f0a-7f0e-5b60-9d0b-0c6a3f1f7a11");

    private readonly string? _folder = configuration["Files:Folder"];

    private string Folder => _folder is not null && Directory.Exists(_folder) ? _folder : throw new FilesUnavailableException(Problem());

    private string Drafts => Path.Combine(Folder, ".drafts");

    /// <summary>To whom in the vault the key belongs that opens a content in a township; its stream of events, where it has one, too.</summary>
    public static Guid Owner(string township, string sha256) => Uuid.Derive(Owners, $"{township}/{sha256}");

    /// <exception cref="FilesUnavailableException"/>
    public FileDraft Begin()
    {
        try
        {
            var path = Path.Combine(Directory.CreateDirectory(Drafts).FullName, Guid.NewGuid().ToString("N"));

            // Held until it is done, so that nobody takes it for one that was left behind.
            return new FileDraft(this, new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.Asynchronous));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FilesUnavailableException(e.Message, e);
        }
    }

    /// <exception cref="FilesUnavailableException"/>
    public bool Exists(string township, string sha256) => PathOf(township, sha256) is { } path && File.Exists(path);

    /// <summary>Gone when this returns, if it was there.</summary>
    /// <exception cref="FilesUnavailableException"/>
    public void Delete(string township, string sha256)
    {
        try
        {
            if (Exists(township, sha256))
            {
                File.Delete(PathOf(township, sha256)!);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FilesUnavailableException(e.Message, e);
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Problem() is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy());

    /// <summary>Makes the folder where there is none, and clears away what a service that was killed left unfinished.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (module.MakesKeys && _folder is not null)
            {
                Directory.CreateDirectory(_folder);
                foreach (var draft in Directory.GetFiles(Directory.CreateDirectory(Drafts).FullName))
                {
                    ClearAway(draft);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotCleared(e);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Null: there is none.</summary>
    /// <exception cref="FileBrokenException"/>
    /// <exception cref="FilesUnavailableException"/>
    internal SealedFile? Open(string township, string sha256, KeyRing keys)
    {
        try
        {
            return Exists(township, sha256) ? SealedFile.Open(PathOf(township, sha256)!, Owner(township, sha256), sha256, keys) : null;
        }
        catch (FileNotFoundException)
        {
            // Erased since it was looked for.
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FilesUnavailableException(e.Message, e);
        }
    }

    internal void Place(string draft, string township, string sha256)
    {
        var path = PathOf(township, sha256) ?? throw new ArgumentException($"{township}/{sha256} names no file.", nameof(sha256));
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(draft, path, overwrite: true);

        // A name is on the disk when its folder is.
        foreach (var named in (string[])[folder.FullName, folder.Parent!.FullName, Folder])
        {
            Sync(named);
        }
    }

    private static bool IsHash(string? sha256) => sha256 is { Length: 64 } && sha256.All(char.IsAsciiHexDigitLower);

    private static void Sync(string folder)
    {
        const int ReadOnly = 0;
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var opened = OpenFile(folder, ReadOnly);
        try
        {
            if (opened < 0 || SyncFile(opened) != 0)
            {
                throw new IOException($"{folder} is not on the disk: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = CloseFile(opened);
        }
    }

    private string? PathOf(string township, string sha256) =>
        IsHash(sha256) && township.All(char.IsAsciiDigit) ? Path.Combine(Folder, township, sha256[..2], sha256) : null;

    private void ClearAway(string draft)
    {
        try
        {
            // Whoever writes it still holds it.
            new FileStream(draft, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose).Dispose();
            ClearedAway(draft);
        }
        catch (IOException e)
        {
            NotCleared(e);
        }
    }

    private string? Problem()
    {
        if (_folder is null || !Directory.Exists(_folder))
        {
            return _folder is null ? "files: Files__Folder is not set." : $"files: there is no folder {_folder}.";
        }

        try
        {
            if (module.MakesKeys)
            {
                var probe = Path.Combine(Directory.CreateDirectory(Drafts).FullName, Guid.NewGuid().ToString("N"));
                new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose).Dispose();
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"files: {e.Message}";
        }
    }

#pragma warning disable CA2101 // Each string says itself that it is UTF-8.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
#pragma warning restore CA2101

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFile(int file);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseFile(int file);

    [LoggerMessage(LogLevel.Information, "Cleared away {Draft}, which was never finished.")]
    private partial void ClearedAway(string draft);

    [LoggerMessage(LogLevel.Warning, "Unfinished files are not cleared away.")]
    private partial void NotCleared(Exception e);
}

/// <summary>The folder of files cannot be written or read now. Nothing half-written is left.</summary>
public sealed class FilesUnavailableException(string? message, Exception? inner = null) : Exception(message, inner);

/// <summary>What lies there is not the file that it should be.</summary>
public sealed class FileBrokenException(string sha256, string how, Exception? inner = null) : Exception($"The file {sha256} is broken: {how}.", inner);
