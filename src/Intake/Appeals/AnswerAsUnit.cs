using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>What the unit, or a platform outside, made of a small matter. The station replies to those linked.</summary>
/// <param name="AnsweredOn">Local date on which it was answered, where that was earlier.</param>
/// <param name="Files">Photos and files of what was done, uploaded before.</param>
public sealed record AnswerAsUnit(
    [property: Known] ResultClass Result, [property: Text] string Text, DateOnly? AnsweredOn = null,
    [property: Attached] IReadOnlyList<Attachment>? Files = null);

public static class AnsweringAsUnit
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IAppealEvent> Decide(Appeal appeal, AnswerAsUnit c, Guid? unit, DateOnly today) =>
        unit is null || appeal.Dispatch?.Unit != unit ? Refuse.Forbidden("routed-to-another-unit") : Answered(appeal, c, today);

    /// <summary>Of a platform outside the station enters it.</summary>
    public static Decision<IAppealEvent> Decide(Appeal appeal, AnswerAsUnit c, DateOnly today) =>
        appeal.Dispatch?.Platform is null ? Refuse.Rule("not-on-a-platform") : Answered(appeal, c, today);

    public static void Map(RouteGroupBuilder appeals)
    {
        appeals.MapPost("/{id:guid}/unit-answer", PostOfUnit)
            .RequireRole(Authority.For(Act.AnswerAsUnit))
            .WithSummary("Answer a small matter as the unit it was routed to: solved, planned or kept as reference");
        appeals.MapPost("/{id:guid}/platform-answer", PostOfPlatform)
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("Enter what a platform outside answered");
    }

    private static Decision<IAppealEvent> Answered(Appeal appeal, AnswerAsUnit c, DateOnly today)
    {
        var answer = new HandlingAnswer(c.Result, c.Text, c.AnsweredOn ?? today);
        return appeal switch
        {
            { Stage: Stage.AnsweredByUnit } when appeal.UnitAnswer == answer && appeal.Has(null, c.Files) => [],
            { Stage: not Stage.RoutedToOrdinaryHandling } => Refuse.State("not-in-ordinary-handling"),
            _ when answer.AnsweredOn > today => Refuse.Rule("answered-in-the-future"),
            _ =>
            [
                new UnitAnswered(appeal.Dispatch!.Unit, appeal.Dispatch.Platform, answer.Result, answer.Text, answer.AnsweredOn),
                .. AppealFiles.Given(null, c.Files),
            ],
        };
    }

    private static async Task<IResult> PostOfUnit(Guid id, AnswerAsUnit c, HttpContext http) =>
        await http.Objection(c.Files) is { } unknown
            ? http.Problem(unknown)
            : await http.Handle(id, (appeal, caller, pace) => Decide(appeal, c, caller.Unit, BusinessTime.DateOf(pace.Now)));

    private static async Task<IResult> PostOfPlatform(Guid id, AnswerAsUnit c, HttpContext http) =>
        await http.Objection(c.Files) is { } unknown
            ? http.Problem(unknown)
            : await http.Handle(id, (appeal, _, pace) => Decide(appeal, c, BusinessTime.DateOf(pace.Now)));
}
