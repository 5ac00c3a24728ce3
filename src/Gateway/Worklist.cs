using System.Globalization;
using System.Text.Json;
using LiaisonStation.Contracts;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.Gateway;

/// <summary>What waits in the services, by due time, what has none last, then by how long it has waited.</summary>
/// <param name="Total">Of what was asked for, in the services that answered; so are the counts.</param>
/// <param name="Acts">How many wait for each act.</param>
/// <param name="Lights">How many show each light.</param>
/// <param name="Counts">The same, by act and light.</param>
/// <param name="Next">Give it as <c>cursor</c> for what follows; null at the end.</param>
/// <param name="Missing">Services that could not be asked; what waits there is not in the list.</param>
internal sealed record WhatWaits(
    IReadOnlyList<WorklistItem> Items, long Total, IReadOnlyDictionary<string, long> Acts, IReadOnlyDictionary<Light, long> Lights,
    IReadOnlyList<WorklistCount> Counts, string? Next, IReadOnlyList<string> Missing);

/// <summary>
/// How far each service's list has been read. One key for each, so that a service that was away for a page is taken up
/// again where it was left.
/// </summary>
internal sealed record Cursor(IReadOnlyDictionary<string, string> After)
{
    public static Cursor? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return new Cursor(new Dictionary<string, string>());
        }

        try
        {
            var after = JsonSerializer.Deserialize<Dictionary<string, string>>(Base64UrlEncoder.DecodeBytes(text));
            return after is null || after.Any(key => !Services.Names.Contains(key.Key) || WorklistKey.Parse(key.Value) is null)
                ? null
                : new Cursor(after);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    public override string ToString() => Base64UrlEncoder.Encode(JsonSerializer.SerializeToUtf8Bytes(After));
}

internal static class Worklist
{
    private const int Largest = 100;

    /// <summary>What is left to the services to understand.</summary>
    private static readonly string[] PassedOn = ["act", "light", "township", "dueBy", "unit", "group", "q"];

    private static readonly string[] Columns =
        ["case-number", "number", "act", "light", "due", "since", "round", "township", "waits-for"];

    public static void MapWorklist(this RouteGroupBuilder api)
    {
        api.MapGet("/worklist", Mine).WithTags("door").WithName("worklist")
            .Produces<WhatWaits>().Produces(200, contentType: "text/csv").ProducesProblem(400).ProducesProblem(404)
            .WithSummary("待我办理的事项，按时限 / What waits for me, by due time");
        api.MapGet("/worklist/overview", Everybodys).WithTags("door").WithName("worklistOverview")
            .Produces<WhatWaits>().Produces(200, contentType: "text/csv").ProducesProblem(400).ProducesProblem(403).ProducesProblem(404)
            .WithSummary("本镇街全部未办事项，不论待谁办理 / All that is open in the township, whoever it waits for");
    }

    private static Task<IResult> Mine(
        HttpContext http, Services services, ServiceClient client, [AsParameters] WorklistFilter filter, string[]? service = null,
        int size = 20, string? cursor = null) => Get(http, services, client, "/worklist", service, size, cursor);

    private static Task<IResult> Everybodys(
        HttpContext http, Services services, ServiceClient client, [AsParameters] WorklistFilter filter, string[]? service = null,
        int size = 20, string? cursor = null) => Get(http, services, client, "/worklist/overview", service, size, cursor);

    /// <param name="path">Of the services' own lists. Binding has seen to it that they understand what is passed on to them.</param>
    private static async Task<IResult> Get(
        HttpContext http, Services services, ServiceClient client, string path, string[]? only, int size, string? cursor)
    {
        if (size is < 1 or > Largest)
        {
            return http.Problem(400, "malformed", errors: new() { ["size"] = [$"1–{Largest}"] });
        }

        if (Cursor.Parse(cursor) is not { } from)
        {
            return http.Problem(400, "malformed", errors: new() { ["cursor"] = ["须为上一页的 next / must be the last page's next"] });
        }

        if (only?.FirstOrDefault(name => services.Named(name) is null) is not null)
        {
            return http.Problem(400, "malformed", errors: new() { ["service"] = [string.Join('|', Services.Names)] });
        }

        var asked = only is { Length: > 0 } ? [.. services.All.Where(service => only.Contains(service.Name))] : services.All;
        var narrowing = http.Request.Query.Where(part => PassedOn.Contains(part.Key, StringComparer.OrdinalIgnoreCase))
            .SelectMany(part => part.Value, (part, value) => KeyValuePair.Create(part.Key, value ?? "")).ToArray();
        var exporting = http.WantsCsv();
        var (page, problem) = await Read(exporting ? Largest : size, from);
        if (problem is not null || !exporting)
        {
            return problem ?? TypedResults.Ok(page);
        }

        // A file with a hole in it would not show the hole.
        return page!.Missing is [var away, ..]
            ? http.Problem(503, "service-unreachable", away)
            : Csv.Of("worklist.csv", [.. Columns.Select(column => Problems.Say(column))], Lines(page, async next => (await Read(Largest, Cursor.Parse(next)!)).Page!));

        async Task<(WhatWaits? Page, IResult? Problem)> Read(int size, Cursor from)
        {
            var answers = await Task.WhenAll(asked.Select(service => client.Ask<WorklistPage>(
                service, path + Question(service, size, from, narrowing), http.Inner(), http.RequestAborted)));
            return http.Refused(answers.Select(a => a.Refused)) is { } problem
                ? (null, problem)
                : (Merge(asked.Select(service => service.Name).Zip(answers.Select(a => a.Said)), size, from), null);
        }
    }

    /// <summary>The nearest due of all services first; each service's own order is kept.</summary>
    /// <param name="answers">Up to size + 1 items of each service; null for one that could not be asked.</param>
    internal static WhatWaits Merge(IEnumerable<(string Service, WorklistPage? Page)> answers, int size, Cursor from)
    {
        var pages = answers.ToList();
        var heads = new PriorityQueue<(string Service, IReadOnlyList<WorklistItem> Items, int At), WorklistKey>(WorklistKey.Order);
        foreach (var (service, page) in pages)
        {
            if (page is { Items: [var first, ..] })
            {
                heads.Enqueue((service, page.Items, 0), WorklistKey.Of(first));
            }
        }

        var after = new Dictionary<string, string>(from.After);
        var items = new List<WorklistItem>(size);
        while (items.Count < size && heads.TryDequeue(out var head, out var key))
        {
            items.Add(head.Items[head.At]);
            after[head.Service] = key.ToString();
            if (head.At + 1 < head.Items.Count)
            {
                heads.Enqueue((head.Service, head.Items, head.At + 1), WorklistKey.Of(head.Items[head.At + 1]));
            }
        }

        WorklistCount[] counts =
        [
            .. pages.SelectMany(page => page.Page?.Counts ?? []).GroupBy(count => (count.Act, count.Light))
                .Select(same => same.First() with { Count = same.Sum(count => count.Count) }),
        ];
        return new WhatWaits(
            items, counts.Sum(count => count.Count),
            counts.GroupBy(count => count.Act).ToDictionary(same => same.Key, same => same.Sum(count => count.Count)),
            counts.GroupBy(count => count.Light).ToDictionary(same => same.Key, same => same.Sum(count => count.Count)),
            counts, heads.Count == 0 ? null : new Cursor(after).ToString(),
            [.. pages.Where(page => page.Page is null).Select(page => page.Service)]);
    }

    private static string Question(Service service, int size, Cursor from, IEnumerable<KeyValuePair<string, string>> narrowing)
    {
        var query = new QueryBuilder(narrowing) { { "size", (size + 1).ToString(CultureInfo.InvariantCulture) } };
        if (from.After.TryGetValue(service.Name, out var after))
        {
            query.Add("after", after);
        }

        return query.ToString();
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> Lines(WhatWaits first, Func<string, Task<WhatWaits>> read)
    {
        for (var page = first; ; page = await read(page.Next))
        {
            foreach (var item in page.Items)
            {
                yield return
                [
                    item.CaseNumber, item.Number, item.ActWords.Zh, Problems.Say($"light-{item.Light}").Zh, Local(item.DueAt), Local(item.Since),
                    item.Round.ToString(CultureInfo.InvariantCulture), item.Township, string.Join(' ', item.Roles),
                ];
            }

            if (page is { Missing: [var away, ..] })
            {
                throw new ServiceUnreachable(away);
            }

            if (page.Next is null)
            {
                yield break;
            }
        }

        static string? Local(DateTimeOffset? at) => at is { } time ? BusinessTime.Local(time).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : null;
    }
}
