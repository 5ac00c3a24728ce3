using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

/// <summary>Stored events are read for ever: their shape is pinned by hand.</summary>
public sealed class EventShapeTests
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly Dictionary<IReviewEvent, string> Shapes = new()
    {
        [Opened] = """
            {
              "round": 1,
              "caseId": "00000000-0000-7000-8000-000000000001",
              "caseNumber": "330225100-20260301-0001",
              "orderId": "00000000-0000-7000-8000-000000000003",
              "title": { "person": "00000000-0000-7000-8000-000000000010", "text": "村口的路灯坏了" },
              "unit": "00000000-0000-7000-8000-000000000031",
              "group": "00000000-0000-7000-8000-000000000020",
              "handledBy": "00000000-0000-7000-8000-000000000050",
              "summary": "已更换十二盏路灯"
            }
            """,
        [Reviewed(Second, Unsatisfied)] = """
            {
              "round": 1,
              "deputy": "00000000-0000-7000-8000-000000000062",
              "verdict": "Unsatisfied",
              "comment": "仍有三盏不亮"
            }
            """,
        [ConcludedRound[^1]] = """{ "round": 1, "orderId": "00000000-0000-7000-8000-000000000003" }""",
        [ReturnedRound[^1]] = """
            { "round": 1, "orderId": "00000000-0000-7000-8000-000000000003", "reason": "仍有三盏不亮\n线路裸露" }
            """,
        [RestartedRound[^2]] = """
            {
              "round": 1,
              "madeBy": "00000000-0000-7000-8000-000000000070",
              "method": "HomeVisit",
              "verdict": "Unsatisfied",
              "comment": { "person": "00000000-0000-7000-8000-000000000010", "text": "我家门口还是黑的" }
            }
            """,
        [ClosedRound[^1]] = """{ "round": 1, "orderId": "00000000-0000-7000-8000-000000000003" }""",
        [RestartedRound[^1]] = """
            { "round": 1, "orderId": "00000000-0000-7000-8000-000000000003", "reason": "门口一盏未修" }
            """,
    };

    public static TheoryData<string> Names => [.. Shapes.Keys.Select(e => e.GetType().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void the_json_of_a_stored_event_stays_as_it_is(string name)
    {
        var (happened, shape) = Shapes.Single(s => s.Key.GetType().Name == name);
        var expected = JsonNode.Parse(shape);
        var written = JsonSerializer.SerializeToNode(happened, happened.GetType(), Json);
        Assert.True(JsonNode.DeepEquals(expected, written), $"{written}");
        Assert.Equal(happened, expected.Deserialize(happened.GetType(), Json));
    }

    [Fact]
    public void every_stored_event_has_its_shape_pinned() => Assert.Equal(
        Evaluation.Module.Store.Events.Select(e => e.Type), Shapes.Keys.Select(e => e.GetType()));
}
