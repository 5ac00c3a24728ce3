namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>What holds of a store at rest, read past the code under test.</summary>
internal static class Invariants
{
    public static async Task HoldAsync(Observer observer, Model model)
    {
        await StreamsHoldAsync(observer);
        await AcceptedOnceAsync(observer, model);
        await HeardOnceAsync(observer);
        await ProjectionsHoldAsync(observer);
    }

    /// <summary>I3: stream versions run 1..n, in the log's order.</summary>
    public static async Task StreamsHoldAsync(Observer observer) => Broken.Unless(
        await observer.RowsAsync(
            $"""
            select s.id from mt_streams s
              left join (select stream_id, array_agg(version order by seq_id) as versions from mt_events group by 1) e on e.stream_id = s.id
             where e.versions is distinct from (select array_agg(v) from generate_series(1, s.version) v)
            union all
            select e.stream_id from mt_events e where not exists (select from mt_streams s where s.id = e.stream_id)
            """,
            r => r.GetGuid(0)) is [],
        "I3: a stream's versions do not run 1..n");

    /// <summary>I1: what was accepted stands once, and nothing else does.</summary>
    private static async Task AcceptedOnceAsync(Observer observer, Model model)
    {
        var stored = await observer.RowsAsync(
            $"""
            select stream_id || ' ' || string_agg((data ->> 'act') || '.' || (data ->> 'part'), ' ' order by version)
              from mt_events where type = 'entered' group by stream_id
            """,
            r => r.GetString(0));
        var expected = model.Accounts.Where(a => model.Entries(a).Count > 0).Select(
            a => $"{Ledger.AccountId(a)} {string.Join(' ', model.Entries(a).Select(e => $"{e.Act}.{e.Part}"))}");
        Broken.Unless(
            stored.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)),
            "I1: what is stored is not what was accepted");
    }

    /// <summary>I2: one effect per consumer and message.</summary>
    public static async Task HeardOnceAsync(Observer observer)
    {
        Broken.Unless(
            await observer.RowsAsync(
                $"""
                select e.id from mt_events e
                  full join (select (data ->> 'entry')::uuid as id, count(*) as times from mt_events where type = 'heard' group by 1) h
                    on h.id = e.id
                 where e.type = 'entered' and h.times is distinct from 1 or e.id is null
                """,
                r => r.IsDBNull(0) ? Guid.Empty : r.GetGuid(0)) is [],
            "I2: a message was not heard, or was heard twice");
        Broken.Unless(
            await observer.RowsAsync($"select key from done_once group by key having count(*) > 1", r => r.GetInt32(0)) is [],
            "I2: something was done twice that is to be done once");
    }

    /// <summary>I4 and I5: what was projected is every event, once; and the rows are those of a log read from its beginning.</summary>
    public static async Task ProjectionsHoldAsync(Observer observer)
    {
        Broken.Unless(
            await observer.RowsAsync(
                $"""
                select coalesce(e.seq_id, s.sequence) from mt_events e full join seen s on s.sequence = e.seq_id
                 where s.times is distinct from 1 or e.seq_id is null
                """,
                r => r.GetInt64(0)) is [],
            "I4: the processed set is not the event set");

        var accounts = new SortedDictionary<string, (Account State, long Last)>(StringComparer.Ordinal);
        foreach (var (id, act, part, sequence) in await observer.RowsAsync(
            $"""
            select stream_id::text, (data ->> 'act')::int, (data ->> 'part')::int, seq_id from mt_events
             where type = 'entered' order by seq_id
            """,
            r => (r.GetString(0), r.GetInt32(1), r.GetInt32(2), r.GetInt64(3))))
        {
            var before = accounts.TryGetValue(id, out var found) ? found.State : Account.Empty;
            accounts[id] = (before.Then(new(act, part)), sequence);
        }

        var balance = await observer.RowsAsync($"select b::text from balance b order by account::text collate \"C\"", r => r.GetString(0));
        var tally = await observer.RowsAsync($"select t::text from tally t order by account::text collate \"C\"", r => r.GetString(0));
        Broken.Unless(
            balance.SequenceEqual(accounts.Select(
                a => $"({Ledger.Tenant},{a.Key},{a.Value.State.Count},{a.Value.State.Digest},{a.Value.State.Count})")),
            "I5: the inline read model is not the one that the log makes");
        Broken.Unless(
            tally.SequenceEqual(accounts.Select(
                a => $"({Ledger.Tenant},{a.Key},{a.Value.State.Count},{a.Value.State.Digest},{a.Value.Last})")),
            "I5: the async read model is not the one that the log makes");
    }

    /// <summary>I8: chains and tree verify, and each checkpoint extends every earlier one.</summary>
    public static async Task EvidenceHoldsAsync(RunningStore running, IReadOnlyList<string> notes)
    {
        var report = await new Verification(running.Get<StoreDatabase>().Reader, running.Get<Checkpoints>().Outside(notes)).RunAsync();
        Broken.Unless(report.Intact, $"I8: {string.Join("; ", report.Breaks)}");
        Broken.Unless(report.Sealed == report.Events, $"I8: {report.Sealed} of {report.Events} events are sealed");
        var (tree, checkpoints) = (running.Get<HashTree>(), running.Get<Checkpoints>());
        var signed = notes.Select(n => Checkpoint.Open(n, checkpoints.Origin, checkpoints.Key)).Where(c => c.Size > 0).ToArray();
        foreach (var (earlier, later) in signed.Zip(signed.Skip(1)))
        {
            Broken.Unless(
                MerkleTree.Extends(
                    earlier.Size, earlier.Root, later.Size, later.Root, await tree.ConsistencyAsync(earlier.Size, later.Size)),
                $"I8: the checkpoint of {later.Size} events does not extend that of {earlier.Size}");
        }
    }
}
