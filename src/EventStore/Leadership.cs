using System.Data;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// The one right, over all replicas, to follow the log for a purpose: an advisory lock on a session of the reader role that the
/// server ends after 15 s of silence. It pings by itself, so that only a frozen or cut-off holder falls silent.
/// </summary>
public sealed class Leadership : IAsyncDisposable
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    private readonly NpgsqlConnection _session;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _pinging;

    private Leadership(NpgsqlConnection session)
    {
        _session = session;
        Lost = _lost.Token;
        _pinging = PingAsync();
    }

    /// <summary>Ends when the session is gone: somebody else may lead now.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Waits until the lock is won.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<Leadership> AcquireAsync(StoreDatabase database, string purpose, CancellationToken cancellation)
    {
        await database.WhenOpen(cancellation);
        var session = await database.ConnectAloneAsync(database.Reader, cancellation);
        try
        {
            await session.Run("set idle_session_timeout = '15s'", cancellation);
            while (!await session.Scalar<bool>($"select pg_try_advisory_lock(hashtextextended({purpose}, 0))", cancellation))
            {
                await Task.Delay(Retry, cancellation);
            }

            return new(session);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs statements in one transaction on the session that holds the lock, so that a leader of yesterday writes nothing.</summary>
    /// <exception cref="PostgresException">A statement failed: nothing is written.</exception>
    /// <exception cref="NpgsqlException">The session is gone; <see cref="Lost"/> has ended.</exception>
    public Task ExecuteAsync(Action<NpgsqlBatch> write, CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            await using var batch = new NpgsqlBatch(_session);
            write(batch);
            return await batch.ExecuteNonQueryAsync(cancellation);
        },
        cancellation);

    /// <summary>Runs work in one transaction of several round trips; where it answers false, nothing is written.</summary>
    internal Task<bool> TransactAsync(Func<NpgsqlConnection, Task<bool>> work, CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            await using var transaction = await _session.BeginTransactionAsync(cancellation);
            var done = await work(_session);
            await (done ? transaction.CommitAsync(cancellation) : transaction.RollbackAsync(cancellation));
            return done;
        },
        cancellation);

    /// <summary>The position stored under a name in <c>mt_event_progression</c>; 0 where there is none.</summary>
    public Task<long> PositionAsync(string name, CancellationToken cancellation) => TakeTurnAsync(
        () => _session.Scalar<long>(
            $"select coalesce((select last_seq_id from mt_event_progression where name = {name}), 0)", cancellation),
        cancellation);

    /// <summary>Adds the statement that stores a position to a batch for <see cref="ExecuteAsync"/>.</summary>
    public static void StorePosition(NpgsqlBatch batch, string name, long position) =>
        batch.Add($"select mt_mark_event_progression({name}, {position})");

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _pinging;
        await _session.DisposeAsync();
        _turn.Dispose();
        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task<T> TakeTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return _session.State == ConnectionState.Open
                ? await work()
                : throw new NpgsqlException("The session that held the lock is gone.");
        }
        finally
        {
            if (_session.State != ConnectionState.Open)
            {
                await _lost.CancelAsync();
            }

            _turn.Release();
        }
    }

    private async Task PingAsync()
    {
        using var timer = new PeriodicTimer(Ping);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                await TakeTurnAsync(() => _session.Scalar<int>($"select 1", _ended.Token), _ended.Token);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // Leadership is given up.
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            await _lost.CancelAsync();
        }
    }
}
