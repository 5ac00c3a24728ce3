using Npgsql;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>Takes steps on a store of its own and on the model at once, and fails at the first difference.</summary>
internal sealed class Trial : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Model _model = new();
    private readonly Servers _servers;
    private readonly Place _place;
    private readonly Sabotage? _sabotage;
    private readonly Queue<Held> _held = [];
    private readonly List<string> _notes = [];
    private Observer _observer = null!;
    private Listener _listener = null!;
    private RunningStore _running = null!;
    private int _acts;
    private volatile bool _crashed;

    private Trial(Servers servers, Place place, Sabotage? sabotage) => (_servers, _place, _sabotage) = (servers, place, sabotage);

    private StreamStore Store => _running.Store;

    private bool HasRelay => _sabotage?.Relay ?? true;

    /// <exception cref="BrokenException">The store is not what the model says.</exception>
    public static async Task RunAsync(Servers servers, IReadOnlyList<Step> steps, Sabotage? sabotage = null)
    {
        await using var trial = new Trial(servers, await servers.NewPlaceAsync(), sabotage);
        await trial.StartAsync();
        await trial.TakeAsync(steps);
        await trial.FinishAsync();
    }

    /// <summary>Goes on where other processes were killed: what they left unanswered is asked again.</summary>
    /// <param name="before">What they were asked; no answer: unknown.</param>
    /// <exception cref="BrokenException">The store is not what the model says.</exception>
    public static async Task GoOnAsync(
        Servers servers, Place place, IReadOnlyList<(Act Act, Answer? Answer)> before, IReadOnlyList<Step> steps)
    {
        await using var trial = new Trial(servers, place, null);
        await trial.StartAsync();
        trial._acts = before.Max(b => b.Act.Number);
        await trial.SettleAsync(before);
        foreach (var (act, _) in before.Where(b => b.Answer is null && b.Act.Write.Key is not null))
        {
            await trial.WriteAsync(act.Write);
        }

        await trial.TakeAsync(steps);
        await trial.FinishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Faults.At = null;
        if (_observer is not null)
        {
            await _observer.CutAsync();
        }

        await Task.WhenAll(_held.Select(h => h.Writing));
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        if (_observer is not null)
        {
            await _observer.DisposeAsync();
        }
    }

    private async Task StartAsync()
    {
        _observer = await Observer.OpenAsync(_place);
        _listener = await Listener.OpenAsync(_place);
        if (_sabotage is { Sql: { } sql })
        {
            await _observer.RunAsync(sql);
        }

        _running = await RunningStore.StartAsync(_place, HasRelay);
    }

    private async Task TakeAsync(IReadOnlyList<Step> steps)
    {
        foreach (var step in steps)
        {
            await ReviveIfCrashedAsync();
            await TakeAsync(step);
        }
    }

    private Task TakeAsync(Step step) => step switch
    {
        Write write => WriteAsync(write),
        Once once => OnceAsync(once),
        Read read => ReadAsync(read.Account),
        Burst burst => BurstAsync(burst),
        Bulk bulk => BulkAsync(bulk),
        Hold hold => HoldAsync(hold),
        Release release => ReleaseAsync(release.Commit),
        Follow => FollowAsync(),
        Hear hear => HearAsync(hear),
        Rebuild rebuild => Patiently(() => _running.Get<ProjectionRebuilder>().RequestAsync(rebuild.Projection)),
        Sign => SignAsync(),
        Crash crash => Task.Run(() => Arm(crash)),
        Cut => CutAsync(),
        StopServer => StopServerAsync(),
        Wipe => WipeAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private async Task WriteAsync(Write write)
    {
        var act = new Act(++_acts, write);
        var foretold = _model.Foretell(write);
        if (await AttemptAsync(act) is { } answer)
        {
            Broken.Unless(answer == foretold, $"act {act.Number} was answered {answer}; the model says {foretold}");
            _model.Done(act, answer.Kind);
            return;
        }

        await SettleAsync([(act, null)]);
        if (write.Key is null || _model.IsRemembered(write.Key))
        {
            return;
        }

        // Asked again, as whoever has no answer does. What added no events may have been remembered all the same.
        foretold = _model.Foretell(write);
        answer = await Patiently(() => AttemptAsync(act = new(++_acts, write)), until: a => a is not null);
        Broken.Unless(
            answer == foretold || (foretold.Kind == OutcomeKind.Unchanged && answer == foretold with { Kind = OutcomeKind.Repeated }),
            $"act {act.Number}, asked again, was answered {answer}; the model says {foretold}");
        _model.Done(act, foretold.Kind);
    }

    private async Task OnceAsync(Once once)
    {
        async Task<bool?> Ask()
        {
            try
            {
                return await Store.Once(
                    Ledger.Cause(new("once", Ledger.KeyId(once.Key))),
                    b => b.Add($"insert into done_once (tenant_id, key) values ({Ledger.Tenant}, {once.Key})"));
            }
            catch (NpgsqlException)
            {
                return null;
            }
        }

        var first = await Ask();
        Broken.Unless(first is null || first == !_model.Once.Contains(once.Key), $"once {once.Key} was answered {first}");
        _model.Once.Add(once.Key);
        if (first is null)
        {
            await Patiently(Ask, until: a => a is not null);
        }
    }

    private async Task ReadAsync(int account)
    {
        var (id, entries) = (Ledger.AccountId(account), _model.Entries(account));
        var read = await Patiently(() => Store.Read(id, Ledger.Tenant));
        Broken.Unless(read.Select(e => (Entered)e.Data).SequenceEqual(entries), $"account {account} reads as {read.Count} entries");
        var loaded = await Patiently(() => Store.Load(Ledger.Accounts, id, Ledger.Tenant));
        Broken.Unless(
            entries.Count == 0 ? loaded is null : loaded == new Loaded<Account>(entries.Aggregate(Account.Empty, (a, e) => a.Then(e)), entries.Count),
            $"account {account} loads as {loaded}");
    }

    private async Task BurstAsync(Burst burst)
    {
        Act[] acts = [.. burst.Writes.Select(w => new Act(++_acts, w))];
        var cut = burst.Cut ? Task.Run(_observer.CutAsync) : Task.CompletedTask;
        var answers = await Task.WhenAll(acts.Select(a => Task.Run(() => AttemptAsync(a))));
        await cut;
        if (burst.Cut)
        {
            await SettleHeldAsync();
        }

        await SettleAsync([.. acts.Zip(answers)]);
        foreach (var (act, answer) in acts.Zip(answers))
        {
            switch (answer?.Kind)
            {
                case OutcomeKind.Appended or OutcomeKind.Stale:
                    break;
                case { } kind:
                    Broken.Unless(
                        kind is OutcomeKind.Repeated or OutcomeKind.KeyReused && answer == _model.Foretell(act.Write),
                        $"act {act.Number} was answered {answer}; the model says {_model.Foretell(act.Write)}");
                    break;
                case null when act.Write.Key is not null:
                    await WriteAsync(act.Write);
                    break;
            }
        }
    }

    private async Task BulkAsync(Bulk bulk)
    {
        Act[] acts = [.. Enumerable.Range(0, bulk.Streams).Select(i => Founding(
            bulk.Unstorable ? Choice.Unstorable : Choice.Enter, bulk.Events, i == 0 ? bulk.Key : null))];
        var foretold = bulk.Unstorable ? BulkOutcome.NotStorable
            : _model.IsRemembered(bulk.Key) ? BulkOutcome.Conflict : BulkOutcome.Appended;
        var outcome = await FoundAsync(acts);
        Broken.Unless(outcome is null || outcome == foretold, $"a bulk was answered {outcome}; the model says {foretold}");
        await SettleAsync([.. acts.Select(a => (a, Answer(a, outcome)))]);
        var happened = acts.Count(a => _model.Entries(a.Write.Account).Count > 0);
        Broken.Unless(
            happened == (outcome switch { null => happened == 0 ? 0 : acts.Length, BulkOutcome.Appended => acts.Length, _ => 0 }),
            $"of a bulk of {acts.Length} that was answered {outcome}, {happened} happened");
    }

    private async Task HoldAsync(Hold hold)
    {
        if (_held.Count == 3)
        {
            await ReleaseAsync(commit: true);
        }

        var act = Founding(Choice.Enter, hold.Events, null);
        void Wait(NpgsqlBatch batch) => batch.Add($"select pg_advisory_xact_lock({(long)act.Number})");
        async Task<Answer?> InBulkAsync() => Answer(act, await FoundAsync([act], Wait));

        await _observer.LockAsync(act.Number);
        var writing = hold.InBulk ? InBulkAsync() : AttemptAsync(act, Wait);
        _held.Enqueue(new(act, writing));
        while (!writing.IsCompleted && await _observer.WaiterAsync(act.Number) is null)
        {
            await Task.Delay(2);
        }
    }

    private async Task ReleaseAsync(bool commit)
    {
        if (!_held.TryDequeue(out var held))
        {
            return;
        }

        if (!commit && await _observer.WaiterAsync(held.Act.Number) is { } session)
        {
            await _observer.EndAsync(session);
        }

        await _observer.UnlockAsync(held.Act.Number);
        await SettleAsync([(held.Act, await held.Writing)]);
    }

    private async Task FollowAsync()
    {
        if (_held.Count > 0)
        {
            // Whoever follows the log must wait now; whoever does not gets the time to show it.
            await Task.Delay(200);
            return;
        }

        await _observer.FollowedAsync(HasRelay ? _running.Get<Relay>() : null, Patience);
    }

    private async Task HearAsync(Hear hear)
    {
        var messages = await _listener.TakeAsync(hear.Most);
        new Random(hear.Shuffle).Shuffle(messages);
        foreach (var message in hear.Twice ? [.. messages, .. messages] : messages)
        {
            await Patiently(() => Listener.HearAsync(Store, message));
        }

        await _listener.AcknowledgeAsync(messages, allButLast: hear.Unacknowledged);
    }

    private async Task SignAsync()
    {
        await ReleaseAllAsync();
        _notes.Add(await Patiently(() => _running.Get<Checkpoints>().SignNowAsync()));
    }

    private void Arm(Crash crash)
    {
        var met = 0;
        Faults.At = at =>
        {
            if (at == crash.At && Interlocked.Increment(ref met) == crash.Nth)
            {
                _crashed = true;
                throw new CrashException();
            }
        };
    }

    private async Task CutAsync()
    {
        await _observer.CutAsync();
        await SettleHeldAsync();
    }

    private async Task StopServerAsync()
    {
        await _observer.DisposeAsync();
        await _servers.StopAtOnceAndStartAsync();
        _observer = await Observer.OpenAsync(_place);
        await SettleHeldAsync();
    }

    private async Task WipeAsync()
    {
        await _listener.ForgetAsync();
        await ReviveAsync();
    }

    /// <summary>Nothing is left of the process that was: its sessions end, and another one starts.</summary>
    private async Task ReviveAsync()
    {
        Faults.At = null;
        await CutAsync();
        await _running.DisposeAsync();
        _running = await RunningStore.StartAsync(_place, HasRelay);
        _crashed = false;
    }

    private async Task SettleHeldAsync()
    {
        while (_held.TryDequeue(out var held))
        {
            await SettleAsync([(held.Act, await held.Writing)]);
        }
    }

    private Task<Answer?> AttemptAsync(Act act, Action<NpgsqlBatch>? alongside = null) =>
        act.AttemptAsync(Store, _model.IfVersion(act.Write), alongside);

    /// <summary>An act whose account is new.</summary>
    private Act Founding(Choice choice, int events, int? key) =>
        new(++_acts, new(1000 + _acts, choice, events, Expect.New, key, 0));

    private async Task<BulkOutcome?> FoundAsync(IReadOnlyList<Act> acts, Action<NpgsqlBatch>? alongside = null)
    {
        try
        {
            return await _running.Get<BulkAppend>().Found(
                Ledger.Accounts,
                [.. acts.Select(a => new Founding<Entered>(Ledger.AccountId(a.Write.Account), a.Cause, a.Entries))], alongside);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private static Answer? Answer(Act act, BulkOutcome? outcome) => outcome == BulkOutcome.Appended
        ? new(OutcomeKind.Appended, Ledger.AccountId(act.Write.Account), act.Write.Events)
        : null;

    private async Task SettleAsync(IReadOnlyList<(Act Act, Answer? Answer)> attempts)
    {
        foreach (var account in attempts.GroupBy(a => a.Act.Write.Account))
        {
            var stored = await Patiently(() => Store.Read(Ledger.AccountId(account.Key), Ledger.Tenant));
            _model.Settle(account.Key, [.. stored.Select(e => (Entered)e.Data)], [.. account]);
        }
    }

    private async Task FinishAsync()
    {
        await FollowAsync();
        await ReleaseAllAsync();
        do
        {
            await ReviveIfCrashedAsync();
            await _observer.FollowedAsync(HasRelay ? _running.Get<Relay>() : null, Patience);
        }
        while (await HearAllAsync() > 0 || _crashed);

        Faults.At = null;
        await SignAsync();
        await Invariants.HoldAsync(_observer, _model);
        await Invariants.EvidenceHoldsAsync(_running, _notes);
    }

    private async Task ReleaseAllAsync()
    {
        while (_held.Count > 0)
        {
            await ReleaseAsync(commit: true);
        }
    }

    private Task ReviveIfCrashedAsync() => _crashed ? ReviveAsync() : Task.CompletedTask;

    private async Task<int> HearAllAsync()
    {
        var heard = 0;
        while (await _listener.TakeAsync(100) is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                await Patiently(() => Listener.HearAsync(Store, message));
            }

            await _listener.AcknowledgeAsync(messages, allButLast: false);
            heard += messages.Length;
        }

        return heard;
    }

    /// <summary>Sessions that were ended are met once each; a crash is met once.</summary>
    private static async Task<T> Patiently<T>(Func<Task<T>> work, Func<T, bool>? until = null)
    {
        for (var limit = DateTime.UtcNow + Patience; ; await Task.Delay(10))
        {
            try
            {
                var result = await work();
                if (until is null || until(result))
                {
                    return result;
                }
            }
            catch (NpgsqlException) when (DateTime.UtcNow < limit)
            {
                continue;
            }

            Broken.Unless(DateTime.UtcNow < limit, $"nothing came of it within {Patience.TotalSeconds} s");
        }
    }

    private sealed record Held(Act Act, Task<Answer?> Writing);
}

#pragma warning disable CA1032 // Looks to the store as if the database had gone.
internal sealed class CrashException() : NpgsqlException("This process has ended.");
#pragma warning restore CA1032
