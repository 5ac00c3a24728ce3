using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// Lets concurrent writers of one process share transactions. A lone writer goes straight to the database; while the sessions are
/// busy, writes wait here, and a session that becomes free takes what waits and commits it at once.
/// </summary>
/// <remarks>
/// All writers, of all replicas, lock in one order: inbox keys, then streams, then read tables in the order of the streams. A group
/// holds one write of a stream and of an inbox key, so the others that it meets there are committed, and a race with them is lost for
/// good. A group that fails is rolled back whole and goes on without the write at fault.
/// </remarks>
internal sealed class GroupCommit(StoreDatabase database)
{
    internal const int MostWaiting = 1000;
    private const int Sessions = 2;
    private const int MostTogether = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly List<PendingWrite> _waiting = [];
    private readonly HashSet<(string, string?, Guid)> _held = [];
    private int _busy;

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>True once it is committed; false when another was faster, and nothing is written.</summary>
    /// <exception cref="StoreBusyException">Too many wait, or it waited too long.</exception>
    public async Task<bool> CommitAsync(PendingWrite write, CancellationToken cancellation)
    {
        if (!Enter(write))
        {
            try
            {
                var answer = await write.Answer.Task.WaitAsync(Patience, cancellation);
                return answer == Answer.Alone ? await CommitAloneAsync(write, cancellation) : answer == Answer.Committed;
            }
            catch (TimeoutException e)
            {
                throw new StoreBusyException(e);
            }
            finally
            {
                Leave(write);
            }
        }

        try
        {
            return write.IsCommitted = await CommitAloneAsync(write, cancellation);
        }
        finally
        {
            if (Next([write]) is { Count: > 0 } next)
            {
                // Not in this writer's name: neither its trace nor its patience is theirs.
                using (ExecutionContext.SuppressFlow())
                {
                    _ = Task.Run(() => ServeAsync(next), CancellationToken.None);
                }
            }
        }
    }

    /// <summary>True when a session is free for it; else it waits for an answer.</summary>
    private bool Enter(PendingWrite write)
    {
        lock (_gate)
        {
            if (_busy < Sessions && !write.Keys.Any(_held.Contains))
            {
                _busy++;
                _held.UnionWith(write.Keys);
                return true;
            }

            if (_waiting.Count >= MostWaiting)
            {
                throw new StoreBusyException(new TimeoutException());
            }

            _waiting.Add(write);
            return false;
        }
    }

    private void Leave(PendingWrite write)
    {
        if (!write.Answer.Task.IsCompletedSuccessfully)
        {
            lock (_gate)
            {
                _waiting.Remove(write);
            }
        }
    }

    /// <summary>Ends a group and takes the next, in order of their streams; with none, the session is free.</summary>
    private List<PendingWrite> Next(IReadOnlyList<PendingWrite> done)
    {
        lock (_gate)
        {
            var group = new List<PendingWrite>();
            var taken = new Dictionary<(string, string?, Guid), long>();
            foreach (var write in done)
            {
                _held.ExceptWith(write.Keys);
                foreach (var key in write.IsCommitted && _waiting.Count > 0 ? write.Keys : [])
                {
                    taken[key] = key.Consumer is null ? write.Version : long.MaxValue;
                }
            }

            _waiting.RemoveAll(write =>
            {
                if (write.Keys.Any(key => taken.TryGetValue(key, out var version) && version > write.Expected))
                {
                    write.Answer.SetResult(Answer.Lost);
                    return true;
                }

                if (group.Count == MostTogether || write.Keys.Any(_held.Contains))
                {
                    return false;
                }

                _held.UnionWith(write.Keys);
                group.Add(write);
                return true;
            });
            _busy -= group.Count == 0 ? 1 : 0;
            group.Sort(PendingWrite.ByStream);
            return group;
        }
    }

    private async Task ServeAsync(List<PendingWrite> group)
    {
        for (; group.Count > 0; group = Next(group))
        {
            await CommitTogetherAsync([.. group]);
        }
    }

    private async Task CommitTogetherAsync(List<PendingWrite> group)
    {
        for (var again = true; group.Count > 0;)
        {
            try
            {
                await SendAsync(group, group is [var alone] ? alone.Cancellation : CancellationToken.None);
                group.ForEach(w => w.IsCommitted = true);
                group.ForEach(w => w.Answer.SetResult(Answer.Committed));
                return;
            }
            catch (PostgresException e) when (e.InvariantSeverity == "ERROR" && group.Count > 1)
            {
                // The server has rolled all of it back.
                var fault = group.Find(w => w.Holds(e.BatchCommand));
                fault?.Answer.SetResult(IsSettled(e) ? Answer.Lost : Answer.Alone);
                group.Remove(fault!);
                if (fault is null || !again)
                {
                    group.ForEach(w => w.Answer.SetResult(Answer.Alone));
                    return;
                }

                again = false;
            }
            catch (PostgresException e) when (IsLostRace(e))
            {
                group[0].Answer.SetResult(Answer.Lost);
                return;
            }
#pragma warning disable CA1031 // Every writer gets it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                group.ForEach(w => w.Answer.SetException(e));
                return;
            }
        }
    }

    private async Task<bool> CommitAloneAsync(PendingWrite write, CancellationToken cancellation)
    {
        try
        {
            await SendAsync([write], cancellation);
            return true;
        }
        catch (PostgresException e) when (IsLostRace(e))
        {
            return false;
        }
    }

    private async Task SendAsync(IReadOnlyList<PendingWrite> writes, CancellationToken cancellation)
    {
        await using var connection = await database.Writer.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        PendingWrite.Compose(writes, batch);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static bool IsLostRace(PostgresException e) => e.SqlState == PostgresErrorCodes.DeadlockDetected || IsSettled(e);

    private static bool IsSettled(PostgresException e) => e.SqlState == "MT003" || StreamStore.IsInboxConflict(e);
}

internal enum Answer
{
    Committed,
    Lost,

    /// <summary>It may hinder others: the writer is to try it in a transaction of its own.</summary>
    Alone,
}

#pragma warning disable CA1032 // Always says the same.
/// <summary>More is being written than the database takes: try again later. Whether it has been written is not known.</summary>
public sealed class StoreBusyException(TimeoutException cause) : NpgsqlException("postgres: too many writes are waiting.", cause);
#pragma warning restore CA1032
