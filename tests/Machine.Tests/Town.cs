using System.Net.Http.Json;
using LiaisonStation.Authority.Tests;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.Tests;

namespace LiaisonStation.Machine.Tests;

/// <summary>The four services, their messages handed over at once and twice, and the people of one township who do what the machine asks for.</summary>
public sealed class Town : IAsyncLifetime
{
    private const string Code = "330225109";
    private const string CountyCode = "330225000";

    private static readonly Role[] OfTheCounty =
    [
        Role.StandingCommittee, Role.PartyCommittee, Role.DisciplineBody, Role.OrganisationBody, Role.ThirdParty, Role.Integrator,
        Role.Auditor, Role.System,
    ];

    private readonly Dictionary<string, IReadOnlyList<Role>> _table = Matrix.Read().ToDictionary(line => line.Operation, line => line.Roles);
    private HandDelivery _delivery = null!;
    private int _words;

    public FourServices Services { get; private set; } = null!;

    public DateOnly Today => BusinessTime.DateOf(Services.Clock.GetUtcNow());

    internal Bearer Resident { get; private set; } = null!;

    internal Bearer Station { get; private set; } = null!;

    internal Bearer Office { get; private set; } = null!;

    internal Bearer Recorder { get; private set; } = null!;

    internal Bearer Chair { get; private set; } = null!;

    internal Bearer Government { get; private set; } = null!;

    internal Bearer Handler { get; private set; } = null!;

    internal Bearer StandIn { get; private set; } = null!;

    internal Bearer Leader { get; private set; } = null!;

    internal Bearer Committee { get; private set; } = null!;

    internal Bearer Discipline { get; private set; } = null!;

    internal IReadOnlyList<Bearer> Deputies { get; private set; } = [];

    internal Guid SupervisionGroup { get; private set; }

    internal IReadOnlyList<Guid> Presidium { get; private set; } = [];

    internal IReadOnlyList<Guid> StandingCommittee { get; private set; } = [];

    public async Task InitializeAsync()
    {
        Services = await FourServices.Start(new(new(2012, 1, 4, 1, 0, 0, TimeSpan.Zero)));
        await Services.CountyStands();
        var county = County.Read();
        (Resident, Station, Office, Recorder, Chair, Government, Handler) = (
            Of("resident"), Of("station"), Of("congress-office"), Of("presidium"), Of("town-chair"), Of("town-government"), Of("section-1"));
        (Committee, Discipline) = (Of("standing-committee", CountyCode), Of("discipline-body", CountyCode));
        Deputies = [.. Enumerable.Range(1, 5).Select(n => Of($"deputy-{n}"))];
        SupervisionGroup = GroupOf(GroupKind.SupervisionGroup).Id;
        Presidium = GroupOf(GroupKind.Presidium).Members;
        StandIn = await Register("section-1-b");
        Leader = await Register("section-1-head");
        await RegisterStandingCommittee();
        _delivery = new(Services, twice: true, Code, CountyCode);
        await _delivery.From(FourServices.Modules.Select(m => m.Name));

        Bearer Of(string word, string township = Code) => Bearer.As(county.People.Single(p => p.Login == $"{township}-{word}"));
        DemoGroup GroupOf(GroupKind kind) => county.Groups.First(g => g.Township == Code && g.Kind == kind);
    }

    public async Task DisposeAsync() => await Services.DisposeAsync();

    /// <summary>Words that were never used, so that nothing is a repeat.</summary>
    internal string Words() => $"第{++_words}次";

    /// <summary>What came of something done with this.</summary>
    internal Task Deliver(Thing kind) => _delivery.From(ServiceOf(kind));

    /// <summary>The same time of the next day.</summary>
    internal void NextDay() => Services.Clock.MoveTo(Services.Clock.GetUtcNow().AddDays(1));

    /// <summary>Early enough in a month that no limit of the matter that begins now passes while it lasts.</summary>
    internal void BeginMatter()
    {
        if (Today.Day > 15)
        {
            Services.Clock.MoveTo(BusinessTime.StartOf(new DateOnly(Today.Year, Today.Month, 4).AddMonths(1)).AddHours(9));
        }
    }

    /// <summary>Whether the table of domain.md 0.4 gives the role what is asked for.</summary>
    internal bool May(Role role, Request request) =>
        _table[$"POST /api/{ServiceOf(request.Of)}/{PluralOf(request.Of)}/{{id}}/{request.Path}"].Contains(role);

    internal static Bearer BearerOf(Somebody somebody) => new(
        Guid.CreateVersion7(),
        OfTheCounty.Contains(somebody.Role) ? somebody.Elsewhere ? "330226000" : CountyCode : somebody.Elsewhere ? "330225110" : Code,
        [somebody.Role], null, []);

    internal Task<Answer> Send(Request request, Guid thing) => Services.Ask(
        request.By, HttpMethod.Post, $"{ServiceOf(request.Of)}/{PluralOf(request.Of)}/{thing}/{request.Path}", JsonContent.Create(request.Body),
        request.As);

    internal async Task<long> Version(Thing kind, Guid thing) => (await Services.Store(ServiceOf(kind)).Query(
        Code, $"select coalesce(max(version), 0) from mt_events where stream_id = {thing}", row => row.GetInt64(0)))[0];

    /// <summary>As the table says that screens and lists are read from; null where the thing is not there.</summary>
    internal async Task<string?> Stage(Thing kind, Guid thing) => (await Services.Store(ServiceOf(kind)).Query(
        Code,
        kind switch
        {
            Thing.Appeal => $"select stage from appeals where id = {thing}",
            Thing.Topic => $"select stage from topics where id = {thing}",
            Thing.Order => $"select stage from order_board where order_id = {thing}",
            _ => $"select stage from reviews where id = {thing}",
        },
        row => row.GetString(0))).SingleOrDefault();

    private static string ServiceOf(Thing kind) => kind switch
    {
        Thing.Appeal => "intake",
        Thing.Topic => "deliberation",
        Thing.Order => "supervision",
        _ => "evaluation",
    };

    private static string PluralOf(Thing kind) => $"{kind}s".ToLowerInvariant();

    private async Task<Bearer> Register(string word)
    {
        var answer = await Services.Ask(Office, HttpMethod.Post, "intake/registry/people", JsonContent.Create(new
        {
            login = $"{Code}-{word}",
            name = "测试",
            roles = new[] { "HandlingUnit" },
            documentNumber = "测试〔2012〕1号",
            unitId = Handler.Unit,
        }));
        Assert.True(answer.IsDone, $"{answer}");
        return new((Guid)answer.Body["id"]!, Code, [Role.HandlingUnit], Handler.Unit, []);
    }

    // The county's own: no township's office enters it.
    private async Task RegisterStandingCommittee()
    {
        StandingCommittee = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7())];
        var id = Guid.CreateVersion7();
        await Services.Store("intake").Write(
            Group.Stream, id, new Cause(CountyCode, new EventHeaders("test", nameof(Role.System), null, null)),
            group => RegisteringGroup.Decide(
                group, id, new RegisterGroup(GroupKind.StandingCommittee, "象山县人大常委会", "测试〔2012〕1号"), StandingCommittee));
    }
}
