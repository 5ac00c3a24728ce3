using System.Globalization;
using Npgsql;

namespace LiaisonStation.AppHost.Hosting;

/// <summary>
/// A PostgreSQL of our own on 127.0.0.1, run from the locally installed programs, with all its files in one folder.
/// It keeps its port and password over restarts. Started as root it runs as the user postgres.
/// </summary>
/// <remarks>One owner at a time per folder: starting ends what an earlier owner of the folder left running.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Superuser = "postgres";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly Action<string>? _log;
    private readonly string? _user = Programs.IsRoot ? "postgres" : null;
    private bool _deleteAtEnd;
    private bool _hasRun;
    private ChildProcess? _process;

    /// <param name="folder">Any path: blanks, Chinese characters and a closed home above it work.</param>
    /// <param name="settings">Server settings on top of ours, as in postgresql.conf.</param>
    /// <param name="log">Receives the server's log lines.</param>
    public PostgresServer(
        string folder, IReadOnlyDictionary<string, string>? settings = null, Action<string>? log = null)
    {
        _folder = PrivateFolder.Passable(Path.GetFullPath(folder));
        _settings = settings ?? new Dictionary<string, string>();
        _log = log;
        Password = PrivateFolder.Secret(Path.Combine(_folder, "password"));
        Port = LoopbackPort.Kept(Path.Combine(_folder, "port"));
    }

    public int Port { get; private set; }

    public string Password { get; }

    /// <summary>As the superuser, to the database postgres.</summary>
    public string ConnectionString => ConnectionStringFor("postgres");

    public int? ProcessId => _process is { HasExited: false } ? _process.Id : null;

    /// <summary>A script that runs psql against this server.</summary>
    public string QueryScript => Path.Combine(_folder, "psql");

    /// <summary>Completes when the server that runs now ends, however it ends.</summary>
    public Task<int> Exited => _process?.Exited ?? throw new InvalidOperationException("PostgreSQL was not started.");

    /// <summary>A started server in a new folder below the temporary folder, which disposing deletes.</summary>
    public static async Task<PostgresServer> StartTemporaryAsync(
        IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancel = default)
    {
        var server = new PostgresServer(
            Directory.CreateTempSubdirectory("liaisonstation-postgres-").FullName, settings)
        { _deleteAtEnd = true };
        await server.StartAsync(cancel);
        return server;
    }

    public string ConnectionStringFor(string database) => string.Create(CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={Port};Username={Superuser};Password={Password};Database={database}");

    /// <summary>Returns when the server takes connections. Makes the data folder where there is none.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        if (ProcessId is not null)
        {
            return;
        }

        var records = Path.Combine(_folder, "processes");
        await ChildProcess.EndLeftoversAsync(records, StopGrace);
        if (_user is not null && !Programs.UserExists(_user))
        {
            throw new MissingProgramException("The user postgres, as whom root runs PostgreSQL,", "postgresql");
        }

        var place = await PrivateFolder.ReachableAsync(_folder, _user);
        var data = Path.Combine(place, "data");
        var programs = ProgramFolder(data);
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            await InitialiseAsync(programs, place, data, records, cancel);
        }

        var deadline = DateTime.UtcNow + StartLimit;
        while (true)
        {
            var start = Describe(programs, place, data, records);
            var child = await ChildProcess.StartAsync(start);
            _process = child;
            if (await TakesConnectionsAsync(child, data, deadline, cancel))
            {
                _hasRun = true;
                await WritePsqlAsync(programs);
                return;
            }

            await child.Exited.WaitAsync(TimeSpan.FromSeconds(5), cancel).ContinueWith(_ => { }, CancellationToken.None);
            var output = child.LastOutput;
            if (DateTime.UtcNow > deadline)
            {
                await child.KillAsync();
                throw new ServerException($"PostgreSQL took no connections within {StartLimit.TotalMinutes} minutes.\n{output}");
            }

            if (!_hasRun && !LoopbackPort.IsFree(Port))
            {
                Port = LoopbackPort.Free();
                await File.WriteAllTextAsync(
                    Path.Combine(_folder, "port"), Port.ToString(CultureInfo.InvariantCulture), cancel);
            }
            else if (!output.Contains("is still in use", StringComparison.Ordinal)
                && !output.Contains("already exists", StringComparison.Ordinal))
            {
                throw new ServerException($"PostgreSQL ended while starting.\n{output}");
            }

            // Else the processes of a server that was killed still hold its memory; they are about to notice.
            await Task.Delay(200, cancel);
        }
    }

    /// <summary>A fast shutdown: open transactions are rolled back, everything is written, nothing is to be recovered.</summary>
    public Task StopAsync(TimeSpan? grace = null) => _process?.StopAsync(grace ?? StopGrace) ?? Task.CompletedTask;

    /// <summary>An immediate shutdown: the next start recovers from the write-ahead log.</summary>
    public Task StopImmediateAsync() => _process?.StopAsync(StopGrace, Signal.Quit) ?? Task.CompletedTask;

    /// <summary>SIGKILL to the server, as if the machine had run out of memory.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    public void Send(Signal signal) => _process?.Send(signal);

    /// <summary>Makes the database where there is none.</summary>
    public Task CreateDatabaseAsync(string database, CancellationToken cancel = default) =>
        CreateDatabaseAsync(ConnectionString, database, cancel);

    internal static async Task CreateDatabaseAsync(string server, string database, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server) { Pooling = false, Timeout = 5 }.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection)
        {
            Parameters = { new() { Value = database } },
        };
        if (await find.ExecuteScalarAsync(cancel) is null)
        {
            // No parameter can stand for a name here; doubling the quote is how SQL writes one inside a name.
            var name = new NpgsqlCommandBuilder().QuoteIdentifier(database);
            await using var create = new NpgsqlCommand(
                $"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'", connection);
            await create.ExecuteNonQueryAsync(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        if (_deleteAtEnd)
        {
            PrivateFolder.Delete(_folder);
        }
    }

    // The version that made the data, else the newest.
    private static string ProgramFolder(string data)
    {
        const string installed = "/usr/lib/postgresql";
        var versions = Directory.Exists(installed)
            ? Directory.GetDirectories(installed)
                .Where(v => File.Exists(Path.Combine(v, "bin", "initdb")) && File.Exists(Path.Combine(v, "bin", "postgres")))
                .OrderByDescending(v => double.TryParse(Path.GetFileName(v), CultureInfo.InvariantCulture, out var n) ? n : 0)
                .ToArray()
            : [];
        var versionFile = Path.Combine(data, "PG_VERSION");
        if (versions.Length > 0 && File.Exists(versionFile))
        {
            var version = File.ReadAllText(versionFile).Trim();
            var match = versions.FirstOrDefault(v => Path.GetFileName(v) == version);
            return match is not null
                ? Path.Combine(match, "bin")
                : throw new MissingProgramException(
                    $"PostgreSQL {version}, which made the data in {data},", $"postgresql-{version}");
        }

        return versions.Length > 0
            ? Path.Combine(versions[0], "bin")
            : Path.GetDirectoryName(Programs.Find("initdb")) ?? throw new MissingProgramException("PostgreSQL", "postgresql");
    }

    private async Task InitialiseAsync(
        string programs, string place, string data, string records, CancellationToken cancel)
    {
        // Made beside and renamed, so that an initialisation that was interrupted is never taken for a server's data.
        var fresh = Path.Combine(place, "data-being-made");
        var passwordFile = Path.Combine(place, "password-being-set");
        if (Directory.Exists(fresh))
        {
            Directory.Delete(fresh, recursive: true);
        }

        await PrivateFolder.OwnedAsync(fresh, _user);
        await PrivateFolder.WriteAsync(passwordFile, Password, _user);
        using var initdb = await ChildProcess.StartAsync(new ChildStart("initdb", Path.Combine(programs, "initdb"),
        [
            "-D", fresh, "-U", Superuser, "--auth=scram-sha-256", $"--pwfile={passwordFile}", "--encoding=UTF8",
            "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C", "--no-instructions",
        ])
        { WorkingDirectory = place, User = _user, RecordFolder = records });
        try
        {
            if (await initdb.Exited.WaitAsync(StartLimit, cancel) != 0)
            {
                throw new ServerException($"PostgreSQL could not make its data folder.\n{initdb.LastOutput}");
            }
        }
        finally
        {
            await initdb.KillAsync();
            File.Delete(passwordFile);
        }

        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        Directory.Move(fresh, data);
    }

    private ChildStart Describe(string programs, string place, string data, string records)
    {
        var all = new Dictionary<string, string>
        {
            ["port"] = Port.ToString(CultureInfo.InvariantCulture),
            ["listen_addresses"] = "127.0.0.1",
            // A socket's path is limited to 107 bytes, and nothing here needs one.
            ["unix_socket_directories"] = "",
            ["max_connections"] = "300",
            ["shared_buffers"] = "256MB",
            ["max_wal_size"] = "2GB",
            ["fsync"] = "on",
            ["synchronous_commit"] = "on",
            ["full_page_writes"] = "on",
            ["password_encryption"] = "scram-sha-256",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            // Statements and the details of errors can hold what people wrote; a log must not.
            ["log_min_messages"] = "warning",
            ["log_min_error_statement"] = "panic",
            ["log_error_verbosity"] = "terse",
        };
        foreach (var (name, value) in _settings)
        {
            all[name] = value;
        }

        return new ChildStart(
            "postgres", Path.Combine(programs, "postgres"), ["-D", data, .. all.SelectMany(s => new[] { "-c", $"{s.Key}={s.Value}" })])
        {
            WorkingDirectory = place,
            User = _user,
            StopSignal = Signal.Interrupt,
            RecordFolder = records,
            Log = _log,
        };
    }

    private async Task<bool> TakesConnectionsAsync(
        ChildProcess child, string data, DateTime deadline, CancellationToken cancel)
    {
        var status = Path.Combine(data, "postmaster.pid");
        while (!child.HasExited && DateTime.UtcNow < deadline)
        {
            cancel.ThrowIfCancellationRequested();
            var lines = await ReadLinesAsync(status, cancel);
            if (lines.Length >= 8
                && lines[0] == child.Id.ToString(CultureInfo.InvariantCulture)
                && lines[7].Trim() == "ready")
            {
                try
                {
                    await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=5");
                    await connection.OpenAsync(cancel);
                    return true;
                }
                catch (NpgsqlException)
                {
                    // It ended in this very moment, or clients that were waiting for it took every connection.
                }
            }

            await Task.Delay(20, cancel);
        }

        return false;
    }

    private static async Task<string[]> ReadLinesAsync(string file, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllLinesAsync(file, cancel);
        }
        catch (IOException)
        {
            return [];
        }
    }

    // So that a person can look: .data/postgres/psql intake
    private async Task WritePsqlAsync(string programs)
    {
        await File.WriteAllTextAsync(QueryScript, string.Create(CultureInfo.InvariantCulture, $"""
            #!/bin/sh
            # psql as the superuser of the PostgreSQL in this folder: psql [database]
            PGPASSWORD="$(cat "$(dirname "$(readlink -f "$0")")/password")" PGHOST=127.0.0.1 PGPORT={Port} PGUSER={Superuser}
            export PGPASSWORD PGHOST PGPORT PGUSER
            [ $# -gt 0 ] || set -- postgres
            exec {programs}/psql "$@"

            """));
        File.SetUnixFileMode(QueryScript, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
