using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>Runs each step of the schema once, as the owner, in one transaction with its row in <c>ls_migrations</c>.</summary>
internal sealed class Migrator(IReadOnlyList<Migration> steps)
{
    private static readonly Assembly Here = typeof(Migrator).Assembly;

    /// <summary>What every database of streams begins with.</summary>
    public static IReadOnlyList<Migration> OfStreams { get; } =
        [Migration.Embedded(Here, "streams.sql"), Migration.Embedded(Here, "guards.sql"),
        Migration.Embedded(Here, "tree.sql"), Migration.Embedded(Here, "append.sql"), Migration.Embedded(Here, "rebuild.sql"),
        Migration.Embedded(Here, "verification.sql"), Migration.Embedded(Here, "stream-tables.sql")];

    public async Task RunAsync(NpgsqlConnection owner, CancellationToken cancellation)
    {
        await owner.Run(
            """
            alter default privileges revoke execute on functions from public;
            create table if not exists ls_migrations (
                name       varchar     not null,
                sha256     varchar     not null,
                applied_at timestamptz not null default now(),
                constraint pkey_ls_migrations primary key (name)
            );
            do $$
            begin
                execute format('grant select on ls_migrations to %I, %I',
                               current_database() || '_app', current_database() || '_reader');
            end
            $$;
            """,
            cancellation);
        var done = await DoneAsync(owner, cancellation);
        foreach (var step in steps)
        {
            if (IsDone(step, done))
            {
                continue;
            }

            await using var transaction = await owner.BeginTransactionAsync(cancellation);
            await owner.Run(step.Sql, cancellation);
            await using var record = new NpgsqlBatch(owner);
            record.Add($"insert into ls_migrations (name, sha256) values ({step.Name}, {Hash(step)})");
            await record.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }

    /// <summary>For a service that was handed no administrator: everything must have run already.</summary>
    public async Task RequireDoneAsync(NpgsqlConnection app, CancellationToken cancellation)
    {
        var done = await app.Scalar<bool>($"select to_regclass('public.ls_migrations') is not null", cancellation)
            ? await DoneAsync(app, cancellation)
            : [];
        if (steps.FirstOrDefault(s => !IsDone(s, done)) is { } missing)
        {
            throw new StoreSetupException(
                $"postgres: the schema step {missing.Name} has not run in {app.Database}. "
                + "Start the service once with the connection string of a role that may create roles.");
        }
    }

    private static bool IsDone(Migration step, Dictionary<string, string> done) =>
        done.TryGetValue(step.Name, out var hash)
        && (hash == Hash(step)
            ? true
            : throw new StoreSetupException($"postgres: the schema step {step.Name} was changed after it had run. Add a new step."));

    private static async Task<Dictionary<string, string>> DoneAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select name, sha256 from ls_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var done = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellation))
        {
            done.Add(reader.GetString(0), reader.GetString(1));
        }

        return done;
    }

    // A checkout with other line ends is the same step.
    private static string Hash(Migration step) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(step.Sql.ReplaceLineEndings("\n"))));
}
