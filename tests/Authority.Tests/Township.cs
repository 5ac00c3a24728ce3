using System.Text;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Tests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.Authority.Tests;

/// <summary>The four services, every route of theirs, one thing of each kind in one township, and callers of every role.</summary>
public sealed class Township : IAsyncLifetime
{
    public const string Code = "330225109";
    private static readonly Role[] OfTheCounty =
    [
        Role.StandingCommittee, Role.PartyCommittee, Role.DisciplineBody, Role.OrganisationBody, Role.ThirdParty, Role.Integrator,
        Role.Auditor, Role.System,
    ];

    private readonly Dictionary<(Role, bool), Bearer> _callers = [];
    private readonly Dictionary<string, string> _things = [];
    private FourServices _services = null!;

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

        Endpoints = endpoints;
        await Seed();
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    internal Task<Answer> Ask(Endpoint endpoint, Role? role, bool elsewhere = false) => _services.Ask(
        role is { } held ? Caller(held, elsewhere) : null, new HttpMethod(endpoint.Method), endpoint.Service + Filled(endpoint),
        endpoint.Body is { } body ? new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") : null);

    /// <summary>How many events are stored of the township's.</summary>
    public async Task<long> Events()
    {
        var all = 0L;
        foreach (var module in FourServices.Modules)
        {
            all += (await _services.Store(module.Name).Query(
                Code, $"select count(*) from mt_events where tenant_id = {Code}", row => row.GetInt64(0)))[0];
        }

        return all;
    }

    // Nobody the registry knows, so that nothing but the role lets them in; one of each role, here and in another township or county.
    private Bearer Caller(Role role, bool elsewhere)
    {
        if (!_callers.TryGetValue((role, elsewhere), out var caller))
        {
            var place = OfTheCounty.Contains(role) ? "000" : elsewhere ? "110" : "109";
            caller = _callers[(role, elsewhere)] = new(
                Guid.CreateVersion7(), (elsewhere && place == "000" ? "330226" : "330225") + place, [role], null, []);
        }

        return caller;
    }

    private string Filled(Endpoint endpoint)
    {
        var segments = endpoint.Path.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            if (segments[i].StartsWith('{'))
            {
                var kind = segments[i] is "{id}" or "{stream}" ? segments[i - 1] : segments[i].Trim('{', '}');
                segments[i] = _things.TryGetValue($"{endpoint.Service}/{kind}", out var thing) || _things.TryGetValue(kind, out thing)
                    ? thing
                    : throw new InvalidOperationException($"{endpoint.Operation}: seed something of {kind} in Township.");
            }
        }

        return string.Join('/', segments);
    }

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
        _things["people"] = $"{station.Id}";
        _things["login"] = $"{Code}-station";
        _things["units"] = $"{county.Units.First(u => u.Township == Code).Id}";
        _things["groups"] = $"{county.Groups.First(g => g.Township == Code).Id}";
        _things["history"] = _things["appeals"];
        _things["imports"] = $"{Guid.CreateVersion7()}";
        _things["name"] = "worklist";
        _things["topics"] = _things["orders"] = _things["reviews"] = $"{Guid.CreateVersion7()}";
    }

    private static StringContent JsonBody(object body) =>
        new(System.Text.Json.JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
