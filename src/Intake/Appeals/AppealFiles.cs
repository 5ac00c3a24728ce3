using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>
/// Photos and files of an appeal. What came with one that was merged into another is downloaded where it was handed in; what came
/// with one that was split, at each of its parts too.
/// </summary>
public static class AppealFiles
{
    private static readonly Role[] Followers =
    [
        Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station, Role.CommandCentre, Role.CongressOffice, Role.Presidium,
        Role.TownChair, Role.StreetWorkCommittee, Role.StandingCommittee, Role.Auditor,
    ];

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapGet("/{id:guid}/files/{sha256}", Get)
        .RequireRole([.. Followers.Union(Authority.For(Act.Submit))])
        .WithSummary("下载反映事项附件 / Download a photo or file of an appeal: who handed it in, who follows the appeal, the unit it was routed to");

    /// <summary>The fact, where any were given.</summary>
    public static IEnumerable<IAppealEvent> Given(Guid? submitter, IReadOnlyList<Attachment>? files) =>
        files is { Count: > 0 } ? [new FilesAttached(submitter, files)] : [];

    /// <summary>All of these were given by them already.</summary>
    public static bool Has(this Appeal appeal, Guid? submitter, IReadOnlyList<Attachment>? files) =>
        !(files ?? []).Except(appeal.Files.Where(f => f.Submitter == submitter).SelectMany(f => f.Files)).Any();

    public static bool Follows(Caller caller) => caller.Roles.Any(Followers.Contains);

    /// <summary>
    /// What a caller may see: their own, whatever they are; its submitter also what the unit answered with; all of it who follows it,
    /// and the unit it was routed to. A unit that may come to have to do with it by an order alone sees what stands with the order.
    /// </summary>
    public static IEnumerable<FilesAttached> FilesFor(this Appeal appeal, Caller caller)
    {
        var all = Follows(caller) || (caller.Unit is { } unit && appeal.Dispatch?.Unit == unit);
        return appeal.Files.Where(f => all || f.Submitter == caller.Person || (f.Submitter is null && appeal.Submitter == caller.Person));
    }

    /// <summary>Hashes of what a person handed in with appeals, but for what the unit gave too: its evidence is not theirs to erase.</summary>
    /// <param name="appeals">Those the person is linked to.</param>
    public static async Task<IReadOnlyList<string>> HandedIn(
        StreamStore store, string township, Guid person, IReadOnlyList<Guid> appeals, CancellationToken cancellation)
    {
        var given = new List<FilesAttached>();
        foreach (var id in appeals)
        {
            given.AddRange((await store.Load(Appeal.Stream, id, township, cancellation))!.State.Files);
        }

        return [.. Hashes(person).Except(Hashes(null))];

        IEnumerable<string> Hashes(Guid? of) => given.Where(f => f.Submitter == of).SelectMany(f => f.Files).Select(f => f.Sha256);
    }

    private static async Task<IResult> Get(Guid id, string sha256, HttpContext http, StreamStore store)
    {
        var caller = http.Caller();
        FormattableString where = $"select tenant_id from appeals where id = {id}";
        return await store.Query(caller.Tenant, where, r => r.GetString(0), http.RequestAborted) is [var township]
            && await store.Load(Appeal.Stream, id, township, http.RequestAborted) is { State: var appeal }
            && appeal.FilesFor(caller).Where(f => f.Files.Any(a => a.Sha256 == sha256)).MinBy(f => f.Submitter is not null) is { } given
                ? await http.Download(given.Files.First(a => a.Sha256 == sha256), township, given.Submitter)
                : http.Problem(Refuse.Unknown("not-found"));
    }
}
