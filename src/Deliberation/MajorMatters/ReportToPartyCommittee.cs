using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.MajorMatters;

/// <summary>The party committee was informed (请示报告).</summary>
/// <param name="ReportedOn">Local date.</param>
public sealed record ReportedToPartyCommittee(DateOnly ReportedOn, string DocumentNumber) : ITopicEvent;

/// <param name="ReportedOn">Local date.</param>
public sealed record ReportToPartyCommittee([property: Given] DateOnly ReportedOn, [property: Text(100)] string DocumentNumber);

public static class ReportingToPartyCommittee
{
    public static Decision<ITopicEvent> Decide(Topic topic, ReportToPartyCommittee command, DateOnly today) => topic switch
    {
        { PartyReport: { } recorded } => recorded == new ReportedToPartyCommittee(command.ReportedOn, command.DocumentNumber)
            ? []
            : Refuse.State("already-reported-to-party-committee"),
        { IsOpen: false } => Refuse.State("topic-closed"),
        _ when command.ReportedOn > today => Refuse.Rule("reported-in-future"),
        _ => [new ReportedToPartyCommittee(command.ReportedOn, command.DocumentNumber)],
    };

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/party-report", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Record that the party committee was informed, as it must be before a major matter");

    private static Task<IResult> Post(HttpContext http, Guid id, ReportToPartyCommittee body) => http.Write(
        Topic.Stream, id, (topic, _, now) => Decide(topic, body, BusinessTime.DateOf(now)));
}
