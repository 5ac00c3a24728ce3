using System.Net.Http.Json;
using LiaisonStation.Contracts;
using LiaisonStation.Intake.Demonstration;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class AppealTests(Server server)
{
    private const string Here = "330225109";
    private static readonly Guid Clerk = Guid.CreateVersion7();

    [Fact]
    public async Task an_appeal_goes_from_submission_to_proposal_and_shows_at_each_step()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var submitted = await station.PostAsJsonAsync("appeals", new
        {
            channel = "ReceptionDay",
            title = "村口路灯",
            text = "村口一直没有路灯。",
            contact = new { name = "钱七", phone = "138 0000 0000" },
        }).Done();
        var (id, number) = (submitted.Id(), submitted.Text("caseNumber"));
        Assert.Matches($"^{Here}-[0-9]{{8}}-0001$", number);
        Assert.Equal("accept-appeal", (await station.GetAsync(new Uri("worklist", UriKind.Relative)).Done())["items"]![0]!.Text("act"));
        await station.PostAsJsonAsync($"appeals/{id}/acceptance", new { }).Done();
        await station.PostAsJsonAsync($"appeals/{id}/review", new { urgency = "Urgent", category = new { first = "城乡建设" } }).Done();
        var proposed = await station.PostAsJsonAsync($"appeals/{id}/proposal", new { ground = "多人反映" }).Done();
        Assert.Equal("6", proposed.Text("version"));

        var shown = await station.GetAsync(new Uri($"cases/{number}", UriKind.Relative)).Done();
        Assert.Equal((id.ToString(), "Proposed", "村口路灯"), (shown.Text("id"), shown.Text("stage"), shown.Text("title")));
        Assert.Equal(shown.ToJsonString(), (await station.GetAsync(new Uri($"appeals/{id}", UriKind.Relative)).Done()).ToJsonString());
        Assert.Equal("钱七", (await station.GetAsync(new Uri($"appeals/{id}/contact", UriKind.Relative)).Done()).Text("name"));
        Assert.Empty(await service.Look("select 1 from mt_events where data::text like '%钱七%' or data::text like '%0000 0000%'"));
        Assert.Equal(
            ["appeal_received_v2", "appeal_accepted", "step_due", "appeal_reviewed", "step_due", "topic_proposal_requested_v2"],
            await service.Look("select type from mt_events order by seq_id"));
        Assert.Equal([id.ToString()], await service.Look("select distinct correlation_id from mt_events"));
    }

    [Fact]
    public async Task only_who_answers_the_submitter_reads_the_contact()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var stranger = service.As(Guid.CreateVersion7(), Here, Role.Deputy);
        using var unit = service.AsOf(Guid.CreateVersion7(), Guid.CreateVersion7(), Here, Role.HandlingUnit);
        using var third = service.As(Guid.CreateVersion7(), Here, Role.ThirdParty);
        var id = (await station.PostAsJsonAsync("appeals", Body("a")).Done()).Id();
        Assert.Equal("403 addressed-to-another", await stranger.GetAsync(new Uri($"appeals/{id}/contact", UriKind.Relative)).Refused());
        Assert.Equal("403 identity-not-disclosed", await unit.GetAsync(new Uri($"appeals/{id}/contact", UriKind.Relative)).Refused());
        Assert.Equal("403 role-not-allowed", await third.GetAsync(new Uri($"appeals/{id}/contact", UriKind.Relative)).Refused());
        Assert.Equal("404 contact-unknown", await station.GetAsync(new Uri($"appeals/{id}/contact", UriKind.Relative)).Refused());
    }

    [Fact]
    public async Task a_repeated_submission_is_one_appeal()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        station.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var first = await station.PostAsJsonAsync("appeals", Body("a")).Done();
        var second = await station.PostAsJsonAsync("appeals", Body("a")).Done();
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal("422 idempotency-key-reused", await station.PostAsJsonAsync("appeals", Body("b")).Refused());
        Assert.Equal(["1"], await service.Look("select count(*) from mt_streams"));
    }

    [Fact]
    public async Task numbers_are_unique_however_many_come_at_once()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var numbers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i => (await station.PostAsJsonAsync("appeals", Body($"{i}")).Done()).Text("caseNumber")));
        Assert.Equal(60, numbers.Distinct().Count());
    }

    [Fact]
    public async Task what_is_malformed_is_answered_field_by_field_and_writes_nothing()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var answer = await station.PostAsJsonAsync("appeals", new
        {
            channel = "Phone",
            title = new string('长', 201),
            text = "含\0字符",
            contact = new { name = "", phone = "打我电话" },
        }).Body();
        Assert.Equal(("malformed", "400"), (answer.Text("code"), answer.Text("status")));
        Assert.Equal(
            ["contact.name: required", "contact.phone: not-a-phone-number", "text: not-text", "title: too-long"], answer.Wrong());
        Assert.Equal(["contact.name: required"], (await station.PostAsJsonAsync(
            "appeals", new { channel = "Phone", title = "a", text = "b", contact = new { } }).Body()).Wrong());
        Assert.Equal(["channel: unknown-value"], (await station.PostAsJsonAsync("appeals", new { channel = 99, title = "a", text = "b" }).Body()).Wrong());
        Assert.Equal(["submittedAt: in-the-future"], (await station.PostAsJsonAsync(
            "appeals", new { channel = "Phone", title = "a", text = "b", submittedAt = DateTime.UtcNow.AddDays(2) }).Body()).Wrong());
        Assert.Equal("400 malformed", await station.PostAsJsonAsync("appeals", new { channel = "Pigeon", title = "a", text = "b" }).Refused());
        Assert.Equal("400 malformed", await station.PostAsJsonAsync("appeals", new { channel = "Phone", title = "a", text = "b", more = 1 }).Refused());
        Assert.Equal("400 malformed", await station.PostAsJsonAsync("appeals", new { channel = "Phone", title = (string?)null, text = "b" }).Refused());
        Assert.Equal(["0"], await service.Look("select count(*) from mt_events"));
    }

    [Fact]
    public async Task a_category_leaves_no_level_out()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        Assert.Equal(["category.first: required"], await Review(new { urgency = "Urgent", category = new { } }));
        Assert.Equal(["urgency: unknown-value"], await Review(new { urgency = 9 }));
        Assert.Equal(["urgency: required"], await Review(new { }));
        Assert.Equal(["category.third: second-level-missing"], await Review(new { urgency = "Urgent", category = new { first = "城乡建设", third = "路灯" } }));

        async Task<IEnumerable<string>> Review(object body) =>
            (await station.PostAsJsonAsync($"appeals/{Guid.CreateVersion7()}/review", body).Body()).Wrong();
    }

    [Fact]
    public async Task the_api_document_says_how_long_a_text_may_be()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var anyone = service.As(Clerk, Here, Role.Auditor);
        var bodies = (await anyone.GetAsync(new Uri("openapi/v1.json", UriKind.Relative)).Done())["components"]!["schemas"]!;
        Assert.Equal("200", bodies["SubmitAppeal"]!["properties"]!["title"]!.Text("maxLength"));
        Assert.Equal("100", bodies["RegisterPerson"]!["properties"]!["documentNumber"]!.Text("maxLength"));
    }

    [Fact]
    public async Task who_it_is_addressed_to_must_be_a_deputy_here()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        using var resident = service.As(Clerk, Here, Role.Resident);
        var people = County.Read().People;
        var deputy = people.Single(p => p.Login == $"{Here}-deputy-1");
        Assert.Equal("422 addressee-not-a-deputy", await resident.PostAsJsonAsync("appeals", new
        {
            channel = "DeputyCode",
            title = "a",
            text = "b",
            addressedTo = people.Single(p => p.Login == $"{Here}-section-1").Id,
        }).Refused());
        var id = (await resident.PostAsJsonAsync("appeals", new { channel = "DeputyCode", title = "a", text = "b", addressedTo = deputy.Id }).Done()).Id();
        using var addressed = service.As(deputy.Id, Here, Role.Deputy);
        using var other = service.As(people.Single(p => p.Login == $"{Here}-deputy-2").Id, Here, Role.Deputy);
        Assert.Equal("403 addressed-to-a-deputy", await other.PostAsJsonAsync($"appeals/{id}/acceptance", new { }).Refused());
        await addressed.PostAsJsonAsync($"appeals/{id}/acceptance", new { }).Done();
    }

    [Fact]
    public async Task a_resident_sees_their_own_and_a_township_its_own()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var one = service.As(Guid.CreateVersion7(), Here, Role.Resident);
        using var two = service.As(Guid.CreateVersion7(), Here, Role.Resident);
        using var next = service.As(Guid.CreateVersion7(), "330225110", Role.Station);
        using var county = service.As(Guid.CreateVersion7(), "330225000", Role.Auditor);
        var id = (await one.PostAsJsonAsync("appeals", Body("a")).Done()).Id();
        Assert.Equal("404 not-found", await two.GetAsync(new Uri($"appeals/{id}", UriKind.Relative)).Refused());
        Assert.Equal("404 not-found", await next.GetAsync(new Uri($"cases/{id}", UriKind.Relative)).Refused());
        Assert.Equal("404 not-found", await next.PostAsJsonAsync($"appeals/{id}/acceptance", new { }).Refused());
        Assert.Empty((await two.GetAsync(new Uri("appeals", UriKind.Relative)).Done())["items"]!.AsArray());
        Assert.Single((await one.GetAsync(new Uri("appeals", UriKind.Relative)).Done())["items"]!.AsArray());
        Assert.Equal(Here, (await county.GetAsync(new Uri($"cases/{id}", UriKind.Relative)).Done()).Text("township"));
    }

    [Fact]
    public async Task the_list_turns_its_pages_newest_first()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        for (var i = 0; i < 5; i++)
        {
            await station.PostAsJsonAsync("appeals", Body($"{i}")).Done();
        }

        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await station.GetAsync(new Uri($"appeals?stage=Collected&size=2{(next is null ? "" : $"&after={next}")}", UriKind.Relative)).Done();
            seen.AddRange(page["items"]!.AsArray().Select(i => i!.Text("title")));
            next = page["next"]?.ToString();
        }
        while (next is not null);
        Assert.Equal(["4", "3", "2", "1", "0"], seen);
    }

    [Fact]
    public async Task somebody_of_the_whole_county_names_the_township()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var hotline = service.As(Guid.CreateVersion7(), "330225000", Role.Integrator);
        Assert.Equal("422 township-required", await hotline.PostAsJsonAsync("appeals", Body("a")).Refused());
        Assert.Equal("422 township-required", await hotline.PostAsJsonAsync("appeals", new { channel = "Hotline", title = "a", text = "b", township = "330226101" }).Refused());
        var number = (await hotline.PostAsJsonAsync("appeals", new { channel = "Hotline", title = "a", text = "b", township = Here }).Done()).Text("caseNumber");
        Assert.StartsWith(Here, number, StringComparison.Ordinal);
    }

    private static object Body(string title) => new { channel = "Phone", title, text = "正文" };
}
