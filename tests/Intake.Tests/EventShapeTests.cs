using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;

namespace LiaisonStation.Intake.Tests;

/// <summary>What is stored stays readable: the JSON of every event is pinned.</summary>
public sealed class EventShapeTests
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly Guid A = Guid.Parse("019a0000-0000-7000-8000-00000000000a");
    private static readonly Guid B = Guid.Parse("019a0000-0000-7000-8000-00000000000b");
    private static readonly PersonalText Words = new(B, "路灯");

    public static TheoryData<string, object, string> Shapes { get; } = new()
    {
        {
            "appeal_received",
            new AppealReceived(A, "330225109-20261121-0001", Channel.Import, B, A, Words, Words, new DateTimeOffset(2019, 4, 24, 16, 3, 40, TimeSpan.FromHours(8)), "message-board", "2554"),
            """{"appealId":"A","caseNumber":"330225109-20261121-0001","channel":"Import","submitter":"B","addressedTo":"A","title":{"person":"B","text":"路灯"},"text":{"person":"B","text":"路灯"},"submittedAt":"2019-04-24T16:03:40+08:00","source":"message-board","sourceId":"2554"}"""
        },
        {
            "source_reply_recorded", new SourceReplyRecorded(Words, null),
            """{"reply":{"person":"B","text":"路灯"},"repliedAt":null}"""
        },
        { "appeal_accepted", new AppealAccepted(A, Role.Deputy), """{"acceptedBy":"A","acceptedAs":"Deputy"}""" },
        {
            "appeal_reviewed", new AppealReviewed(new Category("城乡建设", "道路", null), Urgency.Urgent),
            """{"category":{"first":"城乡建设","second":"道路","third":null},"urgency":"Urgent"}"""
        },
        {
            "topic_proposal_requested",
            new TopicProposalRequested(A, "330225109-20261121-0001", B, Words, Words, A, Role.Station, "多人反映"),
            """{"appealId":"A","caseNumber":"330225109-20261121-0001","topicId":"B","title":{"person":"B","text":"路灯"},"text":{"person":"B","text":"路灯"},"proposedBy":"A","proposedAs":"Station","ground":"多人反映"}"""
        },
        { "appeal_taken_up", new AppealTakenUp(A), """{"topicId":"A"}""" },
        { "appeal_returned_for_rectification", new AppealReturnedForRectification(1, "未修好"), """{"round":1,"reason":"未修好"}""" },
        { "appeal_concluded", new AppealConcluded(1), """{"round":1}""" },
        { "appeal_reopened", new AppealReopened(1, "又坏了"), """{"round":1,"reason":"又坏了"}""" },
        { "appeal_closed", new AppealClosed(1), """{"round":1}""" },
        {
            "person_registered", new PersonRegistered(A, [Role.Deputy], [B], null, "1号"),
            """{"personId":"A","roles":["Deputy"],"groups":["B"],"unitId":null,"documentNumber":"1号"}"""
        },
        {
            "person_reassigned", new PersonReassigned(A, [Role.HandlingUnit], [], B, "1号"),
            """{"personId":"A","roles":["HandlingUnit"],"groups":[],"unitId":"B","documentNumber":"1号"}"""
        },
        {
            "person_deactivated", new PersonDeactivated(A, [Role.Deputy], null, "1号"),
            """{"personId":"A","roles":["Deputy"],"unitId":null,"documentNumber":"1号"}"""
        },
        {
            "unit_registered", new UnitRegistered(A, UnitKind.Section, B, "社会事务办", "1号"),
            """{"unitId":"A","kind":"Section","parentId":"B","name":"社会事务办","documentNumber":"1号"}"""
        },
        {
            "unit_deactivated", new UnitDeactivated(A, UnitKind.Section, B, "社会事务办", "1号"),
            """{"unitId":"A","kind":"Section","parentId":"B","name":"社会事务办","documentNumber":"1号"}"""
        },
        {
            "group_registered", new GroupRegistered(A, GroupKind.Presidium, "主席团", [B], "1号"),
            """{"groupId":"A","kind":"Presidium","name":"主席团","members":["B"],"documentNumber":"1号"}"""
        },
        {
            "group_members_changed", new GroupMembersChanged(A, GroupKind.Presidium, "主席团", [B]),
            """{"groupId":"A","kind":"Presidium","name":"主席团","members":["B"]}"""
        },
        {
            "group_dissolved", new GroupDissolved(A, GroupKind.Presidium, "主席团", "1号"),
            """{"groupId":"A","kind":"Presidium","name":"主席团","documentNumber":"1号"}"""
        },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void an_event_is_written_and_read_as_ever(string alias, object happened, string shape)
    {
        Assert.Equal(alias, Intake.Module.Store.Events.Single(e => e.Type == happened.GetType()).Alias);
        var expected = JsonNode.Parse(shape.Replace("\"A\"", $"\"{A}\"", StringComparison.Ordinal).Replace("\"B\"", $"\"{B}\"", StringComparison.Ordinal))!;
        var written = JsonSerializer.SerializeToNode(happened, happened.GetType(), Json);
        Assert.True(JsonNode.DeepEquals(expected, written), $"{written}");
        var read = expected.Deserialize(happened.GetType(), Json);
        Assert.True(JsonNode.DeepEquals(expected, JsonSerializer.SerializeToNode(read, happened.GetType(), Json)));
    }

    [Fact]
    public void every_event_has_a_shape() => Assert.Equal(
        Intake.Module.Store.Events.Select(e => e.Alias).Order(), Shapes.Select(s => (string)s[0]).Order());

    [Fact]
    public void what_is_told_of_people_carries_their_stream_version_and_no_name()
    {
        var told = Publish.ToOthers(new RecordedEvent(
            1, A, A, 3, "330225109", "person_reassigned", new PersonReassigned(A, [Role.Deputy], [B], null, "1号"), DateTimeOffset.UnixEpoch, null, null,
            new EventHeaders(null, null, null, null)));
        Assert.Equivalent(new PersonChanged(A, [Role.Deputy], [B], null, true, 3), told);
    }
}
