using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

public static class Waits
{
    /// <summary>What an appeal waits for, and whom. Nothing where it is over, or with another service.</summary>
    public static IEnumerable<Waiting> For(Appeal appeal) => appeal switch
    {
        { OwesAnswer: true, Stage: not (Stage.NotTaken or Stage.Unsatisfied) } a => [Act(a, "answer-appeal", Station)],
        { IsMirrored: true } => [],
        { Stage: Stage.Collected, Awaited: { } deputy } a => [Act(a, "accept-appeal", [Role.Deputy]) with { Person = deputy }],
        { Stage: Stage.Collected } a => [Act(a, "accept-appeal", Station)],
        { Stage: Stage.ReturnedToSubmitter } a =>
            [Act(a, "await-supplement", Station), Act(a, "supplement-appeal", Own) with { Person = a.Submitter }],
        { Stage: Stage.Accepted } a => [Act(a, "review-appeal", Station)],
        { Stage: Stage.Reviewed } a =>
            [Act(a, "route-appeal", Station), Act(a, "propose-topic", Authority.For(Rules.Act.Propose))],
        { Stage: Stage.RoutedToOrdinaryHandling, Dispatch.Unit: { } unit } a =>
            [Target(a, "answer-as-unit", Authority.For(Rules.Act.AnswerAsUnit)) with { Unit = unit }],
        { Stage: Stage.RoutedToOrdinaryHandling } a => [Target(a, "enter-platform-answer", Station)],
        { Stage: Stage.SentBack } a => [Act(a, "route-again", Station)],
        { Stage: Stage.NotTaken } a => [Act(a, "settle-not-taken", Station)],
        { Stage: Stage.Unsatisfied } a => [Act(a, "settle-unsatisfied", Station)],
        { Stage: Stage.Answered or Stage.Rated } a =>
            [.. a.Unrated.Select(person => Act(a, "rate-appeal", Own) with { Person = person, Part = $"{person}" })],
        _ => [],
    };

    private static readonly Role[] Station = Authority.For(Rules.Act.KeepStation);

    private static readonly Role[] Own = Authority.For(Rules.Act.FollowOwn);

    private static Waiting Act(Appeal a, string act, IReadOnlyList<Role> roles) =>
        new(act, a.Id, a.CaseNumber, a.Round, roles, DueAt: a.Limit?.DueAt(), WarnAt: a.Limit?.WarnAt());

    private static Waiting Target(Appeal a, string act, IReadOnlyList<Role> roles) =>
        new(act, a.Id, a.CaseNumber, a.Round, roles, DueAt: a.Dispatch!.Target.DueAt(), WarnAt: a.Dispatch.Target.WarnAt(), IsTarget: true);
}
