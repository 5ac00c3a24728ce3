using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LiaisonStation.AppHost.Hosting;

public enum Signal
{
    HangUp = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>What to run, as whom, and how it is asked to end.</summary>
public sealed record ChildStart(string Name, string FileName, IReadOnlyList<string> Arguments)
{
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The whole environment where <see cref="InheritEnvironment"/> is off, else what is added to ours.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public bool InheritEnvironment { get; init; }

    /// <summary>A user to drop to; only root can.</summary>
    public string? User { get; init; }

    public Signal StopSignal { get; init; } = Signal.Terminate;

    /// <summary>Where the process is recorded while it runs, so that a later start can end what a killed one left.</summary>
    public required string RecordFolder { get; init; }

    public Action<string>? Log { get; init; }
}

/// <summary>
/// A process of ours in a session of its own (a Ctrl-C at the terminal reaches only us), which the kernel asks to end
/// when we die, and which is recorded with its start time in case even that fails.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private const int LinesKept = 40;

    // The parent-death signal fires when the *thread* that forked ends, and pool threads do end.
    private static readonly BlockingCollection<Action> Forks = StartForkingThread();

    private readonly Process _process;
    private readonly ChildStart _start;
    private readonly string _record;
    private readonly ConcurrentQueue<string> _lastLines = new();
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, ChildStart start)
    {
        _process = process;
        _start = start;
        Id = process.Id;
        _record = Path.Combine(start.RecordFolder, Id.ToString(CultureInfo.InvariantCulture));
    }

    public int Id { get; }

    /// <summary>Completes with the exit code (128 + n after signal n).</summary>
    public Task<int> Exited => _exited.Task;

    public bool HasExited => _exited.Task.IsCompleted;

    public string LastOutput => string.Join('\n', _lastLines);

    public static async Task<ChildProcess> StartAsync(ChildStart start)
    {
        Directory.CreateDirectory(start.RecordFolder);
        var process = new Process { StartInfo = Describe(start), EnableRaisingEvents = true };
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Forks.Add(() =>
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        await started.Task;

        var child = new ChildProcess(process, start);
        child.Record();
        process.Exited += (_, _) => child.OnExit();
        if (process.HasExited)
        {
            child.OnExit();
        }

        process.StandardInput.Close();
        _ = child.PumpAsync(process.StandardOutput);
        _ = child.PumpAsync(process.StandardError);
        return child;
    }

    public void Send(Signal signal)
    {
        if (!HasExited)
        {
            _ = LinuxProcess.Kill(Id, (int)signal);
        }
    }

    /// <summary>Asks, waits, and past the grace kills. Returns whether asking was enough.</summary>
    public async Task<bool> StopAsync(TimeSpan grace, Signal? signal = null)
    {
        Send(signal ?? _start.StopSignal);
        try
        {
            await Exited.WaitAsync(grace);
            return true;
        }
        catch (TimeoutException)
        {
            await KillAsync();
            return false;
        }
    }

    /// <summary>SIGKILL, and returns once the process and everything it had started is gone.</summary>
    public async Task KillAsync()
    {
        var family = HasExited ? [] : LinuxProcess.Descendants(Id);
        Send(Signal.Kill);
        await Exited;
        await LinuxProcess.GoneAsync(family, TimeSpan.FromSeconds(5));
    }

    public void Dispose()
    {
        Send(Signal.Kill);
        _process.Dispose();
    }

    /// <summary>Ends exactly the processes that a killed predecessor had recorded in this folder.</summary>
    public static async Task EndLeftoversAsync(string recordFolder, TimeSpan grace)
    {
        if (!Directory.Exists(recordFolder))
        {
            return;
        }

        await Task.WhenAll(Directory.GetFiles(recordFolder).Select(async file =>
        {
            var parts = (await File.ReadAllTextAsync(file)).Split(' ', 4);
            if (parts.Length >= 3
                && int.TryParse(Path.GetFileName(file), CultureInfo.InvariantCulture, out var id)
                && parts[0] == LinuxProcess.BootId
                && LinuxProcess.StartTime(id)?.ToString(CultureInfo.InvariantCulture) == parts[1])
            {
                var family = LinuxProcess.Descendants(id);
                _ = LinuxProcess.Kill(id, (int)Enum.Parse<Signal>(parts[2]));
                _ = LinuxProcess.Kill(id, (int)Signal.Continue);
                await LinuxProcess.GoneAsync([(id, ulong.Parse(parts[1], CultureInfo.InvariantCulture)), .. family], grace);
            }

            File.Delete(file);
        }));
    }

    private static ProcessStartInfo Describe(ChildStart start)
    {
        var words = new List<string>();
        if (Programs.Find("setsid") is { } setsid)
        {
            words.Add(setsid);
        }

        if (Programs.Find("setpriv") is { } setpriv)
        {
            words.Add(setpriv);
            words.Add("--pdeathsig=" + start.StopSignal switch
            {
                Signal.Interrupt => "INT",
                Signal.Quit => "QUIT",
                Signal.Kill => "KILL",
                _ => "TERM",
            });
            if (start.User is { } user)
            {
                words.AddRange([$"--reuid={user}", $"--regid={user}", "--init-groups"]);
            }

            words.Add("--");
        }
        else if (start.User is not null)
        {
            throw new MissingProgramException("setpriv", "util-linux");
        }

        words.Add(start.FileName);
        words.AddRange(start.Arguments);

        var description = new ProcessStartInfo(words[0], words.Skip(1))
        {
            WorkingDirectory = start.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (!start.InheritEnvironment)
        {
            description.Environment.Clear();
            description.Environment["PATH"] = Programs.Path;
            description.Environment["LANG"] = "C.UTF-8";
        }

        foreach (var (name, value) in start.Environment)
        {
            description.Environment[name] = value;
        }

        return description;
    }

    private void Record()
    {
        if (LinuxProcess.StartTime(Id) is { } time)
        {
            File.WriteAllText(_record, string.Create(
                CultureInfo.InvariantCulture, $"{LinuxProcess.BootId} {time} {_start.StopSignal} {_start.Name}"));
        }
    }

    private void OnExit()
    {
        if (_exited.TrySetResult(_process.ExitCode))
        {
            File.Delete(_record);
        }
    }

    private async Task PumpAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                _lastLines.Enqueue(line);
                while (_lastLines.Count > LinesKept && _lastLines.TryDequeue(out _))
                {
                }

                _start.Log?.Invoke(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process and its pipe are gone.
        }
    }

    private static BlockingCollection<Action> StartForkingThread()
    {
        var forks = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var fork in forks.GetConsumingEnumerable())
            {
                fork();
            }
        })
        { IsBackground = true, Name = "forks" }.Start();
        return forks;
    }
}

/// <summary>What /proc and kill(2) tell about processes.</summary>
internal static class LinuxProcess
{
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>In clock ticks since boot; null where no such process lives. With the boot id it names a process for ever.</summary>
    public static ulong? StartTime(int id) => Stat(id) is { State: not ('Z' or 'X') } stat ? stat.StartTime : null;

    public static List<(int Id, ulong StartTime)> Descendants(int ancestor)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Stat: Stat(id)))
            .Where(p => p.Stat is not null)
            .ToLookup(p => p.Stat!.Value.Parent, p => (p.Id, p.Stat!.Value.StartTime));
        var found = new List<(int Id, ulong StartTime)>();
        var next = new Queue<int>([ancestor]);
        while (next.TryDequeue(out var parent))
        {
            foreach (var child in children[parent])
            {
                found.Add(child);
                next.Enqueue(child.Id);
            }
        }

        return found;
    }

    /// <summary>Waits until these processes are gone and kills those that outstay the grace.</summary>
    public static async Task GoneAsync(IReadOnlyList<(int Id, ulong StartTime)> processes, TimeSpan grace)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(grace.TotalSeconds * Stopwatch.Frequency);
        bool Lives((int Id, ulong StartTime) p) => StartTime(p.Id) == p.StartTime;
        while (processes.Any(Lives) && Stopwatch.GetTimestamp() < deadline)
        {
            await Task.Delay(20);
        }

        foreach (var late in processes.Where(Lives))
        {
            _ = Kill(late.Id, (int)Signal.Kill);
        }

        for (var i = 0; i < 100 && processes.Any(Lives); i++)
        {
            await Task.Delay(20);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static extern int Kill(int id, int signal);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static extern uint EffectiveUser();

    private static (char State, int Parent, ulong StartTime)? Stat(int id)
    {
        try
        {
            // The name in brackets may hold blanks and brackets of its own.
            var text = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0],
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                ulong.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>The programs of this machine.</summary>
internal static class Programs
{
    public static bool IsRoot { get; } = LinuxProcess.EffectiveUser() == 0;

    /// <summary>The caller's, and where Debian keeps what only root usually calls.</summary>
    public static string Path { get; } =
        $"{System.Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static string? Find(string name) => Path.Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => System.IO.Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    public static bool UserExists(string name) =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith(name + ":", StringComparison.Ordinal));

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        string workingDirectory = "/", CancellationToken cancel = default)
    {
        var description = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            description.Environment[name] = value;
        }

        using var process = Process.Start(description)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0
            ? await output
            : throw new ServerException(
                $"{System.IO.Path.GetFileName(program)} ended with {process.ExitCode}: {await output}{await errors}".TrimEnd());
    }

    /// <summary>The words before a command that make root run it as another user.</summary>
    public static string[] As(string? user) => user is null
        ? []
        : [Find("setpriv") ?? throw new MissingProgramException("setpriv", "util-linux"),
            $"--reuid={user}", $"--regid={user}", "--init-groups", "--"];
}

/// <summary>A server or service could not be started or asked; the message says what to do.</summary>
public class ServerException(string message) : Exception(message);

public sealed class MissingProgramException(string program, string package)
    : ServerException($"{program} was not found on this machine. Install it, on Debian: apt-get install {package}");
