using System.Data.Common;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>The two ways a service reaches its database: as the app role under row-level security, and as the reader of the log.</summary>
/// <remarks>
/// Handed the connection string of a role that may create roles, it makes or upgrades database, roles and schema, and leaves that
/// connection. Handed any other, this must be the app role, with a connection string of its own for the reader, and the schema in place.
/// </remarks>
public sealed class StoreDatabase : IAsyncDisposable
{
    private const long SchemaLock = 0x4C53_5343_4845_4D41;

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _database;
    private readonly Migrator _migrator;
    private readonly StoreAccess _access;
    private readonly string? _handed;
    private readonly string? _handedReader;
    private volatile Pools? _pools;

    /// <param name="connection">Names the database and any role that fits; null is reported when opening.</param>
    /// <param name="reader">For the reader role; used only where <paramref name="connection"/> is the app role's.</param>
    public StoreDatabase(StoreModule module, string? connection, string? reader = null)
        : this(module.Database, new Migrator([.. Migrator.OfStreams, .. module.Migrations]), connection, StoreAccess.App | StoreAccess.Reader) =>
        _handedReader = reader;

    /// <summary>A database that holds no streams, as one role alone: tables of its own, with the same four roles and the same rules.</summary>
    /// <param name="connection">Names the database, and an administrator or that role.</param>
    public StoreDatabase(string database, IReadOnlyList<Migration> migrations, string? connection, StoreAccess access)
        : this(database, new Migrator(migrations), connection, access)
    {
    }

    private StoreDatabase(string database, Migrator migrator, string? connection, StoreAccess access) =>
        (_database, _migrator, _handed, _access) = (database, migrator, connection, access);

    /// <summary>Why it is not open, for a health check; null once it is open or before the first attempt.</summary>
    public string? Problem { get; private set; }

    public bool IsOpen => _pools is not null;

    /// <exception cref="NpgsqlException">The store is not open yet.</exception>
    public NpgsqlDataSource App => Open.App!;

    /// <summary>
    /// The app role's few sessions that all appends go through. A pool hands its sessions out in turn, and of many each would be a
    /// process of the server that has been idle for long.
    /// </summary>
    internal NpgsqlDataSource Writer => Open.Writer!;

    /// <exception cref="NpgsqlException">The store is not open yet.</exception>
    public NpgsqlDataSource Reader => Open.Reader!;

    private Pools Open => _pools ?? throw new NpgsqlException(Problem ?? "postgres: the store is not open yet.");

    /// <summary>Completes when schema and roles are in place.</summary>
    public Task WhenOpen(CancellationToken cancellation) => _opened.Task.WaitAsync(cancellation);

    /// <summary>Makes what is missing and connects; may be called again after a failure.</summary>
    /// <exception cref="StoreSetupException">What was handed over cannot be worked with.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        try
        {
            var connections = await ConnectionsAsync(cancellation);
            var fresh = new Pools(connections.App?.ConnectionString, connections.Reader?.ConnectionString);
            try
            {
                await fresh.RequireFitAsync(cancellation);
            }
            catch
            {
                await fresh.DisposeAsync();
                throw;
            }

            _pools = fresh;
            Problem = null;
            _opened.TrySetResult();
        }
        catch (Exception e) when (e is StoreSetupException or NpgsqlException or TimeoutException)
        {
            Problem = Describe(e);
            throw;
        }
    }

    /// <summary>What of the sessions it works with breaks the rule that no service is superuser, owner or beyond row-level security.</summary>
    /// <returns>Null when all is well, else a reason that names postgres.</returns>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        try
        {
            await Open.RequireFitAsync(cancellation);
            return null;
        }
        catch (Exception e) when (e is StoreSetupException or NpgsqlException or TimeoutException)
        {
            return Describe(e);
        }
    }

    /// <summary>A session of its own, outside the pool, for locks and notifications.</summary>
    internal async Task<NpgsqlConnection> ConnectAloneAsync(NpgsqlDataSource role, CancellationToken cancellation)
    {
        var alone = new NpgsqlConnectionStringBuilder(Open.ConnectionString(role))
        {
            Pooling = false,
            KeepAlive = 10,
        };
        return await ConnectAsync(alone, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pools is { } open)
        {
            await open.DisposeAsync();
        }
    }

    private static string Describe(Exception e) =>
        e.Message.StartsWith("postgres", StringComparison.Ordinal) ? e.Message : $"postgres: {e.Message}";

    private async Task<(NpgsqlConnectionStringBuilder? App, NpgsqlConnectionStringBuilder? Reader)> ConnectionsAsync(
        CancellationToken cancellation)
    {
        var given = new NpgsqlConnectionStringBuilder(
            _handed ?? throw new StoreSetupException($"postgres: ConnectionStrings__{_database} is not set."));
        var database = given.Database is { Length: > 0 } named ? named : _database;
        var roles = new StoreRoles(database);
        var alone = new NpgsqlConnectionStringBuilder(_handed) { Database = database, Pooling = false, Timeout = 5, CommandTimeout = 300 };

        await using var connection = await ConnectOrCreateAsync(alone, cancellation);
        if (await connection.Scalar<bool>(
            $"select rolsuper or rolcreaterole from pg_roles where rolname = current_user", cancellation))
        {
            var password = given.Password is { Length: > 0 } p
                ? p
                : throw new StoreSetupException(
                    $"postgres: ConnectionStrings__{_database} names an administrator without a password; "
                    + "the roles' passwords are derived from it.");
            await InstallAsync(connection, roles, password, _migrator, cancellation);
            return (Role(StoreAccess.App, given, database, roles.App, StoreRoles.Password(password, roles.App)),
                Role(StoreAccess.Reader, given, database, roles.Reader, StoreRoles.Password(password, roles.Reader)));
        }

        var user = await connection.Scalar<string>($"select session_user::text", cancellation);
        var wanted = _access.HasFlag(StoreAccess.App) ? roles.App : roles.Reader;
        if (user != wanted)
        {
            throw new StoreSetupException(
                $"postgres: the role {user} may not create roles and is not {wanted}. Hand over one or the other.");
        }

        await _migrator.RequireDoneAsync(connection, cancellation);
        var reader = _access != (StoreAccess.App | StoreAccess.Reader) ? given : new NpgsqlConnectionStringBuilder(
            _handedReader ?? throw new StoreSetupException(
                $"postgres: ConnectionStrings__{_database}-reader, for the role {roles.Reader}, is not set."));
        return (Role(StoreAccess.App, given, database, given.Username, given.Password),
            Role(StoreAccess.Reader, reader, database, reader.Username, reader.Password));
    }

    private NpgsqlConnectionStringBuilder? Role(
        StoreAccess role, NpgsqlConnectionStringBuilder given, string database, string? user, string? password) =>
        _access.HasFlag(role) ? As(given, database, user, password, role == StoreAccess.App ? 16 : 6) : null;

    private static async Task InstallAsync(
        NpgsqlConnection connection, StoreRoles roles, string password, Migrator migrator, CancellationToken cancellation)
    {
        // Several replicas may start at once; the lock goes with the session.
        await connection.Run($"select pg_advisory_lock({SchemaLock})", cancellation);

        await roles.InstallAsync(connection, password, cancellation);
        await roles.BecomeOwnerAsync(connection, cancellation);
        await migrator.RunAsync(connection, cancellation);
    }

    private static async Task<NpgsqlConnection> ConnectOrCreateAsync(
        NpgsqlConnectionStringBuilder to, CancellationToken cancellation)
    {
        try
        {
            return await ConnectAsync(to, cancellation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await using var maintenance = await ConnectAsync(
                new NpgsqlConnectionStringBuilder(to.ConnectionString) { Database = "postgres" }, cancellation);
            try
            {
                await maintenance.Run(
                    $"create database {StoreRoles.Quote(to.Database!)} template template0 encoding 'UTF8'", cancellation);
            }
            catch (PostgresException other) when (
                other.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // Another replica was faster.
            }

            return await ConnectAsync(to, cancellation);
        }
    }

    private static async Task<NpgsqlConnection> ConnectAsync(NpgsqlConnectionStringBuilder to, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(to.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // The pool's reset would cost a round trip and the prepared plans; nothing here leaves session state behind.
    private static NpgsqlConnectionStringBuilder As(
        NpgsqlConnectionStringBuilder given, string database, string? user, string? password, int sessions) =>
        new(given.ConnectionString)
        {
            Database = database,
            Username = user,
            Password = password,
            Pooling = true,
            NoResetOnClose = true,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            MaxPoolSize = ((DbConnectionStringBuilder)given).ShouldSerialize("Maximum Pool Size") ? given.MaxPoolSize : sessions,
            Timeout = 5,
            CommandTimeout = 15,

            // Says which of the writes in a transaction is at fault.
            IncludeFailedBatchedCommand = true,

            // A refused row's values could be somebody's words, on their way into a log.
            IncludeErrorDetail = false,
            ApplicationName = given.ApplicationName ?? user,
        };

    private sealed class Pools(string? app, string? reader) : IAsyncDisposable
    {
        public NpgsqlDataSource? App { get; } = app is null ? null : NpgsqlDataSource.Create(app);

        public NpgsqlDataSource? Writer { get; } = app is null || reader is null ? null : NpgsqlDataSource.Create(app);

        public NpgsqlDataSource? Reader { get; } = reader is null ? null : NpgsqlDataSource.Create(reader);

        private IEnumerable<NpgsqlDataSource> All => new[] { App, Writer, Reader }.OfType<NpgsqlDataSource>();

        // A data source does not give its password back.
        public string ConnectionString(NpgsqlDataSource role) => (role == App ? app : reader)!;

        public async Task RequireFitAsync(CancellationToken cancellation)
        {
            foreach (var source in All)
            {
                await RequireFitAsync(source, cancellation);
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var source in All)
            {
                await source.DisposeAsync();
            }
        }

        private static async Task RequireFitAsync(NpgsqlDataSource source, CancellationToken cancellation)
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            var unfit = await connection.Scalar<string>(
                $"""
                select coalesce(
                    (select format('%s is superuser', rolname) from pg_roles
                      where rolname in (session_user, current_user) and rolsuper limit 1),
                    (select format('%s bypasses row-level security', rolname) from pg_roles
                      where rolname in (session_user, current_user) and rolbypassrls limit 1),
                    (select format('%s owns the table %s', session_user, relname) from pg_class
                      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                        and (pg_has_role(session_user, relowner, 'member') or pg_has_role(current_user, relowner, 'member'))
                      order by relname limit 1),
                    '')
                """,
                cancellation);
            if (unfit.Length > 0)
            {
                throw new StoreSetupException($"postgres: refusing to work, {unfit}.");
            }
        }
    }
}

/// <summary>The roles of a database that a service works as.</summary>
[Flags]
public enum StoreAccess
{
    /// <summary>Reads and writes as one township at a time.</summary>
    App = 1,

    /// <summary>Reads.</summary>
    Reader = 2,
}
