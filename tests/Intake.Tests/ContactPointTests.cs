using System.Net.Http.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.ContactPoints;

namespace LiaisonStation.Intake.Tests;

public sealed class ContactPointDeciderTests
{
    private const string Town = "330225109";
    private static readonly Guid Id = Guid.Parse("019a0000-0000-7000-8000-000000000001");
    private static readonly Guid Deputy = Guid.Parse("019a0000-0000-7000-8000-000000000002");
    private static readonly DateOnly Opened = new(2026, 3, 2);

    // 白泉's project points: due before 30 August and 30 October (F1).
    private static readonly OpenContactPoint Project = new(
        ContactPointKind.Project, "环岛路工程", Opened, "3号", Until: new(2026, 12, 31),
        Milestones: [new("路面完工", new(2026, 10, 30)), new("路基完工", new(2026, 8, 30))]);

    [Fact]
    public void a_project_has_its_milestones_in_the_order_of_their_dates() =>
        Assert.Equal(["路基完工", "路面完工"], Point().Milestones.Select(m => m.Content));

    [Fact]
    public void a_village_is_of_its_township()
    {
        var village = Project with { Kind = ContactPointKind.Village, Village = "330225109201", Until = null, Milestones = null };
        Assert.Single(OpeningContactPoint.Decide(null, Id, Town, village));
        Refuses(Refuse.Rule("village-of-another-township"), OpeningContactPoint.Decide(null, Id, Town, village with { Village = "330225110201" }));
    }

    [Fact]
    public void a_deputy_is_posted_for_a_time_within_the_points_own()
    {
        var posted = Assert.Single(PostingDeputy.Decide(Point(), new PostDeputy(Deputy, PostingManner.Stationed, Opened), true));
        Assert.Equal(new DeputyPosted(Deputy, PostingManner.Stationed, Opened, new(2026, 12, 31)), posted);
        var point = ContactPoint.Evolve(Point(), posted);
        Assert.Empty(PostingDeputy.Decide(point, new PostDeputy(Deputy, PostingManner.Stationed, Opened), true));
        Refuses(Refuse.State("already-posted"), PostingDeputy.Decide(point, new PostDeputy(Deputy, PostingManner.Visiting, new(2026, 5, 1)), true));
        Refuses(Refuse.Rule("not-a-deputy"), PostingDeputy.Decide(Point(), new PostDeputy(Deputy, PostingManner.Stationed, Opened), false));
        Refuses(Refuse.Rule("posting-outside-its-time"), Post(Opened.AddDays(-1), null));
        Refuses(Refuse.Rule("posting-outside-its-time"), Post(Opened, new(2027, 1, 1)));
        Refuses(Refuse.Rule("posting-outside-its-time"), Post(Opened, Opened.AddDays(-1)));
        Refuses(Refuse.State("contact-point-closed"), PostingDeputy.Decide(Point() with { ClosedOn = Opened }, new PostDeputy(Deputy, PostingManner.Visiting, Opened), true));
    }

    [Fact]
    public void who_is_recalled_may_be_posted_again_later()
    {
        var point = ContactPoint.Evolve(Point(), new DeputyPosted(Deputy, PostingManner.Stationed, Opened, new(2026, 12, 31)));
        var recalled = Assert.Single(PostingDeputy.Decide(point, new RecallDeputy(Deputy, new(2026, 5, 31))));
        point = ContactPoint.Evolve(point, recalled);
        Assert.Empty(PostingDeputy.Decide(point, new RecallDeputy(Deputy, new(2026, 5, 31))));
        Refuses(Refuse.State("not-posted"), PostingDeputy.Decide(point, new RecallDeputy(Deputy, new(2026, 6, 30))));
        Assert.Single(PostingDeputy.Decide(point, new PostDeputy(Deputy, PostingManner.Visiting, new(2026, 6, 1)), true));
    }

    [Fact]
    public void a_milestone_is_reached_once()
    {
        var reached = Assert.Single(ClosingContactPoint.Decide(Point(), new ReachMilestone("路基完工", new(2026, 8, 20)), new(2026, 8, 25)));
        var point = ContactPoint.Evolve(Point(), reached);
        Assert.Empty(ClosingContactPoint.Decide(point, new ReachMilestone("路基完工", new(2026, 8, 20)), new(2026, 8, 25)));
        Refuses(Refuse.State("milestone-reached"), ClosingContactPoint.Decide(point, new ReachMilestone("路基完工", new(2026, 8, 21)), new(2026, 8, 25)));
        Refuses(Refuse.Unknown("milestone-unknown"), ClosingContactPoint.Decide(point, new ReachMilestone("桥", Opened), Opened));
        Refuses(Refuse.Rule("milestone-outside-its-time"), ClosingContactPoint.Decide(point, new ReachMilestone("路面完工", new(2026, 9, 2)), new(2026, 9, 1)));
    }

    [Fact]
    public void it_is_closed_once()
    {
        var closed = Assert.Single(ClosingContactPoint.Decide(Point(), new CloseContactPoint(new(2026, 6, 1), "9号"), new(2026, 6, 2)));
        var point = ContactPoint.Evolve(Point(), closed);
        Assert.Empty(ClosingContactPoint.Decide(point, new CloseContactPoint(new(2026, 6, 1), "9号"), new(2026, 6, 2)));
        Refuses(Refuse.State("contact-point-closed"), ClosingContactPoint.Decide(point, new CloseContactPoint(new(2026, 6, 2), "9号"), new(2026, 6, 2)));
        Refuses(Refuse.State("contact-point-closed"), ClosingContactPoint.Decide(point, new ReachMilestone("路基完工", Opened), new(2026, 6, 2)));
        Refuses(Refuse.Rule("closing-outside-its-time"), ClosingContactPoint.Decide(Point(), new CloseContactPoint(new(2026, 6, 3), "9号"), new(2026, 6, 2)));
    }

    [Fact]
    public void a_successor_is_posted_from_the_hand_overs_day_in_the_same_manner_and_for_as_long()
    {
        var (successor, day) = (Guid.Parse("019a0000-0000-7000-8000-000000000003"), new DateOnly(2026, 5, 1));
        var m = new HandOverOrdered(Id, HandOverKind.Person, Deputy, successor, HandOverGround.Resignation, "大人大〔2026〕5号", day);
        var posted = ContactPoint.Evolve(Point(), new DeputyPosted(Deputy, PostingManner.Visiting, Opened, new(2026, 12, 31)));
        var handed = Assert.Single(HandingOverPosting.Decide(posted, m));
        Assert.Equal(new PostingHandedOver(Id, Deputy, successor, day), handed);
        var after = ContactPoint.Evolve(posted, handed);
        Assert.Equal(
            [
                new(Deputy, PostingManner.Visiting, Opened, new(2026, 4, 30)),
                new Posting(successor, PostingManner.Visiting, day, new(2026, 12, 31)),
            ],
            after.Postings);
        Assert.Empty(HandingOverPosting.Decide(after, m));
        Assert.Empty(HandingOverPosting.Decide(null, m));
        Assert.Empty(HandingOverPosting.Decide(Point(), m));
        Assert.Empty(HandingOverPosting.Decide(posted with { ClosedOn = day }, m));
        Assert.Empty(HandingOverPosting.Decide(posted, m with { Kind = HandOverKind.Unit }));

        // What has not begun goes over as it is; who is there already is not posted twice.
        Assert.Equal([new Posting(successor, PostingManner.Stationed, new(2026, 6, 1), null)], ContactPoint.Evolve(
            ContactPoint.Evolve(Point(), new DeputyPosted(Deputy, PostingManner.Stationed, new(2026, 6, 1), null)), handed).Postings);
        var both = ContactPoint.Evolve(posted, new DeputyPosted(successor, PostingManner.Stationed, Opened, null));
        Assert.Equal(
            [new(Deputy, PostingManner.Visiting, Opened, new(2026, 4, 30)), new Posting(successor, PostingManner.Stationed, Opened, null)],
            ContactPoint.Evolve(both, handed).Postings);
    }

    private static ContactPoint Point() => ContactPoint.Evolve(null, Assert.Single(OpeningContactPoint.Decide(null, Id, Town, Project)));

    private static Decision<IContactPointEvent> Post(DateOnly from, DateOnly? until) =>
        PostingDeputy.Decide(Point(), new PostDeputy(Deputy, PostingManner.Stationed, from, until), true);

    private static void Refuses(Refusal refusal, Decision<IContactPointEvent> decision) => Assert.Equal(refusal, decision.Refusal);
}

[Collection(nameof(Server))]
public sealed class ContactPointTests(Server server)
{
    private const string Town = "330225109";

    [Fact]
    public async Task the_station_opens_them_and_everybody_finds_them()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Guid.CreateVersion7(), Town, Role.Station);
        using var anyone = service.As(Guid.CreateVersion7(), Town, Role.Resident);
        using var neighbour = service.As(Guid.CreateVersion7(), "330225110", Role.Resident);
        var shop = (await Open(new { kind = "Shop", name = "老街民生小铺", from = "2026-03-02", documentNumber = "1号" }).Done()).Id();
        await Open(new
        {
            kind = "Project",
            name = "环岛路工程",
            from = "2026-03-02",
            until = "2026-12-31",
            documentNumber = "1号",
            milestones = new[] { new { content = "路基完工", dueOn = "2026-08-30" } },
        }).Done();
        Assert.Equal(
            ["milestones: out-of-range", "until: required"],
            (await Open(new { kind = "Project", name = "桥", from = "2026-03-02", documentNumber = "1号", milestones = new[] { new { content = "桩", dueOn = "2026-01-01" } } }).Body()).Wrong());
        Assert.Equal("403 role-not-allowed", await anyone.PostAsJsonAsync("contact-points", new { }).Refused());

        Assert.Equal(["老街民生小铺"], await Found(anyone, "search=小铺"));
        Assert.Equal(["环岛路工程"], await Found(anyone, "kind=Project"));
        Assert.Empty(await Found(neighbour, ""));
        await station.PostAsJsonAsync($"contact-points/{shop}/closing", new { on = "2026-06-01", documentNumber = "2号" }).Done();
        Assert.Equal(["环岛路工程"], await Found(anyone, "open=true"));
        Assert.Equal("2026-08-30", (await anyone.GetAsync(new Uri("contact-points?kind=Project", UriKind.Relative)).Done())["items"]![0]!.Text("nextMilestone"));

        Task<HttpResponseMessage> Open(object body) => station.PostAsJsonAsync("contact-points", body);

        static async Task<IEnumerable<string>> Found(HttpClient client, string query) =>
            (await client.GetAsync(new Uri($"contact-points?{query}", UriKind.Relative)).Done())["items"]!.AsArray().Select(p => p!.Text("name"));
    }
}
