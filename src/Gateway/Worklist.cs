using System.Globalization;
using System.Text;
using System.Text.Json;
using LiaisonStation.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;

namespace LiaisonStation.Gateway;

/// <summary>What waits for the caller in all four services, oldest first.</summary>
/// <param name="Total">Of the services that answered.</param>
/// <param name="Counts">How many wait for each act, in the services that answered.</param>
/// <param name="Next">Give it as <c>cursor</c> for what follows; null at the end.</param>
/// <param name="Missing">Services that could not be asked; what waits there is not in the list.</param>
internal sealed record WhatWaits(
    IReadOnlyList<WorklistItem> Items, long Total, IReadOnlyDictionary<string, long> Counts, string? Next, IReadOnlyList<string> Missing);

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
            return after is null || after.Any(key => !Services.Names.Contains(key.Key) || !IsKey(key.Value)) ? null : new Cursor(after);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    public override string ToString() => Base64UrlEncoder.Encode(JsonSerializer.SerializeToUtf8Bytes(After));

    public static string KeyOf(WorklistItem item) =>
        string.Create(CultureInfo.InvariantCulture, $"{item.Since.UtcDateTime:O}|{item.Stream}");

    private static bool IsKey(string? key) =>
        key?.Split('|') is [var since, var stream]
        && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _)
        && Guid.TryParse(stream, out _);
}

internal static class Worklist
{
    private const int Largest = 100;

    public static void MapWorklist(this RouteGroupBuilder api) => api
        .MapGet("/worklist", Get).WithTags("door").WithName("worklist").Produces<WhatWaits>().ProducesProblem(400)
        .WithSummary("待我办理的事项，按等待先后 / What waits for me, oldest first");

    /// <param name="q">How a case number begins.</param>
    private static async Task<IResult> Get(
        HttpContext http, Services services, ServiceClient client, int size = 20, string? cursor = null, string? act = null, string? q = null)
    {
        if (size is < 1 or > Largest)
        {
            return http.Problem(400, "malformed", errors: new() { ["size"] = [$"1–{Largest}"] });
        }

        if (Cursor.Parse(cursor) is not { } from)
        {
            return http.Problem(400, "malformed", errors: new() { ["cursor"] = ["须为上一页的 next / must be the last page's next"] });
        }

        var answers = await Task.WhenAll(services.All.Select(service => Ask(http, client, service, Question(service, size, from, act, q))));
        return TypedResults.Ok(Merge(services.All.Select(service => service.Name).Zip(answers), size, from));
    }

    /// <summary>The oldest of all four first; each service's own order is kept.</summary>
    /// <param name="answers">Up to size + 1 items of each service; null for one that could not be asked.</param>
    internal static WhatWaits Merge(IEnumerable<(string Service, WorklistPage? Page)> answers, int size, Cursor from)
    {
        var pages = answers.ToList();
        var heads = new PriorityQueue<(string Service, IReadOnlyList<WorklistItem> Items, int At), (DateTimeOffset, Guid)>();
        foreach (var (service, page) in pages)
        {
            if (page is { Items: [var first, ..] })
            {
                heads.Enqueue((service, page.Items, 0), (first.Since, first.Stream));
            }
        }

        var after = new Dictionary<string, string>(from.After);
        var items = new List<WorklistItem>(size);
        while (items.Count < size && heads.TryDequeue(out var head, out _))
        {
            var item = head.Items[head.At];
            items.Add(item);
            after[head.Service] = Cursor.KeyOf(item);
            if (head.At + 1 < head.Items.Count)
            {
                var next = head.Items[head.At + 1];
                heads.Enqueue((head.Service, head.Items, head.At + 1), (next.Since, next.Stream));
            }
        }

        return new WhatWaits(
            items, pages.Sum(page => page.Page?.Total ?? 0),
            pages.SelectMany(page => page.Page?.Counts ?? new Dictionary<string, long>())
                .GroupBy(count => count.Key).ToDictionary(same => same.Key, same => same.Sum(count => count.Value)),
            heads.Count == 0 ? null : new Cursor(after).ToString(),
            [.. pages.Where(page => page.Page is null).Select(page => page.Service)]);
    }

    private static string Question(Service service, int size, Cursor from, string? act, string? number)
    {
        var query = new StringBuilder("/worklist?size=").Append(size + 1);
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[("after", from.After.GetValueOrDefault(service.Name)), ("act", act), ("number", number)])
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }

    private static async Task<WorklistPage?> Ask(HttpContext http, ServiceClient client, Service service, string question)
    {
        try
        {
            return await client.Get<WorklistPage>(service, question, http.Inner(), http.RequestAborted);
        }
        catch (ServiceUnreachable)
        {
            return null;
        }
    }
}
