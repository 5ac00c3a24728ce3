using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Into">The appeal on the same matter that was recorded earlier.</param>
public sealed record MergeAppeal([property: Given] Guid Into);

public static class MergingAppeal
{
    /// <remarks>
    /// Always into the earlier one: two that are merged into each other at the same time would end nowhere. It learns of the fact by a
    /// message, which a crash delays and does not lose (<see cref="WhenAppealContinues"/>).
    /// </remarks>
    /// <param name="into">As it stands; null where there is none in the township.</param>
    public static Decision<IAppealEvent> Decide(Appeal appeal, MergeAppeal c, Appeal? into) => appeal switch
    {
        { Stage: Stage.Merged } when appeal.MergedInto == c.Into => [],
        { Stage: not (Stage.Accepted or Stage.Reviewed or Stage.ReturnedToSubmitter) } => Refuse.State("appeal-not-mergeable"),
        _ when into is null => Refuse.Rule("merged-into-nothing"),
        _ when into is { IsOver: true } or { Stage: Stage.Answered or Stage.Rated } => Refuse.Rule("merged-into-what-is-over"),
        _ when string.CompareOrdinal(into.CaseNumber, appeal.CaseNumber) >= 0 => Refuse.Rule("merged-into-a-later-one"),
        _ => [new AppealMerged(c.Into)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/merger", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Merge an appeal into an earlier one on the same matter (并单); every submitter is answered there");

    private static async Task<IResult> Post(Guid id, MergeAppeal c, HttpContext http, StreamStore store)
    {
        var into = await store.Load(Appeal.Stream, c.Into, http.Caller().Tenant, http.RequestAborted);
        return await http.Handle(id, (appeal, _, _) => Decide(appeal, c, into?.State));
    }
}
