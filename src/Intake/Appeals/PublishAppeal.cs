using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>The words that may be shown to anybody: the station's own, without anybody's identity.</summary>
public sealed record PublishAppeal(
    [property: Text(SubmittingAppeal.TitleLength)] string Title, [property: Text(SubmittingAppeal.TextLength)] string Text);

public sealed record WithdrawPublication([property: Text] string Reason);

public static class PublishingAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, PublishAppeal c) => appeal switch
    {
        _ when appeal.Publication == new Publication(c.Title, c.Text) => [],
        { Stage: Stage.Collected or Stage.ReturnedToSubmitter } => Refuse.State("published-before-acceptance"),
        { Stage: Stage.Declined or Stage.Withdrawn or Stage.Merged or Stage.Split } => Refuse.State("published-too-late"),
        _ => [new PublicationApproved(c.Title, c.Text)],
    };

    public static Decision<IAppealEvent> Decide(Appeal appeal, WithdrawPublication c) =>
        appeal.Publication is null ? [] : [new PublicationWithdrawn(c.Reason)];

    public static void Map(RouteGroupBuilder appeals)
    {
        appeals.MapPost("/{id:guid}/publication", Post)
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("Approve the text under which an appeal is public");
        appeals.MapPost("/{id:guid}/publication/withdrawal", PostWithdrawal)
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("Take an appeal's public text back");
    }

    private static Task<IResult> Post(Guid id, PublishAppeal c, HttpContext http) => http.Handle(id, (appeal, _, _) => Decide(appeal, c));

    private static Task<IResult> PostWithdrawal(Guid id, WithdrawPublication c, HttpContext http) =>
        http.Handle(id, (appeal, _, _) => Decide(appeal, c));
}
