using System.Globalization;

namespace LiaisonStation.EventStore.Tests;

public sealed record MeterInstalled(string Place, Phase Phase);

public sealed record MeterRead(int Value);

public enum Phase
{
    OnePhase,
    ThreePhase,
}

public sealed record Reading(string Place, int Sum, int Count);

/// <summary>A tiny aggregate of the tests' own.</summary>
public static class Meters
{
    public const string Township = "330225100";
    public const string Neighbour = "330225101";
    public const string County = "330225000";
    public const string Elsewhere = "330226100";

    public static StreamType<Reading, object> Meter { get; } = new("meter", Evolve);

    public static StreamTable Latest { get; } =
        new StreamTable("latest", "meter").Of(Meter, (r, version) => [("sum", r.Sum), ("version", version)]);

    /// <summary>Meters whose sum is odd, and since when it has ended in its digit.</summary>
    public static StreamTable Odd { get; } = new StreamTable("odd", "meter") { Since = new("since", "digit") }.Of(
        Meter, (r, _) => r.Sum % 2 == 1 ? [("digit", r.Sum % 10), ("sums", new[] { r.Sum, r.Count }), ("place", r.Count > 9 ? r.Place : null)] : null);

    /// <summary>The digits of a meter's sum, and since when each has come up as often as it does; of a sum in which a 7 comes up, none.</summary>
    public static StreamTable Digits { get; } = new StreamTable("digits", "meter", "digit", "odd") { Since = new("since", "digit", "times") }.Each(
        Meter, (r, _) => r.Sum is var sum && Of(sum).Contains(7)
            ? []
            : [.. Of(sum).GroupBy(d => d).Select(d => new (string, object?)[]
            {
                ("digit", d.Key), ("odd", d.Key % 2 == 1), ("times", d.Count()), ("sums", new[] { sum, r.Count }), ("place", sum > 50 ? r.Place : null),
            })]);

    public static StoreModule Module(params AsyncProjection[] projections) => new(
        "metering",
        [EventType.Of<MeterInstalled>(), EventType.Of<MeterRead>()],
        [Latest, Odd, Digits],
        projections,
        [
            new Migration(
                "metering/1",
                """
                create table latest (tenant_id varchar not null, meter uuid, sum int not null, version bigint not null, primary key (tenant_id, meter));
                select ls_township_table('latest');
                create table seen (sequence bigint primary key, tenant_id varchar not null, value int);
                select ls_township_table('seen');
                create table tally (tenant_id varchar not null, meter uuid, sum int not null check (sum >= 0), count int not null default 0,
                                    last bigint not null, constraint one_tally primary key (tenant_id, meter));
                create index tally_by_sum on tally (tenant_id, sum desc) where sum > 0;
                select ls_township_table('tally');
                grant select (meter) on tally to public;
                create table odd (tenant_id varchar not null, meter uuid, digit int not null, sums int[] not null, place varchar,
                                  since timestamptz not null, constraint one_odd primary key (tenant_id, meter));
                select ls_township_table('odd');
                create table digits (tenant_id varchar not null, meter uuid, digit int, odd bool, times int not null, sums int[] not null, place varchar,
                                     since timestamptz not null, primary key (tenant_id, meter, digit, odd));
                select ls_township_table('digits');
                create table shared_note (name varchar primary key);
                select ls_shared_table('shared_note');
                """),
        ]);

    private static IEnumerable<int> Of(int sum) => sum.ToString(CultureInfo.InvariantCulture).Select(c => c - '0');

    public static AsyncProjection Seen(string name = "seen") => new(
        name,
        (events, batch) => batch.Add(
            $"""
            insert into seen (sequence, tenant_id, value)
            select e.sequence, {events[0].Tenant}, e.value
              from unnest({events.Select(e => e.Sequence).ToArray()}, {events.Select(e => (e.Data as MeterRead)?.Value ?? 0).ToArray()})
                   as e (sequence, value)
            """));

    /// <summary>Its rows depend on every event, and on their order.</summary>
    /// <param name="at">Called with each event as it is projected.</param>
    public static AsyncProjection Tally(Action<RecordedEvent>? at = null) => new(
        "tally",
        (events, batch) =>
        {
            foreach (var e in events)
            {
                at?.Invoke(e);
                var value = (e.Data as MeterRead)?.Value ?? 0;
                batch.Add(
                    $"""
                    insert into tally (tenant_id, meter, sum, count, last) values ({e.Tenant}, {e.Stream}, {value}, 1, {e.Sequence})
                    on conflict (tenant_id, meter) do update set
                        sum = tally.sum + excluded.sum, count = tally.count + 1, last = excluded.last
                    """);
            }
        })
    {
        Tables = ["tally"],
    };

    public static Reading Evolve(Reading? state, object e) => e switch
    {
        MeterInstalled i => new(i.Place, 0, 0),
        MeterRead r => state! with { Sum = state.Sum + r.Value, Count = state.Count + 1 },
        _ => throw new InvalidOperationException(e.GetType().Name),
    };

    public static Decision<object> Install(Reading? state) =>
        state is null ? [new MeterInstalled("石浦镇", Phase.ThreePhase)] : [];

    public static Func<Reading?, Decision<object>> Read(int value) =>
        state => state is null ? Refuse.Unknown("no-such-meter") : [new MeterRead(value)];

    public static Cause Cause(string tenant = Township, InboxKey? inbox = null, string? correlation = null) =>
        new(tenant, new("person-1", "Deputy", null, null), correlation, "cause-1", inbox);

    public static InboxKey Key(string? fingerprint = null) => new("http", Guid.NewGuid(), fingerprint);
}
