using System.Globalization;
using System.Text.RegularExpressions;

namespace LiaisonStation.AppHost.Hosting;

/// <summary>
/// A RabbitMQ node of our own on 127.0.0.1, run from the locally installed programs, with its own port mapper and all
/// its files in one folder. It keeps its ports, user and password over restarts. Started as root it runs as the user
/// rabbitmq.
/// </summary>
/// <remarks>One owner at a time per folder: starting ends what an earlier owner of the folder left running.</remarks>
public sealed partial class RabbitMqServer : IAsyncDisposable
{
    private const string NodeName = "liaisonstation@localhost";
    private const string Username = "liaisonstation";
    private const string LoopbackOnly = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false";

    // The server's shell scripts and its disk monitor trip over blanks and Chinese characters, and its user may not be
    // allowed through the folders above. This path always leads to the folder it was started in.
    private const string Here = "/proc/self/cwd";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(6);

    private readonly string _folder;
    private readonly Action<string>? _log;
    private readonly string? _user = Programs.IsRoot ? "rabbitmq" : null;
    private bool _deleteAtEnd;
    private bool _hasRun;
    private ChildProcess? _process;
    private ChildProcess? _portMapper;
    private int _portMapperPort;
    private int _nodePort;

    /// <param name="folder">Any path: blanks, Chinese characters and a closed home above it work.</param>
    /// <param name="log">Receives the node's error lines; its whole log is in the folder.</param>
    public RabbitMqServer(string folder, Action<string>? log = null)
    {
        _folder = PrivateFolder.Passable(Path.GetFullPath(folder));
        _log = log;
        Password = PrivateFolder.Secret(Path.Combine(_folder, "password"));
        Port = LoopbackPort.Kept(Path.Combine(_folder, "port"));
        _portMapperPort = LoopbackPort.Kept(Path.Combine(_folder, "port-epmd"));
        _nodePort = LoopbackPort.Kept(Path.Combine(_folder, "port-node"));
    }

    public int Port { get; private set; }

    public string Password { get; }

    /// <summary>amqp://user:password@127.0.0.1:port</summary>
    public string Uri => string.Create(CultureInfo.InvariantCulture, $"amqp://{Username}:{Password}@127.0.0.1:{Port}");

    public int? ProcessId => _process is { HasExited: false } ? _process.Id : null;

    /// <summary>Completes when the node that runs now ends, however it ends.</summary>
    public Task<int> Exited => _process?.Exited ?? throw new InvalidOperationException("RabbitMQ was not started.");

    /// <summary>A script that runs rabbitmqctl against this node.</summary>
    public string ControlScript => Path.Combine(_folder, "rabbitmqctl");

    // The node's own: it stands in this folder while it runs and must be allowed to list it.
    private string NodeFolder => Path.Combine(_folder, "node");

    private string MnesiaFolder => Path.Combine(NodeFolder, "mnesia");

    /// <summary>A started node in a new folder below the temporary folder, which disposing deletes.</summary>
    public static async Task<RabbitMqServer> StartTemporaryAsync(CancellationToken cancel = default)
    {
        var server = new RabbitMqServer(Directory.CreateTempSubdirectory("liaisonstation-rabbitmq-").FullName)
        {
            _deleteAtEnd = true,
        };
        await server.StartAsync(cancel);
        return server;
    }

    /// <summary>Returns when the node takes connections.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        if (ProcessId is not null)
        {
            return;
        }

        var records = Path.Combine(_folder, "processes");
        await ChildProcess.EndLeftoversAsync(records, StopGrace);
        _portMapper = null;
        if (_user is not null && !Programs.UserExists(_user))
        {
            throw new MissingProgramException("The user rabbitmq, as whom root runs RabbitMQ,", "rabbitmq-server");
        }

        var scripts = ScriptFolder();
        var mapper = Programs.Find("epmd") ?? throw new MissingProgramException("epmd", "erlang-base");
        if (!_hasRun)
        {
            MoveFromTakenPorts();
        }

        await LayOutAsync(scripts);
        _portMapper = await ChildProcess.StartAsync(new ChildStart(
            "epmd", mapper, ["-address", "127.0.0.1", "-port", _portMapperPort.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = NodeFolder,
            User = _user,
            RecordFolder = records,
        });
        _process = await ChildProcess.StartAsync(new ChildStart("rabbitmq", Path.Combine(scripts, "rabbitmq-server"), [])
        {
            WorkingDirectory = NodeFolder,
            User = _user,
            RecordFolder = records,
            Log = LogError,
            Environment = NodeEnvironment(Here),
        });

        var deadline = DateTime.UtcNow + StartLimit;
        while (!await LoopbackPort.AnswersAsync(Port, cancel))
        {
            if (_process.HasExited || DateTime.UtcNow > deadline)
            {
                var output = _process.LastOutput;
                await KillAsync();
                throw new ServerException($"RabbitMQ did not start; its log is in {NodeFolder}/log.\n{output}");
            }

            await Task.Delay(50, cancel);
        }

        _hasRun = true;
    }

    /// <summary>The node closes its queues and ends, then its port mapper.</summary>
    public async Task StopAsync(TimeSpan? grace = null)
    {
        await (_process?.StopAsync(grace ?? StopGrace) ?? Task.CompletedTask);
        await (_portMapper?.StopAsync(TimeSpan.FromSeconds(1)) ?? Task.CompletedTask);
    }

    /// <summary>SIGKILL to the node and its port mapper.</summary>
    public async Task KillAsync()
    {
        await (_process?.KillAsync() ?? Task.CompletedTask);
        await (_portMapper?.KillAsync() ?? Task.CompletedTask);
    }

    public void Send(Signal signal) => _process?.Send(signal);

    /// <summary>What a broker that lost its disk has left: nothing. The node must not run.</summary>
    public void DeleteData()
    {
        if (ProcessId is not null)
        {
            throw new InvalidOperationException("RabbitMQ is running.");
        }

        Directory.Delete(MnesiaFolder, recursive: true);
    }

    /// <summary>Runs rabbitmqctl against this node and returns what it printed.</summary>
    public Task<string> ControlAsync(params string[] arguments) => Programs.RunAsync("/bin/sh", [ControlScript, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _portMapper?.Dispose();
        if (_deleteAtEnd)
        {
            PrivateFolder.Delete(_folder);
        }
    }

    // Debian's /usr/sbin/rabbitmq-server is a wrapper that wants the system's folders.
    private static string ScriptFolder() =>
        new[] { "/usr/lib/rabbitmq/bin", Path.GetDirectoryName(Programs.Find("rabbitmq-server")) }
            .FirstOrDefault(f => f is not null && File.Exists(Path.Combine(f, "rabbitmq-server")))
        ?? throw new MissingProgramException("RabbitMQ", "rabbitmq-server");

    private void MoveFromTakenPorts()
    {
        int Free(int port, string file)
        {
            if (LoopbackPort.IsFree(port))
            {
                return port;
            }

            File.Delete(Path.Combine(_folder, file));
            return LoopbackPort.Kept(Path.Combine(_folder, file));
        }

        Port = Free(Port, "port");
        _portMapperPort = Free(_portMapperPort, "port-epmd");
        _nodePort = Free(_nodePort, "port-node");
    }

    // Its banner and what it says before its own log is open are of no use here.
    private void LogError(string line)
    {
        if (line.Contains("[error]", StringComparison.Ordinal) || line.Contains("[critical]", StringComparison.Ordinal))
        {
            _log?.Invoke(ColourCode().Replace(line, ""));
        }
    }

    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex ColourCode();

    private Dictionary<string, string> NodeEnvironment(string at) => new()
    {
        ["HOME"] = $"{at}/home",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = _portMapperPort.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_NODENAME"] = NodeName,
        ["RABBITMQ_CONF_ENV_FILE"] = $"{at}/conf/rabbitmq-env.conf",
        ["RABBITMQ_CONFIG_FILE"] = $"{at}/conf/rabbitmq.conf",
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = $"{at}/conf/advanced.config",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = $"{at}/conf/enabled_plugins",
        ["RABBITMQ_MNESIA_BASE"] = $"{at}/mnesia",
        ["RABBITMQ_MNESIA_DIR"] = $"{at}/mnesia/node",
        ["RABBITMQ_LOG_BASE"] = $"{at}/log",
        ["RABBITMQ_DIST_PORT"] = _nodePort.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = LoopbackOnly,
        ["RABBITMQ_CTL_ERL_ARGS"] = LoopbackOnly,
        // The script then becomes the node instead of standing above it: one process to watch and to signal.
        ["detached"] = "true",
    };

    private async Task LayOutAsync(string scripts)
    {
        foreach (var part in new[] { NodeFolder, MnesiaFolder, Path.Combine(NodeFolder, "log") })
        {
            await PrivateFolder.OwnedAsync(part, _user);
        }

        var conf = await PrivateFolder.OwnedAsync(Path.Combine(NodeFolder, "conf"), null);
        await File.WriteAllTextAsync(Path.Combine(conf, "rabbitmq-env.conf"), "");
        await File.WriteAllTextAsync(Path.Combine(conf, "enabled_plugins"), "[].\n");
        PrivateFolder.Write(Path.Combine(conf, "rabbitmq.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            listeners.tcp.default = 127.0.0.1:{Port}
            default_user = {Username}
            default_pass = {Password}
            loopback_users.{Username} = true
            raft.wal_max_size_bytes = 67108864
            log.console = true
            log.console.level = error
            log.file = rabbitmq.log
            log.file.level = info
            log.file.rotation.size = 10485760
            log.file.rotation.count = 3

            """));
        await PrivateFolder.OwnedAsync(conf, _user);

        var home = await PrivateFolder.OwnedAsync(Path.Combine(NodeFolder, "home"), null);
        PrivateFolder.Secret(Path.Combine(home, ".erlang.cookie"));
        await PrivateFolder.OwnedAsync(home, _user);

        var settings = NodeEnvironment("$PWD").Where(e => e.Key is not "detached" and not "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS");
        await File.WriteAllTextAsync(ControlScript, $"""
            #!/bin/sh
            # rabbitmqctl against the node in this folder: rabbitmqctl list_queues name type messages
            cd "$(dirname "$(readlink -f "$0")")/node"
            LANG=C.UTF-8; export LANG
            {string.Join('\n', settings.Select(s => $"{s.Key}=\"{s.Value}\"; export {s.Key}"))}
            exec {scripts}/rabbitmqctl "$@"

            """);
        File.SetUnixFileMode(ControlScript, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
