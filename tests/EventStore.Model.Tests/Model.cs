using System.Text.Json.Serialization;
using Npgsql;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>What the store has to be, kept in plain lists.</summary>
internal sealed class Model
{
    private readonly Dictionary<int, List<Entered>> _accounts = [];
    private readonly Dictionary<int, (int Print, Guid Stream, long Version)> _inbox = [];

    public IEnumerable<int> Accounts => _accounts.Keys;

    public HashSet<int> Once { get; } = [];

    public IReadOnlyList<Entered> Entries(int account) => _accounts.GetValueOrDefault(account) ?? [];

    public bool IsRemembered(int? key) => key is { } k && _inbox.ContainsKey(k);

    public long? IfVersion(Write write)
    {
        var version = Entries(write.Account).Count;
        return write.Expect switch
        {
            Expect.Right => version,
            Expect.Behind => version == 0 ? 7 : version - 1,
            Expect.Ahead => version + 1,
            Expect.New => 0,
            _ => null,
        };
    }

    /// <summary>How a write is answered that is alone.</summary>
    public Answer Foretell(Write write)
    {
        var (stream, version) = (Ledger.AccountId(write.Account), (long)Entries(write.Account).Count);
        if (write.Key is { } key && _inbox.TryGetValue(key, out var before))
        {
            return new(before.Print == write.Print ? OutcomeKind.Repeated : OutcomeKind.KeyReused, before.Stream, before.Version);
        }

        if (IfVersion(write) is { } seen && seen != version)
        {
            return new(OutcomeKind.Stale, stream, version);
        }

        return write.Choice switch
        {
            Choice.Refuse => new(OutcomeKind.Refused, stream, version),
            Choice.Nothing => new(OutcomeKind.Unchanged, stream, version),
            Choice.Unstorable => new(OutcomeKind.NotStorable, stream, version),
            _ => new(OutcomeKind.Appended, stream, version + write.Events),
        };
    }

    /// <summary>Takes over what a write has done.</summary>
    public void Done(Act act, OutcomeKind kind)
    {
        var write = act.Write;
        if (kind == OutcomeKind.Appended)
        {
            if (!_accounts.TryGetValue(write.Account, out var entries))
            {
                _accounts[write.Account] = entries = [];
            }

            entries.AddRange(act.Entries);
        }

        if (write.Key is { } key && kind is OutcomeKind.Appended or OutcomeKind.Unchanged)
        {
            _inbox.Add(key, (write.Print, Ledger.AccountId(write.Account), Entries(write.Account).Count));
        }
    }

    /// <summary>
    /// Takes over what stands in an account after writes whose order nobody knows, and of which some may or may not have happened.
    /// </summary>
    /// <param name="stored">All of the account.</param>
    /// <param name="attempts">The writes to this account; no answer: unknown.</param>
    public void Settle(int account, IReadOnlyList<Entered> stored, IReadOnlyList<(Act Act, Answer? Answer)> attempts)
    {
        var known = Entries(account).Count;
        Broken.Unless(stored.Take(known).SequenceEqual(Entries(account)), $"account {account} has lost what it had: {Text(stored)}");
        var happened = new HashSet<int>();
        for (var at = known; at < stored.Count;)
        {
            var found = attempts.FirstOrDefault(a => a.Act.Number == stored[at].Act);
            Broken.Unless(
                found.Act is not null && happened.Add(found.Act.Number)
                && stored.Skip(at).Take(found.Act.Write.Events).SequenceEqual(found.Act.Entries),
                $"account {account} has what nobody wrote, or twice, or in part: {Text(stored)}");
            at += found.Act!.Write.Events;
            Broken.Unless(
                found.Answer is null or { Kind: OutcomeKind.Appended } && (found.Answer?.Version ?? at) == at,
                $"act {found.Act.Number} was answered {found.Answer} and stands at version {at}");
            Broken.Unless(!IsRemembered(found.Act.Write.Key), $"key {found.Act.Write.Key} has two effects");
            Done(found.Act, OutcomeKind.Appended);
        }

        foreach (var (act, answer) in attempts)
        {
            Broken.Unless(
                answer is not { Kind: OutcomeKind.Appended } || happened.Contains(act.Number), $"act {act.Number} was answered {answer} and is lost");
        }
    }

    private static string Text(IReadOnlyList<Entered> entries) => string.Join(' ', entries.Select(e => $"{e.Act}.{e.Part}"));
}

/// <param name="Number">Different for every attempt.</param>
internal sealed record Act(int Number, Write Write)
{
    [JsonIgnore]
    public Entered[] Entries =>
        [.. Enumerable.Range(0, Write.Events).Select(part => new Entered(Number, part, Write.Choice == Choice.Unstorable ? "\0" : null))];

    [JsonIgnore]
    public Cause Cause => Ledger.Cause(Write.Key is { } key ? new("http", Ledger.KeyId(key), $"print-{Write.Print}") : null);

    /// <summary>No answer: nobody knows whether it happened.</summary>
    public async Task<Answer?> AttemptAsync(StreamStore store, long? ifVersion = null, Action<NpgsqlBatch>? alongside = null)
    {
        try
        {
            var outcome = await store.Write(
                Ledger.Accounts, Ledger.AccountId(Write.Account), Cause,
                _ => Write.Choice switch
                {
                    Choice.Nothing => [],
                    Choice.Refuse => Refuse.Rule("refused"),
                    _ => [.. Entries],
                },
                ifVersion, alongside);
            return new(outcome.Kind, outcome.Stream, outcome.Version);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}

internal sealed record Answer(OutcomeKind Kind, Guid Stream, long Version);

#pragma warning disable CA1032 // Says what the store is not; FsCheck prints it.
internal sealed class BrokenException(string what) : Exception(what);
#pragma warning restore CA1032

internal static class Broken
{
    public static void Unless(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenException(otherwise);
        }
    }
}
