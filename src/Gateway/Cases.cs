using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Gateway;

/// <summary>A case as it stands, over all four services.</summary>
/// <param name="Stage">Of the stream that leads in the latest round.</param>
/// <param name="Streams">What the case runs through, nearest to its appeal first.</param>
/// <param name="Missing">Services that could not be asked; what they hold, and what it leads on to, is not shown.</param>
internal sealed record CaseNow(
    Guid Id, string? Number, string? Township, string? Stage, int Round, JsonElement? Title, JsonElement? Appeal, JsonElement? Topic,
    JsonElement? Order, JsonElement? Review, IReadOnlyList<StreamLink> Streams, IReadOnlyList<string> Missing);

/// <param name="Streams">What the case runs through, nearest to its appeal first.</param>
internal sealed record CaseHistory(Guid Id, string? Number, IReadOnlyList<StreamLink> Streams, IReadOnlyList<HistoryEvent> Events);

internal static partial class Cases
{
    /// <summary>Where each service shows the state of one of its streams.</summary>
    private static readonly Dictionary<string, string> States = new()
    {
        ["intake"] = "/appeals/",
        ["deliberation"] = "/topics/",
        ["supervision"] = "/orders/",
        ["evaluation"] = "/reviews/",
    };

    public static void MapCases(this RouteGroupBuilder api)
    {
        api.MapGet("/cases/{numberOrId}", GetCase).WithTags("door").WithName("case")
            .Produces<CaseNow>().ProducesProblem(404).ProducesProblem(503)
            .WithSummary("案件现状：按编号或标识 / A case as it stands, by number or id");
        api.MapGet("/cases/{numberOrId}/history", GetHistory).WithTags("door").WithName("caseHistory")
            .Produces<CaseHistory>().ProducesProblem(404).ProducesProblem(503)
            .WithSummary("案件全过程：四个服务的记录合并，先因后果 / The whole history of a case over the four services, causes before effects");
    }

    private static async Task<IResult> GetCase(HttpContext http, string numberOrId, Services services, ServiceClient client)
    {
        if (await Find(http, numberOrId, services, client) is not { } appeal)
        {
            return http.Problem(404, "not-found");
        }

        var missing = new HashSet<string>();
        var streams = await History.Follow(appeal.Link, async link =>
        {
            try
            {
                return await Read(http, services, client, link);
            }
            catch (ServiceUnreachable unreachable)
            {
                lock (missing)
                {
                    missing.Add(unreachable.Service);
                }

                return null;
            }
        });

        if (streams is null)
        {
            return http.Problem(422, "history-too-long");
        }

        var states = await Task.WhenAll(streams.GroupBy(stream => stream.Service)
            .Where(own => own.Key != services.Intake.Name)
            .Select(async own =>
            {
                try
                {
                    var state = await client.Get<object>(
                        services.Named(own.Key)!, States[own.Key] + own.First().Stream, http.Inner(), http.RequestAborted);
                    return (Service: own.Key, State: state as JsonElement?);
                }
                catch (ServiceUnreachable unreachable)
                {
                    // A state that this caller's role may not read is not shown, which is another thing than missing.
                    if (unreachable.InnerException is not HttpRequestException { StatusCode: HttpStatusCode.Forbidden })
                    {
                        lock (missing)
                        {
                            missing.Add(unreachable.Service);
                        }
                    }

                    return (Service: own.Key, State: null);
                }
            }));
        return TypedResults.Ok(Compose(
            appeal, states.ToDictionary(state => state.Service, state => state.State), Links(streams), missing));
    }

    private static async Task<IResult> GetHistory(HttpContext http, string numberOrId, Services services, ServiceClient client)
    {
        if (await Find(http, numberOrId, services, client) is not { } appeal)
        {
            return http.Problem(404, "not-found");
        }

        // A service that cannot be asked fails the whole: a history with a hole in it would not show the hole.
        return await History.Follow(appeal.Link, link => Read(http, services, client, link)) is not { } streams
            ? http.Problem(422, "history-too-long")
            : streams is []
                ? http.Problem(404, "not-found")
                : TypedResults.Ok(new CaseHistory(
                    appeal.Link.Stream, appeal.Number, Links(streams),
                    History.Merge(streams.SelectMany(stream => stream.History.Events))));
    }

    internal static CaseNow Compose(
        Appeal appeal, IReadOnlyDictionary<string, JsonElement?> states, IReadOnlyList<StreamLink> streams, IEnumerable<string> missing)
    {
        var topic = states.GetValueOrDefault("deliberation");
        var order = states.GetValueOrDefault("supervision");
        var review = states.GetValueOrDefault("evaluation");
        var (orderRound, reviewRound) = (Round(order), Round(review));

        // A new round is led by its order until its handling is under review again.
        var leading = review is not null && reviewRound >= orderRound ? review : order ?? topic ?? appeal.State;
        return new CaseNow(
            appeal.Link.Stream, appeal.Number, Text(appeal.State, "township"),
            Text(leading, "stage"), Math.Max(1, Math.Max(orderRound, reviewRound)), Part(appeal.State, "title"),
            appeal.State, topic, order, review, streams, [.. missing.Order()]);
    }

    private static int Round(JsonElement? state) =>
        Part(state, "rounds") is { ValueKind: JsonValueKind.Array } rounds && rounds.GetArrayLength() is > 0 and var n
        && Part(rounds[n - 1], "number") is { } number ? number.GetInt32() : 0;

    private static IReadOnlyList<StreamLink> Links(IEnumerable<StreamOfCase> streams) =>
        [.. streams.Select(stream => new StreamLink(stream.Service, stream.Stream))];

    private static JsonElement? Part(JsonElement? state, string name) =>
        state is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(name, out var part) ? part : null;

    private static string? Text(JsonElement? state, string name) =>
        Part(state, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    internal sealed record Appeal(StreamLink Link, string? Number, JsonElement State);

    /// <summary>Intake knows the case by either name, and only to those of its township.</summary>
    private static async Task<Appeal?> Find(HttpContext http, string numberOrId, Services services, ServiceClient client)
    {
        if (!Guid.TryParse(numberOrId, out _) && !CaseNumber().IsMatch(numberOrId))
        {
            return null;
        }

        return await client.Get<object>(services.Intake, "/cases/" + numberOrId, http.Inner(), http.RequestAborted) is JsonElement state
            && Part(state, "id") is { ValueKind: JsonValueKind.String } id && id.TryGetGuid(out var stream)
                ? new Appeal(new StreamLink(services.Intake.Name, stream), Text(state, "caseNumber"), state)
                : null;
    }

    private static async Task<StreamHistory?> Read(HttpContext http, Services services, ServiceClient client, StreamLink link) =>
        services.Named(link.Service) is { } service
            ? await client.Get<StreamHistory>(service, $"/history/{link.Stream}", http.Inner(), http.RequestAborted)
            : null;

    /// <summary>Township, recorded local date, serial.</summary>
    [GeneratedRegex(@"^\d{9}-\d{8}-\d{1,9}$", RegexOptions.CultureInvariant)]
    private static partial Regex CaseNumber();
}
