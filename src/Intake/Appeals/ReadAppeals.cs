using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>The appeals as the next screen must show them.</summary>
public static class AppealRows
{
    public static StreamTable Table { get; } = new StreamTable("appeals", "id") { Since = new("received_at") }.Of(
        Appeal.Stream,
        (a, version) =>
        [
            ("case_number", a.CaseNumber), ("stage", a.Stage.ToString()), ("round", a.Round), ("channel", a.Channel.ToString()),
            ("urgency", a.Urgency?.ToString()), ("title", a.Title.Sealed), ("submitter", a.Submitter), ("addressed_to", a.AddressedTo),
            ("source", a.Source), ("source_id", a.SourceId), ("version", version),
        ]);
}

public static class ReadAppeals
{
    private const int MaxSize = 200;

    /// <summary>These see what they handed in themselves; everyone else sees their township's.</summary>
    private static readonly Role[] Outsiders = [Role.Resident, Role.ResidentDeliberator, Role.Integrator, Role.ThirdParty];

    public static void Map(RouteGroupBuilder appeals, RouteGroupBuilder cases)
    {
        appeals.MapGet("/", List).RequireAnyRole().WithSummary("Appeals, newest first");
        appeals.MapGet("/{id:guid}", Get).RequireAnyRole().WithSummary("An appeal as it stands");
        cases.MapGet("/{numberOrId}", Resolve).RequireAnyRole().WithSummary("The appeal a case began with, by case number or id");
    }

    /// <param name="after">The id of the last appeal seen; nothing for the first page.</param>
    private static async Task<IResult> List(
        HttpContext http, StreamStore store, Stage? stage = null, Guid? after = null, int size = 50)
    {
        var caller = http.Caller();
        var own = SeesOwnOnly(caller) ? caller.Person : (Guid?)null;
        size = Math.Clamp(size, 1, MaxSize);
        FormattableString page = $"""
            select id, case_number, tenant_id, stage, round, channel, urgency, title, addressed_to, source, source_id, received_at, submitter
            from appeals
            where ({stage?.ToString()}::text is null or stage = {stage?.ToString()}) and ({after}::uuid is null or id < {after}::uuid)
              and ({own}::uuid is null or submitter = {own}::uuid)
            order by id desc limit {size}
            """;
        var rows = await store.Query(caller.Tenant, page, r => (Title: new PersonalText(r.GetGuid(12), r.GetString(7)), Line: new AppealLine(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt32(4), r.GetString(5), r.Word(6), "", false,
            r.IsDBNull(8) ? null : r.GetGuid(8), r.Word(9), r.Word(10), r.GetFieldValue<DateTimeOffset>(11))), http.RequestAborted);
        var keys = await http.Keys(rows.Select(r => r.Title.Person));
        AppealLine[] items = [.. rows.Select(r => r.Line.Titled(keys.Show(r.Title)))];
        return TypedResults.Ok(new Page<AppealLine>(items, items.Length == size ? items[^1].Id.ToString() : null));
    }

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
            || (SeesOwnOnly(caller) && loaded.State.Submitter != caller.Person))
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        http.Response.Headers.ETag = $"\"{loaded.Version}\"";
        return TypedResults.Ok(AppealView.Of(loaded.State, township, loaded.Version, await http.Keys(loaded.State.Submitter)));
    }

    private static bool SeesOwnOnly(Caller caller) => caller.Roles.All(Outsiders.Contains);
}

/// <param name="Erased">The submitter was erased on request: the title only says so.</param>
public sealed record AppealLine(
    Guid Id, string CaseNumber, string Township, string Stage, int Round, string Channel, string? Urgency, string Title, bool Erased,
    Guid? AddressedTo, string? Source, string? SourceId, DateTimeOffset ReceivedAt)
{
    public AppealLine Titled(OpenedText title) => this with { Title = title.Text, Erased = title.Erased };
}

/// <param name="Erased">The submitter was erased on request: title, text and reply only say so.</param>
public sealed record AppealView(
    Guid Id, string CaseNumber, string Township, Stage Stage, int Round, Channel Channel, string Title, string Text, bool Erased,
    Guid Submitter, Guid? AddressedTo, DateTimeOffset? SubmittedAt, string? Source, string? SourceId, string? SourceReply,
    DateTimeOffset? SourceRepliedAt, Guid? AcceptedBy, Category? Category, Urgency? Urgency, Guid? TopicId, string? Reason, long Version)
{
    public static AppealView Of(Appeal a, string township, long version, KeyRing keys) => new(
        a.Id, a.CaseNumber, township, a.Stage, a.Round, a.Channel, keys.Show(a.Title).Text, keys.Show(a.Text).Text,
        keys.Show(a.Title).Erased, a.Submitter, a.AddressedTo, a.SubmittedAt, a.Source, a.SourceId,
        a.SourceReply is { } reply ? keys.Show(reply).Text : null, a.SourceRepliedAt, a.AcceptedBy, a.Category, a.Urgency, a.TopicId, a.Reason, version);
}
