using System.Text;
using LiaisonStation.EventStore;

namespace LiaisonStation.Bench;

internal sealed record AppealReceived(string Channel, string Title, string Text);

internal sealed record AppealNoted(string Text);

internal sealed record Appeal(string Title, int Notes, int Length);

/// <summary>What is written: seeded, so that every run writes the same. Townships are as unequal as real ones.</summary>
internal sealed class County(int seed)
{
    private const int Townships = 18;

    private static readonly string[] Phrases =
    [
        "村口至卫生院的道路路面破损严重", "雨天积水，老人和学生出行不便", "夜间没有路灯", "多次向村里反映一直未处理",
        "希望尽快安排修缮并公开完成时间", "农贸市场周边占道经营", "早晚高峰车辆无法通行", "化粪池外溢气味很大",
        "自来水水压不足，三楼以上用水困难", "垃圾清运不及时", "医保报销手续需要往返县城两次", "建议在镇便民服务中心设点代办",
        "水库下游沟渠淤塞", "今年春灌已经受到影响", "校车停靠点距离太远", "请人大代表帮助督促有关部门", "上次答复说三个月内解决",
        "至今没有施工队进场", "附近有四十多户居民受影响", "希望给一个明确的答复",
    ];

    private readonly Random _random = new(seed);

    public static StreamType<Appeal, object> Type { get; } = new("appeal", Evolve);

    public static Cause Cause(string tenant, InboxKey? inbox = null) =>
        new(tenant, new("person-17", "Deputy", "unit-4", null), null, "cause-1", inbox);

    /// <summary>Log-uniform over the townships, which is Zipf's law with exponent 1.</summary>
    public string Township() => Township(_random.NextDouble());

    public AppealReceived Received() => new("hotline-12345", Text(15, 30), Text(80, 240));

    public AppealNoted Noted() => new(Text(40, 120));

    public string Text(int least, int most)
    {
        var length = _random.Next(least, most);
        var text = new StringBuilder(most + 40);
        while (text.Length < length)
        {
            text.Append(Phrases[_random.Next(Phrases.Length)]).Append('，');
        }

        text[^1] = '。';
        return text.ToString();
    }

    public int Below(int most) => _random.Next(most);

    public static StoreModule Module(IReadOnlyList<IInlineProjection> inline, params AsyncProjection[] projections) => new(
        "bench", [EventType.Of<AppealReceived>(), EventType.Of<AppealNoted>()], inline, projections,
        [
            new Migration(
                "bench/1",
                """
                create table worklist (
                    tenant_id varchar not null, appeal uuid not null, title varchar not null, open boolean not null,
                    notes int not null, at timestamptz not null, primary key (tenant_id, appeal));
                create index worklist_open on worklist (tenant_id, at) where open;
                select ls_township_table('worklist');
                create table rebuilt (
                    tenant_id varchar not null, appeal uuid not null, title varchar, notes int not null, at timestamptz not null,
                    primary key (tenant_id, appeal));
                select ls_township_table('rebuilt');
                """),
        ]);

    public static StreamTable Worklist { get; } = new StreamTable("worklist", "appeal") { Since = new("at") }.Of(
        Type, (a, _) => [("title", a.Title), ("open", true), ("notes", a.Notes)]);

    private static string Township(double place) => $"330225{100 + (int)Math.Pow(Townships, place)}";

    private static Appeal Evolve(Appeal? state, object e) => e switch
    {
        AppealReceived r => new(r.Title, 0, r.Text.Length),
        AppealNoted n => state! with { Notes = state.Notes + 1, Length = state.Length + n.Text.Length },
        _ => throw new InvalidOperationException(e.GetType().Name),
    };
}
