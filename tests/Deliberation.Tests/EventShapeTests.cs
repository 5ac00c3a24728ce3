using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

/// <summary>Stored events are read for ever: their shape is pinned by hand.</summary>
public sealed class EventShapeTests
{
    private const string Carried = """
        {
          "heldOn": "2026-03-10",
          "attended": [
            "00000000-0000-7000-8000-000000000041", "00000000-0000-7000-8000-000000000042", "00000000-0000-7000-8000-000000000043"
          ],
          "for": 3, "against": 0, "abstained": 0
        }
        """;

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly Dictionary<ITopicEvent, string> Shapes = new()
    {
        [Proposed] = """
            {
              "caseId": "00000000-0000-7000-8000-000000000001",
              "caseNumber": "330225100-20260301-0001",
              "appealId": "00000000-0000-7000-8000-000000000001",
              "title": { "person": "00000000-0000-7000-8000-000000000010", "text": "村口的路灯坏了" },
              "text": { "person": "00000000-0000-7000-8000-000000000010", "text": "已经半年了，晚上看不见路" },
              "proposedBy": "00000000-0000-7000-8000-000000000011",
              "proposedAs": "Deputy",
              "ground": "多位村民反映"
            }
            """,
        [Screened] = """
            {
              "criteria": {
                "livelihood": { "met": true, "reason": "涉及出行安全" },
                "complex": { "met": true, "reason": "涉及两个部门" },
                "longSpan": { "met": true, "reason": "已逾半年" }
              }
            }
            """,
        [Confirmed] = $$"""
            {
              "appealId": "00000000-0000-7000-8000-000000000001",
              "group": "00000000-0000-7000-8000-000000000020",
              "meeting": {{Carried}}
            }
            """,
        [Advised] = """
            { "advice": { "heldOn": "2026-03-10", "text": "先修后管", "content": "本月内修复全部路灯" } }
            """,
        [Handed] = $$"""
            {
              "caseNumber": "330225100-20260301-0001",
              "title": { "person": "00000000-0000-7000-8000-000000000010", "text": "村口的路灯坏了" },
              "orderId": "00000000-0000-7000-8000-000000000003",
              "addressee": "00000000-0000-7000-8000-000000000030",
              "group": "00000000-0000-7000-8000-000000000020",
              "content": "修复全村路灯",
              "dueOn": "2026-03-25",
              "meeting": {{Carried}}
            }
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
        Deliberation.Module.Store.Events.Select(e => e.Type), Shapes.Keys.Select(e => e.GetType()));
}
