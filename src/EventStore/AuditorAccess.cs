using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>How a program of the auditor's own reaches a service's log, with no service running.</summary>
public static class AuditorAccess
{
    /// <summary>
    /// Handed a role that may create roles, it signs in as <c>&lt;database&gt;_auditor</c>, whose password follows from the handed one as
    /// the services' do. On a server that has no such role, such as one that a dump was restored on, it works as what was handed.
    /// </summary>
    /// <param name="handed">Names the database; without, it is <paramref name="service"/>.</param>
    /// <exception cref="StoreSetupException">The role does not see every township's events.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<(NpgsqlDataSource Log, string Role)> OpenAsync(
        string handed, string service, CancellationToken cancellation)
    {
        var given = new NpgsqlConnectionStringBuilder(handed);
        given.Database = string.IsNullOrEmpty(given.Database) || given.Database == "postgres" ? service : given.Database;
        var auditor = new StoreRoles(given.Database).Auditor;
        var mayDerive = given.Username != auditor && given.Password is not null && await HasAuditorAsync(given, auditor, cancellation);
        var to = mayDerive
            ? new(given.ConnectionString) { Username = auditor, Password = StoreRoles.Password(given.Password!, auditor) }
            : given;
        to.MaxAutoPrepare = 20;
        to.AutoPrepareMinUsages = 2;
        to.IncludeErrorDetail = false;
        to.ApplicationName = "auditor";

        // Whatever the role may do, this program only reads.
        to.Options = $"{to.Options} -c default_transaction_read_only=on".Trim();
        var log = NpgsqlDataSource.Create(to.ConnectionString);
        try
        {
            await using var session = await log.OpenConnectionAsync(cancellation);
            var seesAll = await session.Scalar<bool>(
                $"select session_user = {auditor} or rolsuper or rolbypassrls from pg_roles where rolname = session_user", cancellation);
            return seesAll
                ? (log, await session.Scalar<string>($"select session_user::text", cancellation))
                : throw new StoreSetupException($"postgres: {to.Username} does not see every township's events; {auditor} does.");
        }
        catch
        {
            await log.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> HasAuditorAsync(NpgsqlConnectionStringBuilder given, string auditor, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(given.ConnectionString) { Pooling = false, Timeout = 5 }.ConnectionString);
        await connection.OpenAsync(cancellation);
        return await connection.Scalar<bool>(
            $"""
            select (select rolsuper or rolcreaterole from pg_roles where rolname = current_user)
               and exists (select from pg_roles where rolname = {auditor} and rolcanlogin)
            """,
            cancellation);
    }
}
