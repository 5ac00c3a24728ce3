using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public sealed record JudgeCommitment(bool Kept, [property: Text] string Finding);

public static class JudgingCommitment
{
    /// <param name="groups">The groups the caller belongs to.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, int commitment, JudgeCommitment command, Guid person, IReadOnlyList<Guid> groups) =>
        (order, order.Commitments.FirstOrDefault(c => c.Made.Commitment == commitment)) switch
        {
            (_, null) => Refuse.Unknown("no-such-commitment"),
            _ when order.NotFollowedBy(groups, person) is { } refusal => refusal,
            (_, { Judged: { } j }) => (j.Kept, j.Finding) == (command.Kept, command.Finding)
                ? []
                : Refuse.State("commitment-already-judged"),
            _ => [new CommitmentJudged(order.Round.Number, commitment, command.Kept, command.Finding)],
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/commitments/{commitment:int}", Post).RequireRole(Authority.For(Act.Visit))
        .WithSummary("认定承诺是否兑现 / Find whether a commitment was kept");

    private static Task<IResult> Post(HttpContext http, Guid id, int commitment, JudgeCommitment body) =>
        http.Write(Order.Stream, id, (order, caller, _) => Decide(order, commitment, body, caller.Person, caller.Groups));
}
