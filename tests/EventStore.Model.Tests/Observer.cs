using Npgsql;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>A session of the superuser in a trial's database, past the code under test.</summary>
internal sealed class Observer : IAsyncDisposable
{
    private const string Name = "observer";

    private readonly NpgsqlConnection _session;

    // A burst that is cut, and what comes after it, may look at once.
    private readonly SemaphoreSlim _turn = new(1, 1);

    private Observer(NpgsqlConnection session) => _session = session;

    public static async Task<Observer> OpenAsync(Place place)
    {
        var session = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(place.Superuser) { Pooling = false, ApplicationName = Name }.ConnectionString);
        await session.OpenAsync();
        return new(session);
    }

    public async Task RunAsync(string sql)
    {
        await _turn.WaitAsync();
        try
        {
            await _session.Run(sql.Replace("{database}", _session.Database, StringComparison.Ordinal), default);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<List<T>> RowsAsync<T>(FormattableString sql, Func<NpgsqlDataReader, T> row)
    {
        await _turn.WaitAsync();
        try
        {
            await using var batch = new NpgsqlBatch(_session);
            batch.Add(sql);
            await using var reader = await batch.ExecuteReaderAsync();
            var rows = new List<T>();
            while (await reader.ReadAsync())
            {
                rows.Add(row(reader));
            }

            return rows;
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task LockAsync(long number) => RowsAsync($"select 1 from pg_advisory_lock({number})", _ => 1);

    public Task UnlockAsync(long number) => RowsAsync($"select pg_advisory_unlock({number})", _ => 1);

    /// <summary>The session that waits for a lock.</summary>
    public async Task<int?> WaiterAsync(long number) => await RowsAsync(
        $"select pid from pg_locks where locktype = 'advisory' and classid = 0 and objid::bigint = {number} and not granted",
        r => (int?)r.GetInt32(0)) is [var session, ..] ? session : null;

    public Task EndAsync(int session) => GoneAsync($"select pid from pg_stat_activity where pid = {session}");

    /// <summary>Ends all sessions of the code under test.</summary>
    public Task CutAsync() => GoneAsync(
        $"""
        select pid from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and application_name <> {Name}
        """);

    /// <summary>Waits until all that follows the log has reached its end, and rebuilds that were asked for are done.</summary>
    public async Task FollowedAsync(Relay? relay, TimeSpan patience)
    {
        string[] names = relay is null ? ["seen", "tally"] : ["seen", "tally", "relay"];
        for (var limit = DateTime.UtcNow + patience; ; await Task.Delay(10))
        {
            var behind = await RowsAsync(
                $"""
                with ends as (select coalesce(max(seq_id), 0) as sequence from mt_events)
                select n.name || ' at ' || coalesce(p.last_seq_id, 0) from ends, unnest({names}) n (name)
                  left join mt_event_progression p on p.name = n.name
                 where coalesce(p.last_seq_id, 0) < ends.sequence
                union all
                select 'tree at ' || s.reached from ends, (select coalesce(max(seq_id), 0) as reached from ls_hash_leaf) s
                 where s.reached < ends.sequence
                union all
                select 'rebuild of ' || projection || coalesce(' stopped: ' || reason, '') from ls_rebuilds where finished_at is null
                """,
                r => r.GetString(0));
            if (behind.Count == 0)
            {
                return;
            }

            Broken.Unless(DateTime.UtcNow < limit, $"the log was not followed to its end: {string.Join(", ", behind)}; {relay?.State}");
        }
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    // Those that come again meanwhile are left alone.
    private async Task GoneAsync(FormattableString sessions)
    {
        var ended = (await RowsAsync(sessions, r => r.GetInt32(0))).ToArray();
        await RowsAsync($"select pg_terminate_backend(pid) from unnest({ended}) pid", _ => 1);
        while (await RowsAsync($"select 1 from pg_stat_activity where pid = any({ended})", _ => 1) is not [])
        {
            await Task.Delay(2);
        }
    }
}
