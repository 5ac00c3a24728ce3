using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.MajorMatters;

/// <summary>The party committee gave an instruction on what was reported to it (批示).</summary>
/// <param name="ReceivedOn">Local date.</param>
public sealed record PartyInstructionRecorded(DateOnly ReceivedOn, string DocumentNumber, string Instruction) : ITopicEvent;

/// <param name="ReceivedOn">Local date.</param>
public sealed record RecordPartyInstruction(
    [property: Given] DateOnly ReceivedOn, [property: Text(100)] string DocumentNumber, [property: Text] string Instruction);

public static class RecordingPartyInstruction
{
    public static Decision<ITopicEvent> Decide(Topic topic, RecordPartyInstruction command, DateOnly today)
    {
        var recorded = new PartyInstructionRecorded(command.ReceivedOn, command.DocumentNumber, command.Instruction);
        return topic switch
        {
            _ when topic.PartyInstructions.Contains(recorded) => [],
            { PartyReport: null } => Refuse.State("not-reported-to-party-committee"),
            _ when command.ReceivedOn > today => Refuse.Rule("reported-in-future"),
            _ => [recorded],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/party-instructions", Post).RequireRole(Authority.For(Act.RecordPartyCommittee))
        .WithSummary("Record the party committee's instruction on what was reported to it");

    private static Task<IResult> Post(HttpContext http, Guid id, RecordPartyInstruction body) => http.Write(
        Topic.Stream, id, (topic, _, now) => Decide(topic, body, BusinessTime.DateOf(now)));
}
