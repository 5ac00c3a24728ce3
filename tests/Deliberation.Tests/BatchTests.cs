using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Batches;
using LiaisonStation.Deliberation.Meetings;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Tests;
using LiaisonStation.Townships;
using Microsoft.Extensions.DependencyInjection;
using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

/// <summary>A clock that a test sets; timers go by the real one.</summary>
public sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 10, 1, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

public sealed class ClockedDeliberation : OpenService
{
    private static int _townships = 330225500;

    public ClockedDeliberation()
        : this(new())
    {
    }

    private ClockedDeliberation(SetClock clock)
        : base(
            Deliberation.Module with
            {
                Services = services =>
                {
                    Deliberation.Module.Services!(services);
                    services.AddSingleton<TimeProvider>(clock);
                },
            },
            app => app.MapDeliberation()) => Clock = clock;

    public SetClock Clock { get; }

    /// <summary>A township of its own for every test, with a Presidium of five and two supervision groups.</summary>
    public async Task<string> OpenTownship()
    {
        var township = Interlocked.Increment(ref _townships).ToString(CultureInfo.InvariantCulture);
        var groups = new[] { (Id: Id(40), Kind: GroupKind.Presidium, Members: Presidium) }
            .Concat(Groups.Select(g => (g.Id, g.Kind, Members: g.Members.ToArray())));
        foreach (var (id, kind, members) in groups)
        {
            await Store.Once(
                new(township, new(null, null, null, null), Inbox: new("test", id)),
                batch => batch.Add($"insert into registry_group values ({township}, {id}, {kind.ToString()}, '甲', {members}, true, 1)"));
        }

        return township;
    }

    /// <summary>A topic of March's batch, screened or only proposed.</summary>
    public async Task<Guid> Topic(string township, int number, bool screened = true)
    {
        var id = Id(1000 + number);
        var proposed = (TopicProposed)Proposed with
        {
            CaseNumber = $"{township}-20260301-{number:d4}",
            // Sealed under a key nobody has any more.
            Title = new(Resident, Convert.ToBase64String(new byte[64])),
        };
        var cause = new Cause(township, new(null, null, null, null));
        await OpeningBatch.Ensure(Store, cause, new(2026, 3), default);
        await Store.Write(LiaisonStation.Deliberation.Topic.Stream, id, cause, _ => screened ? [proposed, Entered, Screened] : [proposed, Entered]);
        return id;
    }

    public async Task<IReadOnlyList<string>> Events(string township, Guid stream) =>
        [.. (await Store.Read(stream, township)).Select(e => e.Type)];
}

public sealed class BatchTests(ClockedDeliberation service) : IClassFixture<ClockedDeliberation>
{
    private static readonly Month Batched = new(2026, 3);

    [Fact]
    public async Task one_meeting_decides_on_a_batch_and_the_rest_goes_into_the_next_months()
    {
        var township = await service.OpenTownship();
        var (one, two, three) = (
            await service.Topic(township, 1), await service.Topic(township, 2), await service.Topic(township, 3, screened: false));
        var body = Decide(Taken(one), NotTaken(two));
        Assert.Equal((HttpStatusCode.OK, null), await Confirm(township, body));
        Assert.Equal((HttpStatusCode.OK, null), await Confirm(township, body));

        Assert.Equal(["topic_proposed", "topic_entered_batch", "topic_screened", "topic_confirmed_v2"], await service.Events(township, one));
        Assert.Equal(["topic_proposed", "topic_entered_batch", "topic_screened", "topic_declined"], await service.Events(township, two));
        Assert.Equal(["topic_proposed", "topic_entered_batch", "topic_rolled_over"], await service.Events(township, three));
        Assert.Equal(["batch_opened", "batch_closed"], await service.Events(township, Batch.Of(township, Batched)));

        using var office = service.As(Role.CongressOffice, township);
        var march = (await office.GetFromJsonAsync<JsonNode>("batches/2026-03"))!;
        Assert.Equal("2026-03-10", (string)march["closed"]!["heldOn"]!);
        Assert.Equal(
            ["Confirmed 2026-03", "NotTaken 2026-03", "Proposed 2026-04"],
            march["topics"]!.AsArray().Select(t => $"{t!["stage"]} {t["month"]}"));
        var april = (await office.GetFromJsonAsync<JsonNode>("batches/2026-04"))!;
        Assert.Null(april["closed"]);
        Assert.Equal(["""["2026-03"]"""], april["topics"]!.AsArray().Select(t => t!["rolledFrom"]!.ToJsonString()));
        var page = (await office.GetFromJsonAsync<JsonNode>("topics?month=2026-03&q=0002&size=1"))!;
        Assert.Equal(two, (Guid)Assert.Single(page["items"]!.AsArray())!["id"]!);
    }

    [Fact]
    public async Task the_history_of_a_topic_is_told_to_who_deliberates_and_to_its_resident()
    {
        var township = await service.OpenTownship();
        var events = await service.Store.Read(await service.Topic(township, 1), township);
        bool Told(Role role, Guid person) => Deliberation.Module.Tells!(new(person, township, role, [role], null, []), events);
        Assert.True(Told(Role.Deputy, Id(1)) && Told(Role.Resident, Resident));
        Assert.False(Told(Role.HandlingUnit, Id(1)) || Told(Role.Resident, Id(1)));
    }

    [Fact]
    public async Task a_decision_that_broke_off_half_way_goes_on_when_it_is_sent_again()
    {
        var township = await service.OpenTownship();
        var (one, two, three) = (
            await service.Topic(township, 1), await service.Topic(township, 2), await service.Topic(township, 3, screened: false));
        // As a crash after the first topic leaves it.
        var cause = new Cause(township, new(null, null, null, null));
        var closing = new BatchClosed(
            Today, Carried.Attended, null, [new(one, Group, null, 3, 0, 0), new(two, null, "已列入明年计划", 3, 0, 0)], null);
        await service.Store.Write(Batch.Stream, Batch.Of(township, Batched), cause, _ => [closing]);
        await service.Store.Write(LiaisonStation.Deliberation.Topic.Stream, one, cause, _ => [Confirmed]);

        Assert.Equal(
            (HttpStatusCode.Conflict, "batch-already-closed"),
            await Confirm(township, Decide(Taken(one), NotTaken(two) with { NotTaken = "另有理由" })));
        Assert.Equal((HttpStatusCode.OK, null), await Confirm(township, Decide(Taken(one), NotTaken(two))));
        Assert.Equal("topic_confirmed_v2", Assert.Single(await service.Events(township, one), e => e.StartsWith("topic_confirmed", StringComparison.Ordinal)));
        Assert.Equal("topic_declined", (await service.Events(township, two))[^1]);
        Assert.Equal("topic_rolled_over", (await service.Events(township, three))[^1]);
    }

    [Fact]
    public async Task of_two_meetings_at_once_one_decides_on_everything_and_the_other_on_nothing()
    {
        var township = await service.OpenTownship();
        Guid[] topics = [.. await Task.WhenAll(Enumerable.Range(1, 6).Select(n => service.Topic(township, n)))];
        var answers = await Task.WhenAll(
            Confirm(township, Decide([.. topics.Select(Taken)])), Confirm(township, Decide([.. topics.Reverse().Select(NotTaken)])));
        Assert.Equal(
            [(HttpStatusCode.Conflict, "batch-already-closed"), (HttpStatusCode.OK, null)], answers.OrderBy(a => a.Code is null));
        var outcomes = await Task.WhenAll(topics.Select(async t => (await service.Events(township, t)).Skip(3).ToArray()));
        Assert.All(outcomes, o => Assert.Equal([answers[0].Code is null ? "topic_confirmed_v2" : "topic_declined"], o));
    }

    [Fact]
    public async Task where_one_topic_is_refused_nothing_is_written_and_the_topic_is_named()
    {
        var township = await service.OpenTownship();
        var (one, two) = (await service.Topic(township, 1), await service.Topic(township, 2, screened: false));
        using var recorder = service.As(Role.Presidium, township, Id(50));
        using var response = await recorder.PostAsJsonAsync("batches/2026-03/confirmation", Decide(Taken(one), Taken(two)));
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal((HttpStatusCode.Conflict, "topic-not-screened", two), (response.StatusCode, (string)problem["code"]!, (Guid)problem["topic"]!));
        Assert.Equal("topic_screened", (await service.Events(township, one))[^1]);
        Assert.Equal(["batch_opened"], await service.Events(township, Batch.Of(township, Batched)));
    }

    [Fact]
    public async Task a_planned_meeting_that_is_none_decides_on_nothing()
    {
        var township = await service.OpenTownship();
        var topic = await service.Topic(township, 1);
        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, "no-such-planned-meeting"), await Confirm(township, Decide(Taken(topic)) with { Planned = Id(80) }));
    }

    [Theory]
    [InlineData("2026-04", 3, "topic-of-another-batch")]
    [InlineData("2026-03", 2, "majority-missing")]
    public async Task another_months_topic_or_a_vote_without_majority_is_refused(string month, int votes, string code)
    {
        var township = await service.OpenTownship();
        var topic = await service.Topic(township, 1);
        using var office = service.As(Role.CongressOffice, township);
        (await office.PostAsJsonAsync("batches", new { month = "2026-04" })).EnsureSuccessStatusCode();
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), await Confirm(township, Decide(Taken(topic) with { For = votes }), month));
    }

    [Fact]
    public async Task another_townships_topic_is_not_known_and_a_month_without_a_batch_is_not_found()
    {
        var (township, neighbour) = (await service.OpenTownship(), await service.OpenTownship());
        var topic = await service.Topic(neighbour, 1);
        await service.Topic(township, 2);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "topic-unknown"), await Confirm(township, Decide(Taken(topic))));
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), await Confirm(township, Decide(Taken(topic)), "2026-05"));
        using var office = service.As(Role.CongressOffice, township);
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetAsync(new Uri("batches/2026-05", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await office.GetAsync(new Uri("batches/2026-13", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task what_is_proposed_after_the_meeting_stands_in_the_next_months_batch()
    {
        var township = await service.OpenTownship();
        Assert.Equal((HttpStatusCode.OK, null), await Confirm(township, Decide(Taken(await service.Topic(township, 1)))));
        var cause = new Cause(township, new(null, null, null, null));
        Assert.Equal(new(2026, 4), await OpeningBatch.Ensure(service.Store, cause, Batched, default));
    }

    [Fact]
    public async Task a_topic_nobody_deals_with_is_late_once_a_stage_and_goes_on_into_the_next_month()
    {
        var township = await service.OpenTownship();
        var topic = await service.Topic(township, 1, screened: false);
        var walk = service.Of<DueWalk>();
        try
        {
            // 24:00 of 5 April in Shanghai is still before expiry.
            service.Clock.Now = new(2026, 4, 5, 16, 0, 0, TimeSpan.Zero);
            await walk.Walk(default);
            Assert.Equal(2, (await service.Events(township, topic)).Count);

            service.Clock.Now = service.Clock.Now.AddSeconds(1);
            await Task.WhenAll(walk.Walk(default), walk.Walk(default));
            Assert.Equal(["topic_overdue"], (await service.Events(township, topic)).Skip(2));

            service.Clock.Now = new(2026, 4, 10, 16, 0, 1, TimeSpan.Zero);
            await walk.Walk(default);
            await walk.Walk(default);
            Assert.Equal(["topic_overdue", "topic_rolled_over"], (await service.Events(township, topic)).Skip(2));

            // Nobody looked for two months: it stands where it can still be decided on.
            service.Clock.Now = new(2026, 7, 20, 1, 0, 0, TimeSpan.Zero);
            await walk.Walk(default);
            var stands = (await service.Store.Load(LiaisonStation.Deliberation.Topic.Stream, topic, township))!.State;
            Assert.Equal(new Month(2026, 7), stands.Place!.Month);
            Assert.Equal([new Month(2026, 3), new Month(2026, 4)], stands.RolledFrom);
            Assert.Equal([TopicStage.Proposed], stands.Late);
        }
        finally
        {
            service.Clock.Now = new(2026, 3, 10, 1, 0, 0, TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task its_figures_are_counted_from_the_same_events()
    {
        var township = await service.OpenTownship();
        foreach (var deputy in new[] { Supervisor, Id(62), Id(71), Id(72) })
        {
            string[] roles = [nameof(Role.Deputy)];
            Guid[] none = [];
            await service.Store.Once(
                new(township, new(null, null, null, null), Inbox: new("test", deputy)),
                batch => batch.Add($"insert into registry_person values ({township}, {deputy}, {roles}, {none}, null, true, 1)"));
        }

        var (one, two) = (await service.Topic(township, 1), await service.Topic(township, 2));
        Assert.Equal((HttpStatusCode.OK, null), await Confirm(township, Decide(Taken(one), NotTaken(two))));
        using var member = service.As(Role.SupervisionGroup, township, Supervisor);
        (await member.PostAsJsonAsync($"topics/{one}/meetings", new HoldMeeting(Today, [Supervisor], "听取汇报"))).EnsureSuccessStatusCode();
        (await member.PostAsJsonAsync($"topics/{one}/deliberation", Deliberated)).EnsureSuccessStatusCode();

        using var auditor = service.As(Role.Auditor, township);
        var figures = (await auditor.GetFromJsonAsync<JsonNode>("figures?from=2026-02-01&to=2026-03-31"))!.AsArray();
        Assert.Equal(
            [
                "topics-proposed 2", "topics-taken-up 1/2", "advice-adopted 1/1", "thematic-meetings 2",
                // Two groups in two months; one of them met in one.
                "group-months-met 1/4", "deputies-taking-part 2/4",
            ],
            figures.Select(f => $"{f!["code"]} {f["numerator"]}{(f["denominator"] is { } n ? $"/{n}" : "")}"));
    }

    [Fact]
    public async Task a_meeting_is_planned_held_and_minuted_and_its_papers_print()
    {
        var township = await service.OpenTownship();
        var topic = await service.Topic(township, 1);
        using var office = service.As(Role.CongressOffice, township);
        using var chair = service.As(Role.TownChair, township);
        var plan = new MeetingPlan(Today, new(9, 0), "镇人大会议室", [new("审议路灯事项", topic)]);
        var planned = await office.PostAsJsonAsync("meetings", new { kind = "Presidium", plan });
        Assert.Equal(HttpStatusCode.Created, planned.StatusCode);
        var meeting = (Guid)(await planned.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
        Assert.Equal(HttpStatusCode.Conflict, (await office.GetAsync(new Uri($"meetings/{meeting}/minutes", UriKind.Relative))).StatusCode);
        (await office.PostAsJsonAsync($"meetings/{meeting}/attendance", new { attended = Carried.Attended })).EnsureSuccessStatusCode();
        (await office.PostAsJsonAsync($"meetings/{meeting}/minutes", new { minutes = "一、会议听取了汇报。\n二、会议决定督办。" })).EnsureSuccessStatusCode();
        (await chair.PostAsync(new Uri($"meetings/{meeting}/approval", UriKind.Relative), null)).EnsureSuccessStatusCode();
        foreach (var (paper, says) in new[]
        {
            ("notice", "关于召开会议的通知"), ("agenda", $"{township}-20260301-0001"), ("sign-in", "应到 5 人"), ("minutes", "应到 5 人，实到 3 人"),
        })
        {
            Assert.Contains(says, WebUtility.HtmlDecode(await office.GetStringAsync(new Uri($"meetings/{meeting}/{paper}", UriKind.Relative))), StringComparison.Ordinal);
        }

        var list = (await office.GetFromJsonAsync<JsonNode>("meetings?stage=Approved&size=1"))!;
        Assert.Equal(meeting, (Guid)Assert.Single(list["items"]!.AsArray())!["id"]!);
        Assert.Empty((await office.GetFromJsonAsync<JsonNode>($"meetings?after={(string)list["next"]!}"))!["items"]!.AsArray());
    }

    private static ConfirmBatch Decide(params IReadOnlyList<DecideItem> items) => new(items, Today, Carried.Attended);

    private static DecideItem Taken(Guid topic) => new(topic, Group, For: 3);

    private static DecideItem NotTaken(Guid topic) => new(topic, NotTaken: "已列入明年计划", For: 3);

    private async Task<(HttpStatusCode Status, string? Code)> Confirm(string township, ConfirmBatch body, string month = "2026-03")
    {
        using var recorder = service.As(Role.Presidium, township, Id(50));
        using var response = await recorder.PostAsJsonAsync($"batches/{month}/confirmation", body);
        return (response.StatusCode, (string?)(await response.Content.ReadFromJsonAsync<JsonNode>())!["code"]);
    }
}
