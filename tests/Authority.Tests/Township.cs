using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation;
using LiaisonStation.Evaluation;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Supervision;
using LiaisonStation.Tests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Answer = LiaisonStation.Tests.Answer;

namespace LiaisonStation.Authority.Tests;

/// <summary>The four services, every route of theirs, one thing of each kind in one township, and callers of every role.</summary>
public sealed partial class Township : IAsyncLifetime
{
    public const string Code = "330225109";
    private static readonly Role[] OfTheCounty =
    [
        Role.StandingCommittee, Role.PartyCommittee, Role.DisciplineBody, Role.OrganisationBody, Role.ThirdParty, Role.Integrator,
        Role.Auditor, Role.System,
    ];

    private readonly ConcurrentDictionary<(Role, bool), Bearer> _callers = [];
    private readonly Dictionary<string, string> _things = [];

    // What a path names besides, and is nobody's.
    private readonly Dictionary<string, string> _others = new()
    {
        ["documentName"] = "v1",
        ["code"] = "none",
        ["name"] = "none",
        ["token"] = "none",
        ["login"] = $"{Code}-station",
        ["month"] = "2026-03",
        ["year"] = "2026",
        ["on"] = "2026-03-10",
        ["milestone"] = "1",
        ["number"] = "1",
        ["commitment"] = "1",
        ["service"] = "intake",
        ["sha256"] = new string('0', 64),
    };

    private FourServices _services = null!;
    private Door _door = null!;

    internal IReadOnlyList<Endpoint> Endpoints { get; private set; } = [];

    /// <summary>Ids and numbers that no other township may ever see.</summary>
    public IReadOnlyCollection<string> Things => _things.Values;

    public async Task InitializeAsync()
    {
        _services = await FourServices.Start(new(new(2026, 3, 10, 1, 0, 0, TimeSpan.Zero)));
        await _services.CountyStands();
        var endpoints = new List<Endpoint>();
        foreach (var module in FourServices.Modules)
        {
            var document = (await _services.Ask(null, HttpMethod.Get, $"{module.Name}/openapi/v1.json")).Body;
            endpoints.AddRange(Endpoint.All(
                module.Name, _services.Of(module.Name).GetServices<EndpointDataSource>(), document, new DateOnly(2026, 3, 10)));
        }

        _door = await Door.Open(_services);
        endpoints.AddRange(Endpoint.All("", _door.Endpoints, new JsonObject(), default).Where(e => !e.Path.Contains("**", StringComparison.Ordinal)));
        Endpoints = [.. endpoints.DistinctBy(e => e.Operation)];
        await Seed();
    }

    public async Task DisposeAsync()
    {
        await _door.DisposeAsync();
        await _services.DisposeAsync();
    }

    internal Task<Answer> AskUnsigned(Endpoint endpoint) => endpoint.AtTheDoor
        ? _door.Ask(null, new HttpMethod(endpoint.Method), Filled(endpoint))
        : Ask(endpoint, null);

    /// <param name="thing">The id of something else than what is there.</param>
    internal Task<Answer> Ask(Endpoint endpoint, Role? role, bool elsewhere = false, Guid? thing = null) => _services.Ask(
        role is { } held ? Caller(held, elsewhere) : null, new HttpMethod(endpoint.Method), endpoint.Service + Filled(endpoint, thing),
        endpoint.Body is { } body ? new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") : null);

    /// <summary>How many events are stored of the township's, but for what becomes due by itself.</summary>
    public async Task<long> Events()
    {
        var all = 0L;
        foreach (var module in FourServices.Modules)
        {
            all += (await _services.Store(module.Name).Query(
                Code, $"select count(*) from mt_events where tenant_id = {Code} and headers ->> 'actor' <> 'deadlines'", row => row.GetInt64(0)))[0];
        }

        return all;
    }

    // Nobody the registry knows, so that nothing but the role lets them in; one of each role, here and in another township or county.
    private Bearer Caller(Role role, bool elsewhere) => _callers.GetOrAdd((role, elsewhere), _ =>
    {
        var place = OfTheCounty.Contains(role) ? "000" : elsewhere ? "110" : "109";
        return new(Guid.CreateVersion7(), (elsewhere && place == "000" ? "330226" : "330225") + place, [role], null, []);
    });

    // An id is of what stands before it; whatever else a path asks for has its own name.
    private string Filled(Endpoint endpoint, Guid? other = null) => Parameter().Replace(endpoint.Path, found =>
    {
        var name = found.Groups[1].Value;
        var kind = name is "id" or "stream" ? endpoint.Path[..found.Index].Split('/')[^2] : name;
        return other is not null && Endpoint.IsThing(name) ? $"{other}"
            : _things.TryGetValue(kind, out var thing) || _others.TryGetValue(kind, out thing)
            ? thing
            : throw new InvalidOperationException($"{endpoint.Operation}: seed something of {kind} in Township.");
    });

    private async Task Seed()
    {
        var county = County.Read();
        var station = Bearer.As(county.People.Single(p => p.Login == $"{Code}-station"));
        var appeal = await _services.Ask(station, HttpMethod.Post, "intake/appeals", JsonBody(new
        {
            channel = "ReceptionDay",
            title = "村口路灯不亮",
            text = "村口三盏路灯坏了半个月。",
        }));
        (_things["appeals"], _things["numberOrId"]) = ((string)appeal.Body["id"]!, (string)appeal.Body["caseNumber"]!);
        (_things["cases"], _things["history"]) = (_things["numberOrId"], _things["appeals"]);
        await Follow(Guid.Parse(_things["appeals"]), _things["numberOrId"], county);
        _others["people"] = $"{station.Id}";
        _others["units"] = $"{county.Units.First(u => u.Township == Code).Id}";
        _others["groups"] = $"{county.Groups.First(g => g.Township == Code).Id}";
        foreach (var kind in new[] { "imports", "meetings", "appraisals", "contact-points", "reception-plans" })
        {
            // What is about one of these is asked for one that is not there: nobody may learn so much.
            _others[kind] = $"{Guid.CreateVersion7()}";
        }
    }

    // The way of the appeal through the other services, as their consumers would write it.
    private async Task Follow(Guid appeal, string number, County county)
    {
        var title = (await _services.Store("intake").Load(Appeal.Stream, appeal, Code))!.State.Title;
        var (topic, order, review) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var group = county.Groups.First(g => g.Township == Code && g.Kind == GroupKind.SupervisionGroup).Id;
        var unit = county.Units.First(u => u.Township == Code && u.Kind == UnitKind.Section).Id;
        var limit = new Limit(new(2026, 3, 10), 15, new(2026, 3, 31), new(2026, 3, 30), "built-in");
        var at = new DateTimeOffset(2026, 3, 10, 1, 0, 0, TimeSpan.Zero);
        var cause = new Cause(Code, new EventHeaders("test", nameof(Role.System), null, null));
        await _services.Store("deliberation").Write(Topic.Stream, topic, cause, _ => [new TopicProposed(
            appeal, number, appeal, title, title, Guid.CreateVersion7(), Role.Station, "多户反映")]);
        await _services.Store("supervision").Write(Order.Stream, order, cause, _ => [new OrderIssued(
            1, "督〔2026〕1号", appeal, number, topic, title, county.Units.First(u => u.Township == Code).Id, group, "修复路灯", at, limit, [], [])]);
        await _services.Store("evaluation").Write(Review.Stream, review, cause, _ => [new ReviewOpened(
            1, appeal, number, order, Branch.TownOrder, title, unit, [unit], group, [], [], "已修复", new(2026, 3, 20), limit, at, [], 3, "built-in")]);
        (_things["topics"], _things["orders"], _things["reviews"]) = ($"{topic}", $"{order}", $"{review}");
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\{([A-Za-z0-9]+)\}")]
    private static partial System.Text.RegularExpressions.Regex Parameter();

    private static StringContent JsonBody(object body) =>
        new(System.Text.Json.JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
