using System.Data.Common;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>One write's statements, ready to be committed alone or with others.</summary>
/// <param name="expected">The stream's version before.</param>
/// <param name="version">The stream's version after.</param>
internal sealed class PendingWrite(
    Cause cause, Guid stream, long expected, long version, NpgsqlBatchCommand? inbox, NpgsqlBatchCommand? append,
    NpgsqlBatch after, CancellationToken cancellation)
{
    public const string Append = "select mt_quick_append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)";

    // Without the township row-level security would refuse the rows.
    private const string AppendAsTownship =
        "select set_config('app.tenant',$3,true), mt_quick_append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)";

    private bool _sent;

    public static Comparison<PendingWrite> ByStream { get; } = static (a, b) =>
        string.CompareOrdinal(a.Tenant, b.Tenant) is not 0 and var order ? order : a.Stream.CompareTo(b.Stream);

    private static Comparer<PendingWrite> ByInboxKey { get; } = Comparer<PendingWrite>.Create(static (a, b) =>
    {
        var ((tenant, consumer, id), (otherTenant, otherConsumer, otherId)) = (a.Keys[1], b.Keys[1]);
        return string.CompareOrdinal(tenant, otherTenant) is not 0 and var byTenant ? byTenant
            : string.CompareOrdinal(consumer, otherConsumer) is not 0 and var byConsumer ? byConsumer
            : id.CompareTo(otherId);
    });

    public TaskCompletionSource<Answer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationToken Cancellation => cancellation;

    public long Expected => expected;

    public long Version => version;

    public bool IsCommitted { get; set; }

    /// <summary>What no two writes may hold at once: the stream, and the inbox key if there is one.</summary>
    public (string Tenant, string? Consumer, Guid Id)[] Keys { get; } = cause.Inbox is { } key
        ? [(cause.Tenant, null, stream), (cause.Tenant, key.Consumer, key.Message)]
        : [(cause.Tenant, null, stream)];

    private string Tenant => cause.Tenant;

    private Guid Stream => stream;

    private NpgsqlBatchCommand? Inbox { get; set; } = inbox;

    private NpgsqlBatchCommand? Appending { get; set; } = append;

    private NpgsqlBatchCommandCollection After => after.BatchCommands;

    public bool Holds(DbBatchCommand? command) =>
        command is NpgsqlBatchCommand c && (c == Inbox || c == Appending || After.Contains(c));

    /// <summary>Inbox keys, then streams, then read tables: one order of locks for all writers.</summary>
    /// <param name="writes">In order of their streams.</param>
    public static void Compose(IReadOnlyList<PendingWrite> writes, NpgsqlBatch batch)
    {
        string? township = null;
        foreach (var write in writes)
        {
            write.Renew();
        }

        if (writes.Count > 1)
        {
            // Whom one write has to wait for is no matter of the others'.
            batch.Add($"select set_config('lock_timeout', '500ms', true)");
        }

        foreach (var write in writes.Where(w => w.Inbox is not null).Order(ByInboxKey))
        {
            As(write);
            batch.BatchCommands.Add(write.Inbox!);
        }

        foreach (var write in writes)
        {
            if (write.Appending is { } command)
            {
                command.CommandText = township == write.Tenant ? Append : AppendAsTownship;
                township = write.Tenant;
                batch.BatchCommands.Add(command);
            }
        }

        foreach (var write in writes)
        {
            foreach (var command in write.After)
            {
                As(write);
                batch.BatchCommands.Add(command);
            }
        }

        void As(PendingWrite write)
        {
            if (township != write.Tenant)
            {
                batch.Township(write.Tenant);
                township = write.Tenant;
            }
        }
    }

    // Npgsql keeps with a command the statement it was once prepared as, and sends that one's name on any other session too.
    private void Renew()
    {
        if (_sent)
        {
            Inbox = Copy(Inbox);
            Appending = Copy(Appending);
            for (var i = 0; i < After.Count; i++)
            {
                After[i] = Copy(After[i])!;
            }
        }

        _sent = true;
    }

    private static NpgsqlBatchCommand? Copy(NpgsqlBatchCommand? command)
    {
        if (command is null)
        {
            return null;
        }

        var copy = new NpgsqlBatchCommand(command.CommandText);
        foreach (NpgsqlParameter parameter in command.Parameters)
        {
            copy.Parameters.Add(parameter.Clone());
        }

        return copy;
    }
}
