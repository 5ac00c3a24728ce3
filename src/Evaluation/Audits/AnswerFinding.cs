using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation.Audits;

/// <param name="Answer">What was put right.</param>
public sealed record AnswerFinding([property: Text(4000)] string Answer);

public static class AnsweringFinding
{
    public static Role[] Roles { get; } = [.. Authority.For(Act.AnswerAsUnit), .. Authority.For(Act.KeepOffice)];

    /// <param name="unit">The unit the caller acts for; null where it is the office.</param>
    public static Decision<IAuditEvent> Decide(AuditSample sample, int number, AnswerFinding command, Guid person, Guid? unit) =>
        sample.Findings.FirstOrDefault(f => f.Number == number) switch
        {
            null => Refuse.Unknown("no-such-finding"),
            { } f when f.Unit != unit => Refuse.Forbidden("finding-of-another"),
            { Answer: { } given } f => (given, f.AnsweredBy) == (command.Answer, person) ? [] : Refuse.State("finding-already-answered"),
            _ => [new FindingAnswered(number, person, command.Answer)],
        };

    public static void Map(RouteGroupBuilder audits) => audits
        .MapPost("/{id:guid}/findings/{number:int}/answer", Post).RequireRole(Roles)
        .WithSummary("整改答复 / Answer a finding with what was put right");

    private static Task<IResult> Post(HttpContext http, Guid id, int number, AnswerFinding body) => http.Write(
        AuditSample.Stream, id, (sample, caller, _) => Decide(sample, number, body, caller.Person, caller.Role is Role.CongressOffice ? null : caller.Unit ?? Guid.Empty));
}
