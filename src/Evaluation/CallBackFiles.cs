using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation;

/// <summary>Photos and files of call-backs and attempts: for whoever may see those, never for the unit that handled the matter.</summary>
public static class CallBackFiles
{
    public static void Map(RouteGroupBuilder reviews, Role[] readers) => reviews
        .MapGet("/{id:guid}/files/{sha256}", Get).RequireRole(readers)
        .WithSummary("下载回访附件 / Download a photo or file of a call-back");

    /// <summary>The fact, where any were given.</summary>
    public static IEnumerable<IReviewEvent> Given(int round, Guid person, IReadOnlyList<Attachment>? files) =>
        files is { Count: > 0 } ? [new FilesAttached(round, person, files)] : [];

    /// <summary>All of these were given with a call on that person already.</summary>
    public static bool Has(this ReviewRound round, Guid person, IReadOnlyList<Attachment>? files) =>
        !(files ?? []).Except(round.Files.Where(f => f.Person == person).SelectMany(f => f.Files)).Any();

    /// <param name="unit">The unit the caller belongs to.</param>
    public static FilesAttached? Find(Review review, string sha256, Guid person, Guid? unit) =>
        review.Handlers.Contains(person) || review.WasHandledBy(unit)
            ? null
            : review.Rounds.SelectMany(r => r.Files).FirstOrDefault(f => f.Files.Any(a => a.Sha256 == sha256));

    private static async Task<IResult> Get(HttpContext http, Guid id, string sha256, StreamStore store)
    {
        var (caller, township) = (http.Caller(), await http.TownshipOf(store, id));
        return await store.Load(Review.Stream, id, township.Code, http.RequestAborted) is { State: var review }
            && Find(review, sha256, caller.Person, await http.UnitOfCaller(store)) is { } given
                ? await http.Download(given.Files.First(a => a.Sha256 == sha256), township.Code, given.Person)
                : http.Problem(Refuse.Unknown("not-found"));
    }
}
