using FsCheck;
using FsCheck.Fluent;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>One step of a trial. Small numbers name accounts, keys and transactions, so that steps meet each other.</summary>
internal abstract record Step;

/// <param name="Key">Of the inbox; null: none.</param>
/// <param name="Print">The request's fingerprint.</param>
internal sealed record Write(int Account, Choice Choice, int Events, Expect Expect, int? Key, int Print) : Step;

/// <summary>What the decider answers.</summary>
internal enum Choice
{
    Enter,
    Nothing,
    Refuse,
    Unstorable,
}

/// <summary>Which version the caller says to have seen.</summary>
internal enum Expect
{
    Any,
    Right,
    Behind,
    Ahead,
    New,
}

/// <summary>A write to the service's own tables, once per key.</summary>
internal sealed record Once(int Key) : Step;

internal sealed record Read(int Account) : Step;

/// <summary>Several writers at once; where it is cut, the server ends all sessions meanwhile.</summary>
internal sealed record Burst(IReadOnlyList<Write> Writes, bool Cut) : Step
{
    public override string ToString() => $"Burst {{ Cut = {Cut} }} of\n  {string.Join("\n  ", Writes)}";
}

/// <summary>Several new streams at once.</summary>
internal sealed record Bulk(int Streams, int Events, int? Key, bool Unstorable) : Step;

/// <summary>A write, alone or in bulk, whose transaction stays open beside the readers.</summary>
internal sealed record Hold(int Events, bool InBulk) : Step;

/// <summary>Ends the oldest transaction that was held open.</summary>
internal sealed record Release(bool Commit) : Step;

/// <summary>Gives all that follows the log the time to come as far as it can.</summary>
internal sealed record Follow : Step;

/// <param name="Shuffle">Seed of the order in which the messages are heard.</param>
/// <param name="Twice">Each is heard again, after all others.</param>
/// <param name="Unacknowledged">The last one is not acknowledged after its effect.</param>
internal sealed record Hear(int Most, int Shuffle, bool Twice, bool Unacknowledged) : Step;

internal sealed record Rebuild(string Projection) : Step;

internal sealed record Sign : Step;

/// <summary>The process ends when it comes to this point for the nth time.</summary>
internal sealed record Crash(FaultPoint At, int Nth) : Step;

/// <summary>The server ends all sessions.</summary>
internal sealed record Cut : Step;

internal sealed record StopServer : Step;

/// <summary>The broker no longer knows the relay, which then tells everything again.</summary>
internal sealed record Wipe : Step;

internal sealed record Steps(IReadOnlyList<Step> All)
{
    public static Arbitrary<Steps> Arbitrary { get; } = Arb.From(
        from count in Gen.Choose(8, 30)
        from steps in Gen.Frequency((80, Step), (1, Gen.Elements<Step>(new StopServer(), new Wipe()))).ListOf(count)
        select new Steps([.. steps]),
        Shrink);

    private static Gen<bool> Rarely => Gen.Frequency((1, Gen.Constant(true)), (4, Gen.Constant(false)));

    private static Gen<Write> Entering =>
        from account in Gen.Choose(0, 3)
        from events in Gen.Choose(1, 3)
        from key in Key
        from print in Gen.Frequency((5, Gen.Constant(0)), (1, Gen.Constant(1)))
        select new Write(account, Choice.Enter, events, Expect.Any, key, print);

    private static Gen<Write> Writing =>
        from entering in Entering
        from choice in Gen.Frequency(
            (8, Gen.Constant(Choice.Enter)), (1, Gen.Constant(Choice.Nothing)), (1, Gen.Constant(Choice.Refuse)),
            (1, Gen.Constant(Choice.Unstorable)))
        from expect in Gen.Frequency((4, Gen.Constant(Expect.Any)), (3, Gen.Constant(Expect.Right)), (3, Gen.Elements(Enum.GetValues<Expect>())))
        select entering with { Choice = choice, Expect = expect };

    private static Gen<int?> Key => Gen.Frequency((1, Gen.Constant<int?>(null)), (2, Gen.Choose(0, 5).Select(k => (int?)k)));

    private static Gen<Step> Step => Gen.Frequency(
        (12, Writing.Select(w => (Step)w)),
        (1, Gen.Choose(0, 2).Select(k => (Step)new Once(k))),
        (2, Gen.Choose(0, 3).Select(a => (Step)new Read(a))),
        (2, from count in Gen.Choose(2, 6)
            from writes in Entering.ListOf(count)
            from cut in Rarely
            select (Step)new Burst([.. writes], cut)),
        (1, from streams in Gen.Choose(1, 4)
            from events in Gen.Choose(1, 3)
            from key in Key
            from unstorable in Rarely
            select (Step)new Bulk(streams, events, key, unstorable)),
        (4, from events in Gen.Choose(1, 2)
            from inBulk in Rarely
            select (Step)new Hold(events, inBulk)),
        (2, Gen.Elements(true, true, false).Select(c => (Step)new Release(c))),
        (3, Gen.Constant<Step>(new Follow())),
        (4, from most in Gen.Choose(1, 8)
            from shuffle in Gen.Choose(0, 99)
            from twice in Gen.Elements(true, false)
            from unacknowledged in Gen.Elements(true, false)
            select (Step)new Hear(most, shuffle, twice, unacknowledged)),
        (2, Gen.Elements("balance", "seen", "tally").Select(p => (Step)new Rebuild(p))),
        (1, Gen.Constant<Step>(new Sign())),
        (5, from at in Gen.Elements(Enum.GetValues<FaultPoint>())
            from nth in Gen.Elements(1, 1, 1, 2, 3)
            select (Step)new Crash(at, nth)),
        (1, Gen.Constant<Step>(new Cut())));

    public override string ToString() => string.Join('\n', All);

    /// <summary>Without a half, a quarter, and so on down to one step.</summary>
    private static IEnumerable<Steps> Shrink(Steps steps)
    {
        var all = steps.All;
        for (var size = all.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from < all.Count; from += size)
            {
                yield return new([.. all.Take(from), .. all.Skip(from + size)]);
            }
        }
    }
}
