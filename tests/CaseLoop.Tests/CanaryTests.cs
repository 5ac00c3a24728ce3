using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using RabbitMQ.Client;
using Xunit.Abstractions;

namespace LiaisonStation.CaseLoop.Tests;

[Collection(nameof(Installed))]
public sealed class CanaryTests(Installation installation, ITestOutputHelper output)
{
    private const string Town = "330225104";
    private const string Poison = "poison-K3WY9-毒";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task no_word_name_or_number_of_a_resident_stands_anywhere_in_the_clear()
    {
        using var door = new Door(installation);
        var town = await Township.Find(door, Town);
        var number = await Submit(door, town, "");
        await Import(door, town);
        await Photo(door, town);
        await BadRequests(door, town);
        await Poisoned("deliberation-topics", """{"messageType":["urn:message:LiaisonStation.Contracts:TakeUpRequested"],"message":{"title":"POISON""");
        await Poisoned("deliberation-topics", $$$"""
            {"messageId":"{{{Guid.NewGuid()}}}","messageType":["urn:message:LiaisonStation.Contracts:TakeUpRequested"],"message":{
            "caseId":"{{{Guid.NewGuid()}}}","appealId":"{{{Guid.NewGuid()}}}","topicId":"{{{Guid.NewGuid()}}}","title":{"person":"POISON"} } }
            """);
        await Poisoned("evaluation-reviews", """{"messageType":["urn:message:POISON:POISON"],"message":{}}""");
        await new LoopedCase(door, town, number, Way.Restart, toDeputy: false).Run();

        // It did go through, and can be read by whom it concerns.
        Assert.Contains(Canary.Words("正文"), (await door.Get(town.Office, $"/api/cases/{number}/history")).ToString(), StringComparison.Ordinal);
        Assert.Contains(Canary.Words("标题"), (await door.Get(town.Office, $"/api/cases/{number}")).GetProperty("order").ToString(), StringComparison.Ordinal);
        await Wait.Until(() => Task.FromResult(installation.ExportedBytes > 0), Limit, () => "Nothing was exported.");

        var (found, searched) = await Canary.Search(installation);
        output.WriteLine(searched);
        Assert.Empty(found);
    }

    [Fact]
    public async Task of_an_erased_person_no_route_shows_any_role_a_word_and_all_logs_verify()
    {
        const string mark = "再见";
        using var door = new Door(installation);
        var town = await Township.Find(door, Town);
        var number = await Submit(door, town, mark);
        await new LoopedCase(door, town, number, Way.Straight, toDeputy: false).Run();
        var now = await door.Get(town.Office, $"/api/cases/{number}");
        var submitter = now.GetProperty("appeal").GetProperty("submitter").GetGuid();
        var streams = now.GetProperty("streams").EnumerateArray()
            .ToDictionary(s => s.GetProperty("service").GetString()!, s => s.GetProperty("stream").GetString());
        string[] routes =
        [
            $"/api/cases/{number}", $"/api/cases/{number}/history", "/api/worklist?size=100", "/api/intake/appeals?size=200",
            $"/api/intake/appeals/{streams["intake"]}", $"/api/intake/appeals/{streams["intake"]}/contact", $"/api/intake/cases/{number}",
            $"/api/deliberation/topics/{streams["deliberation"]}", $"/api/supervision/orders/{streams["supervision"]}",
            $"/api/evaluation/reviews/{streams["evaluation"]}", .. streams.Select(s => $"/api/{s.Key}/history/{s.Value}"),
            "/api/intake/registry/people?size=500", "/api/intake/imports",
        ];
        var people = (await People(Town)).Concat(await People("330225000")).ToArray();
        var before = await Shown();
        Assert.All(routes.Take(2), route => Assert.Contains(before, b => b.Route == route));

        await door.Post(town.Office, $"/api/intake/people/{submitter}/erasure", new { ground = "ConsentWithdrawn", documentNumber = "申请〔2026〕7号" });
        Assert.Empty(await Shown());
        Assert.Contains("已依申请删除", (await door.Get(town.Office, $"/api/cases/{number}")).ToString(), StringComparison.Ordinal);
        Assert.Equal(0L, await Scalar("vault", $"select count(*) from keys where owner_id = '{submitter}' and wrapped is not null"));
        Assert.Equal(1L, await Scalar("vault", $"select count(*) from keys where owner_id = '{submitter}' and destroyed_at is not null"));
        foreach (var service in streams.Keys)
        {
            await Verifies(door, service);
        }

        output.WriteLine($"{routes.Length} routes as {people.Length} people; {before.Count} showed it before");

        async Task<List<(string Route, string Person)>> Shown()
        {
            var shown = new List<(string, string)>();
            foreach (var person in people)
            {
                foreach (var route in routes)
                {
                    var (status, text) = await door.Ask(person, HttpMethod.Get, route);
                    Assert.True(status < 500, $"{route} as {person}: {status} {text}");
                    if (text.Contains(Canary.Words(mark), StringComparison.Ordinal) || text.Contains($"{Canary.Name}{mark}", StringComparison.Ordinal))
                    {
                        shown.Add((route, person));
                    }
                }
            }

            return shown;
        }
    }

    private static async Task<string> Submit(Door door, Township town, string mark) => (await door.Post(town.Station, "/api/intake/appeals", new
    {
        channel = "Phone",
        title = "标题" + Canary.Words(mark),
        text = "正文" + Canary.Words(mark),
        contact = new { name = Canary.Name + mark, phone = Canary.Phone },
    })).GetProperty("caseNumber").GetString()!;

    private static async Task Photo(Door door, Township town)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes($"%PDF-1.7 {Canary.Words("照片")}")), "file", $"{Canary.Name}.pdf" },
        };
        var (status, stored) = await door.Ask(town.Station, HttpMethod.Post, "/api/intake/files", form);
        Assert.True(status == 201, stored);
        var sha256 = JsonSerializer.Deserialize<JsonElement>(stored).GetProperty("sha256").GetString();
        Assert.Contains(Canary.Words("照片"), (await door.Ask(town.Station, HttpMethod.Get, $"/api/intake/files/{sha256}")).Text, StringComparison.Ordinal);
    }

    private static async Task Import(Door door, Township town)
    {
        var good = Encoding.UTF8.GetString(Messages.File("K", 3));
        var rejected = $"K4,{Canary.Words("")},{Canary.Words("")},2025/1/1 1:00:00\r\nK5,{Canary.Words("")},,{Canary.Words("")},x,,\r\n"
            + $"K6,u,t,{Canary.Words("")},正文,,\r\nK7,u,{new string('长', 201)}{Canary.Words("")},2025/1/1 1:00:00,正文,,\r\n"
            + $"K8,u,\"{Canary.Words("")}\"引,2025/1/1 1:00:00,正文,,\r\nK1,u,{Canary.Words("")},2025/1/1 1:00:00,改了,,\r\n";
        var done = await Ends(good + rejected);
        Assert.Equal(("done", 3, 6), (done.GetProperty("state").GetString(), done.GetProperty("accepted").GetInt32(), done.GetProperty("rejected").GetInt32()));
        foreach (var broken in (string[])[$"{Canary.Words("")},无表头\r\n", good + $"K9,u,\"{Canary.Words("")},2025/1/1", ""])
        {
            Assert.Equal("failed", (await Ends(broken)).GetProperty("state").GetString());
        }

        async Task<JsonElement> Ends(string file)
        {
            var import = (await door.Upload(town.Station, "/api/intake/imports", "message-board", "留言.csv", Encoding.UTF8.GetBytes(file))).GetProperty("id");
            var last = default(JsonElement);
            await Wait.Until(
                async () => (last = await door.Get(town.Station, $"/api/intake/imports/{import}")).GetProperty("state").GetString() is "done" or "failed",
                Limit, () => $"The import goes on: {last}");
            return last;
        }
    }

    private static async Task BadRequests(Door door, Township town)
    {
        var (words, appeals) = (Canary.Words(""), "/api/intake/appeals");
        HttpContent[] bodies =
        [
            new StringContent($$"""{"channel":"Phone","title":"{{words}}","text":"{{words}}","{{words}}":1}""", Encoding.UTF8, "application/json"),
            new StringContent($$"""{"channel":"{{words}}","title":"{{words}}","text":"{{words}}"}""", Encoding.UTF8, "application/json"),
            new StringContent($$"""{"channel":"Phone","title":{"{{words}}":1},"text":"{{words}}"}""", Encoding.UTF8, "application/json"),
            new StringContent($$"""{"channel":"Phone","title":"{{words}}","text":"{{words}}""", Encoding.UTF8, "application/json"),
            new StringContent($$"""{"channel":"Phone","title":"{{words}}","text":"{{words}}\u0000"}""", Encoding.UTF8, "application/json"),
            new StringContent($$"""{{words}}""", Encoding.UTF8, "application/json"),
            new StringContent($$"""{"channel":"Phone","title":"{{words}}"}""", Encoding.UTF8, "text/plain"),
            JsonContent.Create(new { channel = "Phone", title = words + new string('长', 201), text = words, contact = new { name = words, phone = words } }),
            JsonContent.Create(new { channel = "Phone", title = words, text = words, addressedTo = Guid.NewGuid() }),
        ];
        foreach (var body in bodies)
        {
            var (status, text) = await door.Ask(town.Station, HttpMethod.Post, appeals, body);
            Assert.True(status is >= 400 and < 500, $"{status} {text}");
        }

        // Longer than what is kept in memory where nothing else is said.
        var (taken, long_) = await door.Ask(town.Station, HttpMethod.Post, appeals, JsonContent.Create(new { channel = "Phone", title = words, text = words + new string('长', 9_900) }));
        Assert.True(taken == 201, long_);
        Assert.Equal(200, (await door.Ask(town.Office, HttpMethod.Get, $"/api/intake/registry/people?search={Uri.EscapeDataString(Canary.Name)}")).Status);
        Assert.Equal(403, (await door.Ask(
            town.Handler, HttpMethod.Post, $"/api/evaluation/reviews/{Guid.NewGuid()}/callbacks",
            JsonContent.Create(new { method = "Phone", verdict = "Satisfied", comment = words }))).Status);
        Assert.Equal(404, (await door.Ask(
            town.Office, HttpMethod.Post, $"/api/evaluation/reviews/{Guid.NewGuid()}/callbacks",
            JsonContent.Create(new { method = "Phone", verdict = "Satisfied", comment = words }))).Status);
        Assert.Equal(400, (await door.Ask(
            town.Station, HttpMethod.Post, "/api/intake/imports",
            new MultipartFormDataContent { { new StringContent(words), "preset" }, { new StringContent(words), "file", "留言.csv" } })).Status);
    }

    /// <summary>A message that cannot be read ends in the error queue, and what is said about it repeats nothing of it.</summary>
    private async Task Poisoned(string queue, string body)
    {
        await using var connection = await new ConnectionFactory { Uri = new(installation.BrokerUri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", MessageId = Guid.NewGuid().ToString() };
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes(body.Replace("POISON", Poison, StringComparison.Ordinal)));
        var put = await Wait.For(() => channel.BasicGetAsync($"{queue}_error", autoAck: true), Limit, () => $"Nothing came into {queue}_error.");
        Assert.Contains(Poison, Encoding.UTF8.GetString(put.Body.Span), StringComparison.Ordinal);
        Assert.All(
            put.BasicProperties.Headers ?? new Dictionary<string, object?>(),
            h => Assert.DoesNotContain(Poison, h.Value is byte[] text ? Encoding.UTF8.GetString(text) : $"{h.Value}", StringComparison.Ordinal));
        Assert.DoesNotContain(Poison, installation.AllOutput, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string>> People(string township)
    {
        using var http = new HttpClient { BaseAddress = installation.Url };
        return (await http.GetFromJsonAsync<JsonElement>($"/dev/people?township={township}")).EnumerateArray().Select(p => p.GetProperty("login").GetString()!).ToArray();
    }

    private async Task<object?> Scalar(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(installation.Superuser(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task Verifies(Door door, string service)
    {
        const string auditor = "330225000-auditor";
        await Ask();
        var state = default(JsonElement);
        await Wait.Until(
            async () =>
            {
                state = await door.Get(auditor, $"/api/{service}/verification");
                if (state.GetProperty("failed").GetBoolean())
                {
                    // Its service was started anew meanwhile.
                    await Ask();
                    return false;
                }

                return !state.GetProperty("running").GetBoolean() && state.GetProperty("report").ValueKind == JsonValueKind.Object;
            },
            Limit, () => $"The verification of {service} goes on: {state}");
        Assert.True(state.GetProperty("report").GetProperty("intact").GetBoolean(), state.ToString());

        Task<JsonElement> Ask() => door.Post(auditor, $"/api/{service}/verification", new { });
    }
}
