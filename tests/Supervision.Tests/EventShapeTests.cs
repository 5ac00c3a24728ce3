using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

/// <summary>Stored events are read for ever: their shape is pinned by hand.</summary>
public sealed class EventShapeTests
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly Dictionary<IOrderEvent, string> Shapes = new()
    {
        [Issued] = """
            {
              "round": 1,
              "number": "DB-330225100-20260301-0001",
              "caseId": "00000000-0000-7000-8000-000000000001",
              "caseNumber": "330225100-20260301-0001",
              "topicId": "00000000-0000-7000-8000-000000000002",
              "title": { "person": "00000000-0000-7000-8000-000000000010", "text": "村口的路灯坏了" },
              "addressee": "00000000-0000-7000-8000-000000000030",
              "group": "00000000-0000-7000-8000-000000000020",
              "content": "修复全村路灯",
              "referredAt": "2026-03-10T17:30:00+00:00",
              "dueOn": "2026-03-21",
              "dueAt": "2026-03-21T16:00:00+00:00"
            }
            """,
        [Acknowledged] = """{ "round": 1 }""",
        [Passed] = """{ "round": 1, "section": "00000000-0000-7000-8000-000000000031" }""",
        [Reported] = """
            {
              "round": 1,
              "caseNumber": "330225100-20260301-0001",
              "reviewId": "00000000-0000-7000-8000-000000000004",
              "title": { "person": "00000000-0000-7000-8000-000000000010", "text": "村口的路灯坏了" },
              "unit": "00000000-0000-7000-8000-000000000031",
              "group": "00000000-0000-7000-8000-000000000020",
              "handledBy": "00000000-0000-7000-8000-000000000050",
              "summary": "已更换十二盏路灯"
            }
            """,
        [Reopened] = """
            {
              "round": 2,
              "cause": "ReturnedForRectification",
              "causedBy": "00000000-0000-7000-8000-000000000005",
              "openedAt": "2026-04-01T08:00:00+00:00",
              "dueAt": "2026-04-11T16:00:00+00:00"
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
        Supervision.Module.Store.Events.Select(e => e.Type), Shapes.Keys.Select(e => e.GetType()));
}
