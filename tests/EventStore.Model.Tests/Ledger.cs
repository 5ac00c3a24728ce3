namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>A part of an act, the test's name for one request to write.</summary>
public sealed record Entered(int Act, int Part, string? Note = null);

/// <summary>That an entry was heard of.</summary>
public sealed record Heard(Guid Entry);

/// <summary>The message that says an entry was made.</summary>
public sealed record EntryTold(Guid Account);

/// <param name="Digest">Depends on every entry and on their order.</param>
public sealed record Account(int Count, long Digest)
{
    public static Account Empty { get; } = new(0, 0);

    public Account Then(Entered e) => new(Count + 1, ((Digest * 31) + Weight(e)) % 1_000_003);

    public static long Weight(Entered e) => (e.Act * 17L) + e.Part + 1;
}

/// <summary>What the store under test keeps: accounts, and echoes that hear of their entries.</summary>
internal static class Ledger
{
    public const string Tenant = "330225100";
    public const string Hearing = "hearing";

    public static StreamType<Account, Entered> Accounts { get; } = new("account", (state, e) => (state ?? Account.Empty).Then(e));

    public static StreamType<Account, Heard> Echoes { get; } = new("echo", (state, _) => new((state?.Count ?? 0) + 1, 0));

    public static StoreModule Module { get; } = new(
        "ledger",
        [EventType.Of<Entered>(), EventType.Of<Heard>()],
        [new StreamTable("balance", "account").Of(
            Accounts, (state, version) => [("count", state.Count), ("digest", state.Digest), ("version", version)])],
        [Seen, Tally],
        [
            new Migration(
                "ledger/1",
                """
                create table balance (tenant_id varchar, account uuid, count int, digest bigint, version bigint, primary key (tenant_id, account));
                select ls_township_table('balance');
                create table tally (tenant_id varchar, account uuid primary key, count int, digest bigint, last bigint);
                select ls_township_table('tally');
                create table seen (tenant_id varchar, sequence bigint primary key, times int);
                select ls_township_table('seen');
                create table done_once (tenant_id varchar, key int);
                select ls_township_table('done_once');
                """),
        ]);

    private static AsyncProjection Seen => new(
        "seen",
        (events, batch) => batch.Add(
            $"""
            insert into seen (tenant_id, sequence, times)
            select {events[0].Tenant}, sequence, 1 from unnest({events.Select(e => e.Sequence).ToArray()}) as sequence
            on conflict (sequence) do update set times = seen.times + 1
            """))
    {
        Tables = ["seen"],
    };

    private static AsyncProjection Tally => new(
        "tally",
        (events, batch) =>
        {
            foreach (var e in events.Where(e => e.Data is Entered))
            {
                var entered = (Entered)e.Data;
                batch.Add(
                    $"""
                    insert into tally (tenant_id, account, count, digest, last)
                    values ({e.Tenant}, {e.Stream}, 1, {Account.Weight(entered) % 1_000_003}, {e.Sequence})
                    on conflict (account) do update set
                        count = tally.count + 1, digest = (tally.digest * 31 + {Account.Weight(entered)}) % 1000003, last = excluded.last
                    """);
            }
        })
    {
        Tables = ["tally"],
    };

    public static Guid AccountId(int account) => new(account, 1, 0, new byte[8]);

    public static Guid EchoId(Guid account) => Uuid(account, 2);

    public static Guid KeyId(int key) => new(key, 3, 0, new byte[8]);

    public static string Queue(string name) => $"{name}-told";

    public static Cause Cause(InboxKey? inbox = null) => new(Tenant, new("tester", "System", null, null), null, null, inbox);

    public static object? Publish(RecordedEvent stored) => stored.Data is Entered ? new EntryTold(stored.Stream) : null;

    private static Guid Uuid(Guid of, byte kind)
    {
        var bytes = of.ToByteArray();
        bytes[4] = kind;
        return new(bytes);
    }
}
