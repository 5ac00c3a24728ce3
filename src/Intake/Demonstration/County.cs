using System.Globalization;
using System.Text.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Demonstration;

public sealed record Township(string Code, string Name, bool Street);

public sealed record Division(string Code, string Name);

public sealed record DemoUnit(string Township, Guid Id, UnitKind Kind, Guid? Parent, string Name);

public sealed record DemoGroup(string Township, Guid Id, GroupKind Kind, string Name, IReadOnlyList<Guid> Members);

public sealed record DemoContactPoint(string Township, Guid Id, string Name);

public sealed record DemoPlan(string Township, Guid Id, Guid Group, string Place, IReadOnlyList<Guid> Deputies);

public sealed record DemoPerson(
    string Township, Guid Id, string Login, string Name, IReadOnlyList<Role> Roles, Guid? Unit, IReadOnlyList<Guid> Groups);

/// <summary>
/// A county to try the system with: its real divisions, people made up, ids derived, so that loading it again adds nothing.
/// </summary>
public sealed record County(
    string Note, Division Place, IReadOnlyList<Township> Townships, IReadOnlyList<string> Sections,
    IReadOnlyList<string> ContactPoints, IReadOnlyList<string> Surnames, IReadOnlyList<string> GivenNames)
{
    public const string DocumentNumber = "演示〔2026〕1号";
    private const int Deputies = 5;
    private const int PresidiumMembers = 7;

    private static readonly Guid Root = Uuid.Derive(Guid.Empty, "demonstration");

    public static County Read()
    {
        using var json = typeof(County).Assembly.GetManifestResourceStream($"{typeof(County).Namespace}.330225.json")!;
        return JsonSerializer.Deserialize<County>(json, JsonSerializerOptions.Web)!;
    }

    public IReadOnlyList<DemoUnit> Units => [.. Townships.SelectMany(UnitsOf), .. CountyBodies.Where(b => b.Unit is not null).Select(b =>
        new DemoUnit(
            Place.Code, Id(Place.Code, $"unit-{b.Login}"), b.Role == Role.CongressOffice ? UnitKind.CongressOffice : UnitKind.Other, null, $"{Place.Name}{b.Unit}"))];

    public IReadOnlyList<DemoGroup> Groups => [.. Townships.SelectMany(GroupsOf)];

    public IReadOnlyList<DemoPerson> People => [.. Townships.SelectMany(PeopleOf), .. CountyBodies.Select(b => Person(
        Place.Code, b.Login, [b.Role], b.Unit is null ? null : Id(Place.Code, $"unit-{b.Login}")))];

    public IReadOnlyList<DemoContactPoint> Points => [.. Townships.SelectMany(t => ContactPoints.Select((name, i) =>
        new DemoContactPoint(t.Code, Id(t.Code, $"point-{i + 1}"), $"{t.Name}{name}")))];

    /// <summary>Each township's deputies receive people once a month.</summary>
    public IReadOnlyList<DemoPlan> Plans => [.. Townships.Select(t => new DemoPlan(
        t.Code, Id(t.Code, "reception-plan"), Id(t.Code, "deputy-group"), $"{t.Name}人大代表联络站",
        [.. PeopleOf(t).Where(p => p.Roles.Contains(Role.SupervisionGroup)).Select(p => p.Id)]))];

    private static (string Login, Role Role, string? Unit)[] CountyBodies { get; } =
    [
        ("congress-office", Role.CongressOffice, "人大常委会办公室"),
        ("standing-committee", Role.StandingCommittee, "人大常委会"),
        ("party-committee", Role.PartyCommittee, "县委"),
        ("discipline-body", Role.DisciplineBody, "纪委监委"),
        ("organisation-body", Role.OrganisationBody, "委组织部"),
        ("third-party", Role.ThirdParty, "民意调查中心"),
        ("integrator", Role.Integrator, null),
        ("auditor", Role.Auditor, null),
    ];

    private IEnumerable<DemoUnit> UnitsOf(Township t)
    {
        var (code, government) = (t.Code, Id(t.Code, "town-government"));
        yield return Unit("town-government", UnitKind.TownGovernment, t.Street ? $"{t.Name}办事处" : $"{t.Name}人民政府");
        for (var i = 0; i < Sections.Count; i++)
        {
            yield return new DemoUnit(code, Id(code, $"section-{i + 1}"), UnitKind.Section, government, $"{t.Name}{Sections[i]}");
        }

        var station = Unit("station", UnitKind.Station, $"{t.Name}人大代表联络站");
        yield return station;
        for (var i = 0; i < ContactPoints.Count; i++)
        {
            yield return new DemoUnit(code, Id(code, $"contact-point-{i + 1}"), UnitKind.ContactPoint, station.Id, $"{t.Name}{ContactPoints[i]}");
        }

        yield return Unit("congress-office", UnitKind.CongressOffice, $"{t.Name}人大办");
        yield return Unit("command-centre", UnitKind.CommandCentre, $"{t.Name}社会治理综合指挥中心");
        if (t.Street)
        {
            yield return Unit("street-work-committee", UnitKind.StreetWorkCommittee, $"{t.Name}人大工委");
        }

        DemoUnit Unit(string word, UnitKind kind, string name) => new(code, Id(code, word), kind, null, name);
    }

    private IEnumerable<DemoGroup> GroupsOf(Township t)
    {
        var people = PeopleOf(t).ToArray();
        yield return Group("deputy-group", GroupKind.DeputyGroup, $"{t.Name}代表小组");
        yield return Group("supervision-group", GroupKind.SupervisionGroup, $"{t.Name}代表督事小组");
        if (!t.Street)
        {
            yield return Group("presidium", GroupKind.Presidium, $"{t.Name}人大主席团");
        }

        DemoGroup Group(string word, GroupKind kind, string name) =>
            new(t.Code, Id(t.Code, word), kind, name, [.. people.Where(p => p.Groups.Contains(Id(t.Code, word))).Select(p => p.Id)]);
    }

    private IEnumerable<DemoPerson> PeopleOf(Township t)
    {
        var deputyGroup = Id(t.Code, "deputy-group");
        var supervisionGroup = Id(t.Code, "supervision-group");
        var presidium = Id(t.Code, "presidium");
        yield return Of("station", [Role.Station], "station");
        for (var i = 1; i <= Deputies; i++)
        {
            yield return Of($"deputy-{i}", [Role.Deputy, Role.SupervisionGroup], null, deputyGroup, supervisionGroup);
        }

        yield return Of("deputy-group", [Role.Deputy, Role.DeputyGroup], null, deputyGroup);
        yield return Of("congress-office", [Role.CongressOffice], "congress-office");
        yield return Of("congress-office-2", [Role.CongressOffice], "congress-office");
        yield return Of("town-government", [Role.TownGovernment], "town-government");
        for (var i = 1; i <= Sections.Count; i++)
        {
            // One does the work, another signs it off.
            yield return Of($"section-{i}", [Role.HandlingUnit], $"section-{i}");
            yield return Of($"leader-{i}", [Role.HandlingUnit], $"section-{i}");
        }

        yield return Of("command-centre", [Role.CommandCentre], "command-centre");
        yield return Of("resident", [Role.Resident], null);
        yield return Of("resident-deliberator", [Role.ResidentDeliberator], null);
        if (t.Street)
        {
            yield return Of("street-work-committee", [Role.StreetWorkCommittee], "street-work-committee");
            yield break;
        }

        // The recorder enters the Presidium's acts and is none of its members.
        yield return Of("presidium", [Role.CongressOffice, Role.Presidium], "congress-office");
        yield return Of("town-chair", [Role.TownChair, Role.Deputy], null, deputyGroup, presidium);
        for (var i = 1; i < PresidiumMembers; i++)
        {
            yield return Of($"presidium-member-{i}", [Role.Deputy], null, deputyGroup, presidium);
        }

        DemoPerson Of(string word, Role[] roles, string? unit, params Guid[] groups) =>
            Person(t.Code, word, roles, unit is null ? null : Id(t.Code, unit), groups);
    }

    private DemoPerson Person(string township, string word, Role[] roles, Guid? unit, params Guid[] groups)
    {
        var login = $"{township}-{word}";
        var id = Uuid.Derive(Root, $"person/{login}");
        var draw = int.Parse(id.ToString("N").AsSpan(0, 7), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new(township, id, login, Surnames[draw % Surnames.Count] + GivenNames[draw / Surnames.Count % GivenNames.Count], roles, unit, groups);
    }

    private static Guid Id(string township, string word) => Uuid.Derive(Root, $"{township}/{word}");
}
