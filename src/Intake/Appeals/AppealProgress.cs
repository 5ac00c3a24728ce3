using System.Globalization;
using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>What those linked to an appeal are told, step by step, in plain words. Nothing is sent to anybody from here.</summary>
public static class AppealProgress
{
    private static readonly ResourceManager Resource = new("LiaisonStation.Intake.Appeals.Progress", typeof(AppealProgress).Assembly);
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    private static readonly Role[] Staff =
        [.. Authority.For(Act.KeepStation), .. Authority.For(Act.KeepOffice), .. Authority.For(Act.Audit)];

    public static Words Notice => Words("notice");

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapGet("/{id:guid}/progress", Get)
        .RequireAnyRole()
        .WithSummary("How far an appeal has come, for who handed it in or joined it, and for who answers them");

    public static Words Words(string key) => new(
        Resource.GetString(key, CultureInfo.InvariantCulture)!, Resource.GetString(key, English)!);

    public static Words Words(Stage stage) => Words($"stage.{stage}");

    /// <summary>What an event is told as to one of those linked; null where it is no news to them.</summary>
    /// <returns>The key of the words, and the words somebody gave for it: a string, or personal text.</returns>
    public static (string Key, object? Detail)? Told(IAppealEvent happened, Guid person) => happened switch
    {
        AppealReceived { SplitFrom: null } => ("received", null),
        AppealReceived e => ("received-as-part", e.CaseNumber),
        AcceptanceLapsed => ("acceptance-lapsed", null),
        AppealAccepted { AcceptedAs: Role.Deputy } => ("accepted-by-deputy", null),
        AppealAccepted => ("accepted-by-station", null),
        AppealReturnedToSubmitter e => ("returned", e.Reason),
        AppealSupplemented e when e.Text.Person == person => ("supplemented", e.Text),
        SupplementLapsed => ("supplement-lapsed", null),
        FilesAttached e when e.Submitter == person => ("files-attached", null),
        AppealReviewed => ("reviewed", null),
        AppealJoined e when e.Person == person => ("joined", e.Words),
        SmallMatterRouted { Dispatch: 1 } => ("routed", null),
        SmallMatterRouted => ("routed-again", null),
        AssignmentSentBack => ("sent-back", null),
        UnitAnswered => ("answered-by-unit", null),
        AppealAnswered e when e.To == person => ("answered", e.Answer),
        AppealRated e when e.Person == person => ("rated", null),
        RedoOrdered e => ("redo", e.Reason),
        EntryCorrected { Unit: not null } => ("routed-again", null),
        AppealHandedOver => ("handed-over", null),
        AppealDeclined e => ($"declined.{e.Code}", e.Body is { } body ? $"{e.Reason} → {body}" : e.Reason),
        AppealWithdrawn e when e.Person == person => ("withdrawn", null),
        AppealMerged => ("merged", null),
        AppealSplit e => ("split", e.CaseNumber),
        PublicationApproved => ("published", null),
        PublicationWithdrawn => ("unpublished", null),
        TopicProposalRequested => ("proposed", null),
        AppealNotTaken e => ("not-taken", e.Reason),
        AppealTakenUp => ("taken-up", null),
        AppealReturnedForRectification e => ("returned-for-rectification", e.Reason),
        AppealConcluded => ("concluded", null),
        AppealReopened e => ("reopened", e.Reason),
        AppealClosed => ("closed", null),
        AppealClosedUnreached => ("closed-unreached", null),
        AppealEnded e => ("ended", e.Reason),
        _ => null,
    };

    /// <summary>
    /// Of an appeal's history who handed it in is shown what they are told, and a unit nothing of what passes between residents and
    /// station, nor files of a matter that may not be theirs; everyone else works on it.
    /// </summary>
    public static bool Shows(Caller caller, RecordedEvent recorded) => recorded.Data is not IAppealEvent happened
        || (caller.IsOutsider ? Told(happened, caller.Person) is not null
            : happened is FilesAttached ? AppealFiles.Follows(caller)
            : !caller.IsUnit() || happened is not (AppealJoined or AppealWithdrawn or AppealAnswered or AppealRated or RecusalDeclared));

    /// <param name="submitter">Whose view, for who answers them; the submitter's where left out.</param>
    private static async Task<IResult> Get(Guid id, HttpContext http, StreamStore store, Guid? submitter = null)
    {
        var caller = http.Caller();
        if (await store.Load(Appeal.Stream, id, caller.Tenant, http.RequestAborted) is not { State: var appeal })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var own = appeal.Linked.Union(appeal.Left).Contains(caller.Person);
        if (!own && !caller.Roles.Any(Staff.Contains))
        {
            return http.Problem(Refuse.Forbidden("not-a-submitter"));
        }

        var person = own ? caller.Person : submitter ?? appeal.Submitter;
        var steps = await Steps(store, appeal, caller.Tenant, person, http.RequestAborted);
        var keys = await http.Keys(person);
        return TypedResults.Ok(new Progress(
            appeal.CaseNumber, Words(appeal.Stage), Notice,
            [.. steps.OrderBy(s => s.At).Select(s => new ProgressStep(s.At, Words(s.Told.Key), s.Told.Detail switch
            {
                PersonalText text => keys.Show(text).Text,
                var detail => (string?)detail,
            }))]));
    }

    /// <summary>Of the appeal, and of those in which it goes on.</summary>
    private static async Task<List<(DateTimeOffset At, (string Key, object? Detail) Told)>> Steps(
        StreamStore store, Appeal appeal, string tenant, Guid person, CancellationToken cancellation)
    {
        var (steps, follow, seen) = (new List<(DateTimeOffset, (string, object?))>(), new Queue<Guid>([appeal.Id]), new HashSet<Guid>());
        while (follow.TryDequeue(out var id))
        {
            if (!seen.Add(id))
            {
                continue;
            }

            foreach (var recorded in await store.Read(id, tenant, cancellation))
            {
                var happened = (IAppealEvent)recorded.Data;
                if (Told(happened, person) is { } told && (id == appeal.Id || happened is not AppealReceived { SplitFrom: null }))
                {
                    steps.Add((recorded.RecordedAt, told));
                }

                if (happened is AppealMerged { Into: var into })
                {
                    follow.Enqueue(into);
                }
                else if (happened is AppealSplit { Part: var part })
                {
                    follow.Enqueue(part);
                }
            }
        }

        return steps;
    }
}

/// <param name="Notice">What a deputy does with an appeal, and does not.</param>
public sealed record Progress(string CaseNumber, Words Stage, Words Notice, IReadOnlyList<ProgressStep> Steps);

/// <param name="At">When it was recorded, UTC.</param>
/// <param name="Detail">The reason, or the answer, in the words of who gave it.</param>
public sealed record ProgressStep(DateTimeOffset At, Words Words, string? Detail);
