using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>The four roles of one database, named after it.</summary>
internal sealed class StoreRoles(string database)
{
    private static readonly NpgsqlCommandBuilder Names = new();

    public string Owner => $"{database}_owner";

    public string App => $"{database}_app";

    public string Reader => $"{database}_reader";

    public string Auditor => $"{database}_auditor";

    /// <summary>The same password on every replica, stored nowhere: derived from the one that was handed over.</summary>
    public static string Password(string handed, string role) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(handed), Encoding.UTF8.GetBytes(role)));

    public async Task InstallAsync(NpgsqlConnection administrator, string handed, CancellationToken cancellation)
    {
        if (Encoding.UTF8.GetByteCount(Auditor) > 63)
        {
            throw new StoreSetupException($"The database name {database} is too long: its roles' names exceed 63 bytes.");
        }

        var superuser = await administrator.Scalar<bool>(
            $"select rolsuper from pg_roles where rolname = current_user", cancellation);
        foreach (var (role, login) in new[] { (Owner, false), (App, true), (Reader, true), (Auditor, true) })
        {
            var name = Quote(role);
            if (!await administrator.Scalar<bool>($"select exists (select from pg_roles where rolname = {role})", cancellation))
            {
                await administrator.Run($"create role {name}", cancellation);
            }

            // Only a superuser may speak of the attributes that only a superuser could have given.
            await administrator.Run(
                $"alter role {name} nocreatedb nocreaterole inherit "
                + (superuser ? "nosuperuser nobypassrls noreplication " : "")
                + (login ? $"login password '{ScramVerifier(Password(handed, role))}'" : "nologin"),
                cancellation);
        }

        if (!superuser)
        {
            await administrator.Run($"grant {Quote(Owner)} to current_user", cancellation);
        }

        var place = Quote(database);
        var others = $"{Quote(App)}, {Quote(Reader)}, {Quote(Auditor)}";
        await administrator.Run(
            $"""
            revoke all on database {place} from public;
            grant connect on database {place} to {others};
            grant create on database {place} to {Quote(Owner)};
            grant temporary on database {place} to {Quote(App)};
            revoke all on schema public from public;
            grant usage, create on schema public to {Quote(Owner)};
            grant usage on schema public to {others};
            alter role {Quote(App)} in database {place} set idle_in_transaction_session_timeout = '10s';
            alter role {Quote(App)} in database {place} set statement_timeout = '30s';
            alter role {Quote(Reader)} in database {place} set idle_in_transaction_session_timeout = '10s';
            alter role {Quote(Auditor)} in database {place} set default_transaction_read_only = on;
            """,
            cancellation);
    }

    /// <summary>Runs what follows as the owner, until the session ends or the transaction is rolled back.</summary>
    public Task BecomeOwnerAsync(NpgsqlConnection administrator, CancellationToken cancellation) =>
        administrator.Run($"set role {Quote(Owner)}", cancellation);

    public static string Quote(string name) => Names.QuoteIdentifier(name);

    // Sent instead of the password, so that it cannot end up in a server log.
    private static string ScramVerifier(string password)
    {
        const int iterations = 4096;
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
