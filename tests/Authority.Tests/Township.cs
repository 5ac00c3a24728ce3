using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation;
using LiaisonStation.Deliberation.Meetings;
using LiaisonStation.Evaluation;
using LiaisonStation.Evaluation.Appraisals;
using LiaisonStation.Evaluation.Audits;
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

    private readonly ConcurrentDictionary<(Role, string), Bearer> _callers = [];
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
        ["on"] = "2026-03-17",
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
    internal Task<Answer> Ask(Endpoint endpoint, Role? role, bool elsewhere = false, Guid? thing = null) =>
        Ask(endpoint, role is { } held ? Caller(held, Place(held, elsewhere)) : null, thing);

    /// <summary>By the county's own office of a role that townships have.</summary>
    /// <param name="thing">The id of something else than what is there.</param>
    internal Task<Answer> AskFromCounty(Endpoint endpoint, Role role, Guid? thing = null) => Ask(endpoint, Caller(role, "330225000"), thing);

    public static bool IsOfTheCounty(Role role) => OfTheCounty.Contains(role);

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
    private Bearer Caller(Role role, string place) => _callers.GetOrAdd((role, place), _ => new(Guid.CreateVersion7(), place, [role], null, []));

    private static string Place(Role role, bool elsewhere) =>
        IsOfTheCounty(role) ? elsewhere ? "330226000" : "330225000" : elsewhere ? "330225110" : Code;

    private Task<Answer> Ask(Endpoint endpoint, Bearer? who, Guid? thing) => _services.Ask(
        who, new HttpMethod(endpoint.Method), endpoint.Service + Filled(endpoint, thing),
        endpoint.Body is { } body ? new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") : null);

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
        await Found("contact-points", station, JsonBody(new { kind = "Shop", name = "老街店铺联系点", from = "2026-03-01", documentNumber = "测试〔2026〕1号" }));
        await Found("reception-plans", station, JsonBody(new
        {
            group = county.Groups.First(g => g.Township == Code && g.Kind == GroupKind.DeputyGroup).Id,
            kind = "Reception",
            place = "联络站",
            hours = "9:00-11:00",
            rule = "FREQ=WEEKLY;BYDAY=TU",
            from = "2026-03-17",
            until = "2026-06-30",
        }));
        await Found("imports", station, new MultipartFormDataContent
        {
            { new StringContent("message-board"), "preset" }, { new ByteArrayContent("留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n1,甲,路灯,2026/3/4 6:03:40,没有灯,,\n"u8.ToArray()), "file", "messages.csv" },
        });
        for (var limit = DateTime.UtcNow.AddMinutes(1); await Imported() is not "done"; await Task.Delay(50))
        {
            Assert.True(DateTime.UtcNow < limit, "The import was never done.");
        }

        async Task<string?> Imported() =>
            (string?)(await _services.Ask(station, HttpMethod.Get, $"intake/imports/{_things["imports"]}")).Body["state"];
    }

    private async Task Found(string kind, Bearer by, HttpContent what)
    {
        var answer = await _services.Ask(by, HttpMethod.Post, $"intake/{kind}", what);
        Assert.True(answer.IsDone, $"{kind}: {answer}");
        _things[kind] = (string)answer.Body["id"]!;
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
        var (meeting, appraisal, box) = (Guid.CreateVersion7(), Appraisal.IdOf(Code, 2026), _services.Of("evaluation").GetRequiredService<BallotBox>());
        await _services.Store("deliberation").Write(PlannedMeeting.Stream, meeting, cause, _ => [new MeetingPlanned(
            MeetingKind.Presidium, null, new(new(2026, 3, 20), new(9, 0), "镇会议室", [new("月度选题", null)]))]);
        await _services.Store("evaluation").Write(
            Appraisal.Stream, appraisal, cause,
            _ => [new AppraisalConvened(
                appraisal, 2026, new(new(2026, 3, 10), [], 0, 0, 0), new(new(2026, 3, 9), "测试〔2026〕2号"), new(2026, 12, 31),
                [new(unit, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)])],
            alongside: batch => batch.Add(box.Empty(Code, appraisal, 1)));
        var audit = Guid.CreateVersion7();
        await _services.Store("evaluation").Write(
            AuditSample.Stream, audit, cause,
            _ => [new AuditSampleDrawn("8", new(2026, 1, 1), new(2026, 2, 28), 1, [new(appeal, number, review, unit)]),
                new FindingRecorded(1, appeal, "未附照片", unit, limit)]);
        (_things["topics"], _things["orders"], _things["reviews"]) = ($"{topic}", $"{order}", $"{review}");
        (_things["meetings"], _things["appraisals"], _things["audits"]) = ($"{meeting}", $"{appraisal}", $"{audit}");
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\{([A-Za-z0-9]+)\}")]
    private static partial System.Text.RegularExpressions.Regex Parameter();

    private static StringContent JsonBody(object body) =>
        new(System.Text.Json.JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
