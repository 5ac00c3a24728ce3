using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Intake.Appeals;

/// <summary>What to look for; nothing given is no condition.</summary>
/// <param name="From">The first local day of receipt.</param>
/// <param name="To">The last one.</param>
/// <param name="Q">Digits and dashes: part of the case number or of the source's; anything else: part of the title.</param>
public sealed record AppealSearch(
    Stage? Stage = null, Channel? Channel = null, string? Category = null, DateOnly? From = null, DateOnly? To = null, string? Q = null);

public static partial class ReadAppeals
{
    private const int MaxSize = 200;
    private const int Stretch = 500;

    /// <summary>These see what came to them, and who handed it in only by consent or need.</summary>
    private static readonly Role[] Units = [Role.HandlingUnit, Role.TownGovernment];

    public static void Map(RouteGroupBuilder appeals, RouteGroupBuilder cases)
    {
        appeals.MapGet("/", List).RequireAnyRole().WithSummary("Appeals, newest first, searched and counted; as text/csv all of them");
        appeals.MapGet("/{id:guid}", Get).RequireAnyRole().WithSummary("An appeal as it stands");
        cases.MapGet("/{numberOrId}", Resolve).RequireAnyRole().WithSummary("The appeal a case began with, by case number or id");
    }

    /// <summary>Whether the unit that handles it may learn who handed it in.</summary>
    public static bool TellsIdentity(this Appeal appeal, Guid? unit) =>
        unit is not null && appeal.Dispatch?.Unit == unit && (appeal.ConsentGiven || appeal.Dispatch.NeedForIdentity is not null);

    public static bool IsUnit(this Caller caller) =>
        !caller.IsOutsider && caller.Roles.All(r => Units.Contains(r) || Caller.Outside.Contains(r));

    public static bool ActsForUnit(this Caller caller) => caller.Roles.Any(Units.Contains);

    /// <param name="after">The id of the last appeal seen; nothing for the first page.</param>
    private static async Task<IResult> List(
        [AsParameters] AppealSearch search, HttpContext http, StreamStore store, ServiceModule module, Guid? after = null, int size = 50)
    {
        var (tenant, filter) = (http.Caller().Tenant, Filter(search, http.Caller()));
        size = Math.Clamp(size, 1, MaxSize);
        if (http.WantsCsv())
        {
            return Csv.Of("appeals.csv", [.. Columns.Select(module.Words)], Export(Lines(http, store, search, filter)));
        }

        if (InTitles(search.Q) is null)
        {
            FormattableString count = $"select count(*) from appeals where {filter}";
            var total = (await store.Query(tenant, count, r => r.GetInt64(0), http.RequestAborted))[0];
            var page = await Read(http, store, filter, after, size);
            return TypedResults.Ok(new AppealPage(page, page.Count == size ? page[^1].Id.ToString() : null, total));
        }

        // Titles are sealed: every one that the other conditions leave is opened and looked at.
        var (items, found) = (new List<AppealLine>(), 0L);
        await foreach (var line in Lines(http, store, search, filter))
        {
            found++;
            if (items.Count < size && (after is null || line.Id.CompareTo(after.Value) < 0))
            {
                items.Add(line);
            }
        }

        return TypedResults.Ok(new AppealPage(items, items.Count == size ? items[^1].Id.ToString() : null, found));
    }

    private static FormattableString Filter(AppealSearch s, Caller caller)
    {
        var own = caller.IsOutsider ? caller.Person : (Guid?)null;
        var unit = caller.IsUnit();
        var (from, to) = (s.From is { } f ? BusinessTime.StartOf(f) : (DateTimeOffset?)null, s.To is { } t ? BusinessTime.EndOf(t) : (DateTimeOffset?)null);
        var number = s.Q is { } q && Number().IsMatch(q) ? q : null;
        return $"""
            ({s.Stage?.ToString()}::text is null or stage = {s.Stage?.ToString()})
            and ({s.Channel?.ToString()}::text is null or channel = {s.Channel?.ToString()})
            and ({s.Category}::text is null or category = {s.Category})
            and ({from}::timestamptz is null or received_at >= {from}) and ({to}::timestamptz is null or received_at < {to})
            and ({number}::text is null or strpos(case_number, {number}) > 0 or strpos(source_id, {number}) > 0)
            and ({own}::uuid is null or submitter = {own}::uuid) and (not {unit} or unit_id = {caller.Unit}::uuid)
            """;
    }

    private static async Task<IReadOnlyList<AppealLine>> Read(HttpContext http, StreamStore store, FormattableString filter, Guid? after, int size)
    {
        FormattableString page = $"""
            select id, case_number, tenant_id, stage, round, channel, urgency, title, addressed_to, source, source_id, received_at, submitter,
                   category, answered_at
            from appeals where {filter} and ({after}::uuid is null or id < {after}::uuid) order by id desc limit {size}
            """;
        var rows = await store.Query(http.Caller().Tenant, page, r => (Title: new PersonalText(r.GetGuid(12), r.GetString(7)), Line: new AppealLine(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt32(4), r.GetString(5), r.Word(6), "", false,
            r.IsDBNull(8) ? null : r.GetGuid(8), r.Word(9), r.Word(10), r.GetFieldValue<DateTimeOffset>(11), r.Word(13),
            r.IsDBNull(14) ? null : r.GetFieldValue<DateTimeOffset>(14))), http.RequestAborted);
        var keys = await http.Keys(rows.Select(r => r.Title.Person));
        return [.. rows.Select(r => r.Line.Titled(keys.Show(r.Title)))];
    }

    private static async IAsyncEnumerable<AppealLine> Lines(
        HttpContext http, StreamStore store, AppealSearch search, FormattableString filter,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var words = InTitles(search.Q);
        var stretch = await Read(http, store, filter, null, Stretch);
        for (; stretch.Count > 0; stretch = await Read(http, store, filter, stretch[^1].Id, Stretch))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var line in stretch.Where(l => words is null || (!l.Erased && l.Title.Contains(words, StringComparison.OrdinalIgnoreCase))))
            {
                yield return line;
            }
        }
    }

    private static readonly string[] Columns =
        ["appeal-number", "appeal-stage", "appeal-channel", "appeal-category", "appeal-urgency", "appeal-title", "appeal-received", "appeal-answered"];

    private static async IAsyncEnumerable<IReadOnlyList<string?>> Export(IAsyncEnumerable<AppealLine> lines)
    {
        await foreach (var l in lines)
        {
            yield return
                [l.CaseNumber, l.Stage, l.Channel, l.Category, l.Urgency, l.Title, Local(l.ReceivedAt), l.AnsweredAt is { } at ? Local(at) : null];
        }

        static string Local(DateTimeOffset at) =>
            BusinessTime.Local(at).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static string? InTitles(string? q) => string.IsNullOrWhiteSpace(q) || Number().IsMatch(q) ? null : q.Trim();

    private static Task<IResult> Get(Guid id, HttpContext http, StreamStore store) =>
        Show(http, store, $"select tenant_id, id, version from appeals where id = {id}");

    private static Task<IResult> Resolve(string numberOrId, HttpContext http, StreamStore store) =>
        Guid.TryParse(numberOrId, out var id)
            ? Get(id, http, store)
            : Show(http, store, $"select tenant_id, id, version from appeals where case_number = {numberOrId}");

    private static async Task<IResult> Show(HttpContext http, StreamStore store, FormattableString which)
    {
        var caller = http.Caller();
        var found = await store.Query(caller.Tenant, which, r => (Township: r.GetString(0), Id: r.GetGuid(1)), http.RequestAborted);
        if (found is not [var (township, id)]
            || await store.Load(Appeal.Stream, id, township, http.RequestAborted) is not { } loaded
            || !MaySee(loaded.State, caller))
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        http.Response.Headers.ETag = $"\"{loaded.Version}\"";
        return TypedResults.Ok(AppealView.Of(loaded.State, township, loaded.Version, caller, await http.Keys(loaded.State.Linked.Union(loaded.State.Left))));
    }

    // Once it is proposed, any unit may come to have to do with it by an order.
    private static bool MaySee(Appeal appeal, Caller caller) =>
        caller.IsOutsider ? appeal.Submitter == caller.Person
        : !caller.IsUnit() || appeal.TopicId is not null || (caller.Unit is { } unit && appeal.Dispatch?.Unit == unit);

    [GeneratedRegex("^[0-9-]+$")]
    private static partial Regex Number();
}

/// <param name="Next">What to ask for with <c>after</c>; null on the last page.</param>
/// <param name="Total">How many there are on all pages.</param>
public sealed record AppealPage(IReadOnlyList<AppealLine> Items, string? Next, long Total);

/// <param name="Erased">The submitter was erased on request: the title only says so.</param>
/// <param name="AnsweredAt">When the station first answered somebody, UTC.</param>
public sealed record AppealLine(
    Guid Id, string CaseNumber, string Township, string Stage, int Round, string Channel, string? Urgency, string Title, bool Erased,
    Guid? AddressedTo, string? Source, string? SourceId, DateTimeOffset ReceivedAt, string? Category, DateTimeOffset? AnsweredAt)
{
    public AppealLine Titled(OpenedText title) => this with { Title = title.Text, Erased = title.Erased };
}

/// <param name="Text">Null where their key is gone, or was when they were to be answered.</param>
public sealed record AnswerView(Guid To, string? Text, DateTimeOffset AnsweredAt);

/// <param name="Erased">The submitter was erased on request: title, text and reply only say so.</param>
/// <param name="Submitter">Null where the caller may not know.</param>
/// <param name="Limit">Of what it waits for now.</param>
/// <param name="Mirrored">Another system handles it; nothing is owed here until somebody accepts it.</param>
/// <param name="Linked">How many are told and answered.</param>
/// <param name="Answers">To a resident only their own; to a unit none.</param>
/// <param name="Files">Those the caller may download.</param>
public sealed record AppealView(
    Guid Id, string CaseNumber, string Township, Stage Stage, int Round, Channel Channel, string Title, string Text, bool Erased,
    Guid? Submitter, Guid? AddressedTo, DateTimeOffset? SubmittedAt, string? Source, string? SourceId, string? SourceReply,
    DateTimeOffset? SourceRepliedAt, Guid? AcceptedBy, Category? Category, Urgency? Urgency, Guid? TopicId, string? Reason, long Version,
    Guid? ContactPoint, Guid? Reception, bool ConsentGiven, Limit? Limit, IReadOnlyList<string> Supplements, int Linked,
    Dispatch? Dispatch, HandlingAnswer? UnitAnswer, IReadOnlyList<AnswerView> Answers, bool Redone, DeclineCode? Declined,
    Publication? Publication, Guid? MergedInto, IReadOnlyList<Guid> MergedIn, Guid? SplitFrom, IReadOnlyList<Guid> Parts,
    bool Mirrored, IReadOnlyList<Attachment> Files)
{
    public static AppealView Of(Appeal a, string township, long version, Caller caller, KeyRing keys)
    {
        var (unit, own) = (caller.IsUnit(), caller.Person == a.Submitter);
        return new(
            a.Id, a.CaseNumber, township, a.Stage, a.Round, a.Channel, keys.Show(a.Title).Text, keys.Show(a.Text).Text,
            keys.Show(a.Title).Erased, unit && !own && !a.TellsIdentity(caller.Unit) ? null : a.Submitter, a.AddressedTo, a.SubmittedAt,
            a.Source, a.SourceId, a.SourceReply is { } reply ? keys.Show(reply).Text : null, a.SourceRepliedAt, a.AcceptedBy, a.Category,
            a.Urgency, a.TopicId, a.Reason, version, a.ContactPoint, a.Reception, a.ConsentGiven, a.Limit,
            [.. a.Supplements.Select(s => keys.Show(s).Text)], a.Linked.Count, a.Dispatch, a.UnitAnswer,
            [.. a.Answers.Where(x => x.To == caller.Person || !(unit || own)).Select(x => new AnswerView(
                x.To, x.Text is { } text ? keys.Show(text).Text : null, x.AnsweredAt))],
            a.Redone, a.Declined, a.Publication, a.MergedInto, a.MergedIn, a.SplitFrom, [.. a.Parts.Select(p => p.Id)], a.IsMirrored,
            [.. a.FilesFor(caller).SelectMany(f => f.Files).Distinct()]);
    }
}
