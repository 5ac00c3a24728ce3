using System.Net.Http.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;

namespace LiaisonStation.Intake.Tests;

public sealed class RegistryDeciderTests
{
    private static readonly Guid Id = Guid.Parse("019a0000-0000-7000-8000-000000000001");
    private static readonly Guid Presidium = Guid.Parse("019a0000-0000-7000-8000-000000000002");
    private static readonly Guid Deputies = Guid.Parse("019a0000-0000-7000-8000-000000000003");
    private static readonly Guid Section = Guid.Parse("019a0000-0000-7000-8000-000000000004");
    private static readonly Belonging Everything = new(
        new Dictionary<Guid, GroupKind> { [Presidium] = GroupKind.Presidium, [Deputies] = GroupKind.DeputyGroup }, UnitKind.Section);

    private static readonly Person Handler = new(Id, [Role.HandlingUnit], [], Section, true);

    [Fact]
    public void a_person_is_registered_without_a_name() => Assert.Equivalent(
        new IPersonEvent[] { new PersonRegistered(Id, [Role.Deputy], [Deputies], null, "1号") },
        RegisteringPerson.Decide(null, Id, new RegisterPerson("330225109-x", "王建国", [Role.Deputy], "1号", [Deputies]), Everything).Events);

    [Fact]
    public void what_is_told_of_people_carries_their_stream_version_and_no_name()
    {
        var told = Publish.ToOthers(new RecordedEvent(
            1, Presidium, Id, 3, "330225109", "person_reassigned", new PersonReassigned(Id, [Role.Deputy], [Deputies], null, "1号"),
            DateTimeOffset.UnixEpoch, null, null, new EventHeaders(null, null, null, null)));
        Assert.Equivalent(new PersonChanged(Id, [Role.Deputy], [Deputies], null, true, 3), told);
    }

    [Fact]
    public void the_presidium_and_the_handling_unit_exclude_each_other() => Refuses("presidium-excludes-handling-unit",
        new ReassignPerson([Role.HandlingUnit, Role.Presidium], "1号", [], Section));

    [Fact]
    public void a_member_of_the_presidium_handles_nothing() => Refuses("presidium-excludes-handling-unit",
        new ReassignPerson([Role.HandlingUnit], "1号", [Presidium], Section));

    [Fact]
    public void an_unknown_group_is_refused() => Refuses("unknown-group", new ReassignPerson([Role.Deputy], "1号", [Guid.Empty]));

    [Fact]
    public void who_handles_belongs_to_a_section() => Assert.Equal(
        Refuse.Rule("handling-unit-needs-section"),
        ReassigningPerson.Decide(Handler, new ReassignPerson([Role.HandlingUnit], "1号", [], Section), Everything with { Unit = UnitKind.Station }).Refusal
        ?? ReassigningPerson.Decide(Handler, new ReassignPerson([Role.HandlingUnit, Role.Deputy], "1号", [], Section), Everything with { Unit = UnitKind.Station }).Refusal);

    [Fact]
    public void an_unknown_unit_is_refused() => Assert.Equal(
        Refuse.Rule("unknown-unit"),
        ReassigningPerson.Decide(Handler, new ReassignPerson([Role.Deputy], "1号", [], Section), Everything with { Unit = null }).Refusal);

    [Fact]
    public void assigning_what_is_already_so_changes_nothing() =>
        Assert.Empty(ReassigningPerson.Decide(Handler, new ReassignPerson([Role.HandlingUnit], "2号", [], Section), Everything));

    [Fact]
    public void who_is_inactive_is_not_assigned() => Assert.Equal(
        Refuse.State("person-inactive"),
        ReassigningPerson.Decide(Handler with { Active = false }, new ReassignPerson([Role.Deputy], "1号"), Everything).Refusal);

    [Fact]
    public void deactivating_twice_changes_nothing()
    {
        Assert.Single(Deactivating.Decide(Handler, new Deactivate("1号"), handedOver: true));
        Assert.Empty(Deactivating.Decide(Handler with { Active = false }, new Deactivate("1号"), handedOver: true));
    }

    [Fact]
    public void a_section_belongs_to_a_town_government()
    {
        Assert.Equal(
            Refuse.Rule("section-needs-town-government"),
            RegisteringUnit.Decide(null, Id, new RegisterUnit(UnitKind.Section, "科室", "1号", Section), UnitKind.Station).Refusal);
        Assert.Single(RegisteringUnit.Decide(null, Id, new RegisterUnit(UnitKind.Section, "科室", "1号", Section), UnitKind.TownGovernment));
    }

    [Fact]
    public void a_group_follows_its_people_and_only_once()
    {
        var group = new Group(Deputies, GroupKind.DeputyGroup, "代表小组", [], true);
        var member = new Person(Id, [Role.Deputy], [Deputies], null, true);
        var joined = Assert.IsType<GroupMembersChanged>(Assert.Single(WhenPersonChanged.Decide(group, member)));
        Assert.Equal([Id], joined.Members);
        Assert.Empty(WhenPersonChanged.Decide(group with { Members = [Id] }, member));
        Assert.IsType<GroupMembersChanged>(Assert.Single(WhenPersonChanged.Decide(group with { Members = [Id] }, member with { Groups = [] })));
        Assert.Empty(WhenPersonChanged.Decide(group with { Active = false }, member));
    }

    private static void Refuses(string code, ReassignPerson c) =>
        Assert.Equal(Refuse.Rule(code), ReassigningPerson.Decide(Handler, c, Everything).Refusal);
}

[Collection(nameof(Server))]
public sealed class RegistryTests(Server server)
{
    private const string Here = "330225109";
    private static readonly Guid Office = Guid.CreateVersion7();

    [Fact]
    public async Task the_office_registers_and_the_gateway_signs_in()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var office = service.As(Office, Here, Role.CongressOffice);
        using var gateway = service.As(Guid.Empty, "330225000", Role.System);
        var group = (await office.PostAsJsonAsync("registry/groups", new { kind = "DeputyGroup", name = "代表小组", documentNumber = "1号" }).Done()).Id();
        var person = await office.PostAsJsonAsync("registry/people", new
        {
            login = $"{Here}-wang",
            name = "王建国",
            roles = new[] { "Deputy" },
            groups = new[] { group },
            documentNumber = "1号",
        }).Done();
        var signedIn = await gateway.GetAsync(new Uri($"registry/sign-in/{Here}-wang", UriKind.Relative)).Done();
        Assert.Equal((person.Text("id"), "王建国", Here), (signedIn.Text("personId"), signedIn.Text("name"), signedIn.Text("tenant")));
        Assert.Equal(["Deputy"], signedIn["roles"]!.AsArray().Select(r => r!.ToString()));
        Assert.Equal([group.ToString()], signedIn["groups"]!.AsArray().Select(g => g!.ToString()));
        Assert.Single((await gateway.GetAsync(new Uri("registry/people?search=建国", UriKind.Relative)).Done())["items"]!.AsArray());
        Assert.Equal("403 role-not-allowed", await office.GetAsync(new Uri($"registry/sign-in/{Here}-wang", UriKind.Relative)).Refused());
        Assert.Empty(await service.Look("select 1 from mt_events where data::text like '%建国%' or headers::text like '%建国%'"));

        var successor = await office.PostAsJsonAsync("registry/people", new
        {
            login = $"{Here}-li",
            name = "李秀英",
            roles = new[] { "Deputy" },
            documentNumber = "1号",
        }).Done();
        var (leaves, end) = (person.Id(), new { documentNumber = "2号" });
        Assert.Equal("422 hand-over-needed", await office.PostAsJsonAsync($"registry/people/{leaves}/deactivation", end).Refused());
        await office.PostAsJsonAsync("registry/hand-overs", new
        {
            kind = "Person",
            from = leaves,
            to = successor.Id(),
            ground = "ByElection",
            documentNumber = "2号",
            effectiveOn = "2026-03-02",
        }).Done();
        await office.PostAsJsonAsync($"registry/people/{leaves}/deactivation", end).Done();
        Assert.Equal("404 not-found", await gateway.GetAsync(new Uri($"registry/sign-in/{Here}-wang", UriKind.Relative)).Refused());
    }

    [Fact]
    public async Task a_login_is_given_once()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var office = service.As(Office, Here, Role.CongressOffice);
        object body = new { login = $"{Here}-li", name = "李秀英", roles = new[] { "Resident" }, documentNumber = "1号" };
        await office.PostAsJsonAsync("registry/people", body).Done();
        Assert.Equal("422 login-taken", await office.PostAsJsonAsync("registry/people", body).Refused());
        Assert.Equal(["1"], await service.Look("select count(*) from mt_events"));
    }

    [Fact]
    public async Task another_townships_registry_is_neither_seen_nor_changed()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var office = service.As(Office, Here, Role.CongressOffice);
        using var next = service.As(Office, "330225110", Role.CongressOffice);
        var unit = (await office.PostAsJsonAsync("registry/units", new { kind = "TownGovernment", name = "大徐镇人民政府", documentNumber = "1号" }).Done()).Id();
        Assert.Empty((await next.GetAsync(new Uri("registry/units", UriKind.Relative)).Done())["items"]!.AsArray());
        Assert.Equal("404 not-found", await next.PostAsJsonAsync($"registry/units/{unit}/deactivation", new { documentNumber = "1号" }).Refused());
        Assert.Equal("422 unknown-unit", await next.PostAsJsonAsync(
            "registry/units", new { kind = "Section", name = "社会事务办", documentNumber = "1号", parentId = unit }).Refused());
    }

    [Fact]
    public async Task a_body_that_is_not_well_formed_is_answered_field_by_field()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var office = service.As(Office, Here, Role.CongressOffice);
        var answer = await office.PostAsJsonAsync("registry/people", new { login = "Wang", name = "", roles = Array.Empty<string>(), documentNumber = " " }).Body();
        Assert.Equal("malformed", answer.Text("code"));
        Assert.Equal(["documentNumber: required", "login: not-a-login", "name: required", "roles: required"], answer.Wrong());
        Assert.Equal(["login: of-another-township"], await Register("330225110-x", "Deputy"));
        Assert.Equal(["roles: unknown-value"], await Register($"{Here}-x", "System"));
        Assert.Equal(["documentNumber: required"], (await office.PostAsJsonAsync($"registry/units/{Office}/deactivation", new { }).Body()).Wrong());

        async Task<IEnumerable<string>> Register(string login, string role) => (await office.PostAsJsonAsync(
            "registry/people", new { login, name = "王建国", roles = new[] { role }, documentNumber = "1号" }).Body()).Wrong();
    }
}
