using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Submitter">Whose words they are, where the station enters them; its submitter's where left out.</param>
/// <param name="Files">Photos and files of the matter, uploaded before.</param>
public sealed record SupplementAppeal(
    [property: Text(SubmittingAppeal.TextLength)] string Text, Guid? Submitter = null,
    [property: Attached] IReadOnlyList<Attachment>? Files = null);

public static class SupplementingAppeal
{
    /// <param name="text">The command's, sealed.</param>
    /// <param name="open">What a supplement that was recorded says; null where that cannot be read any more.</param>
    public static Decision<IAppealEvent> Decide(
        Appeal appeal, string said, PersonalText text, Func<PersonalText, string?> open, IReadOnlyList<Attachment>? files = null) =>
        appeal switch
        {
            _ when !appeal.Linked.Contains(text.Person) => Refuse.Forbidden("not-a-submitter"),
            { IsOver: true } => Refuse.State("supplemented-too-late"),
            { Stage: not Stage.ReturnedToSubmitter, Supplements: [.., var last] } when last.Person == text.Person && open(last) == said
                && appeal.Has(text.Person, files) => [],
            _ => [new AppealSupplemented(text), .. AppealFiles.Given(text.Person, files)],
        };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/supplements", Post)
        .RequireRole(Authority.For(Act.FollowOwn))
        .WithSummary("Add to an appeal one handed in oneself; what was returned goes on");

    private static async Task<IResult> Post(Guid id, SupplementAppeal c, HttpContext http, StreamStore store)
    {
        if (await http.Objection(c.Files) is { } unknown)
        {
            return http.Problem(unknown);
        }

        var said = c.Text.Trim();
        return await http.Follow(store, id, c.Submitter, (keys, person) =>
        {
            var text = keys.Seal(person, said);
            return appeal => Decide(appeal, said, text, keys.Open, c.Files);
        });
    }
}
