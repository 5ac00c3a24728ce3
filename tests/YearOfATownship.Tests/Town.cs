using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.CaseLoop.Tests;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Tests;
using LiaisonStation.Townships;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.YearOfATownship.Tests;

/// <summary>One township of the demonstration county, its four services and a broker between them.</summary>
public sealed class Town : IAsyncLifetime
{
    public const string Code = "330225109";
    public const string CountyCode = "330225000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly County _county = County.Read();
    private readonly Guid[] _committee = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7())];
    private RabbitMqServer _rabbit = null!;

    public FourServices Services { get; private set; } = null!;

    public Bearer Station => Of("station");

    public Bearer Office => Of("congress-office");

    public Bearer Recorder => Of("presidium");

    public Bearer Chair => Of("town-chair");

    public Bearer Government => Of("town-government");

    public Bearer Committee => Of("standing-committee", CountyCode);

    public Bearer Auditor => Of("auditor", CountyCode);

    public IReadOnlyList<Bearer> Supervisors => [.. Enumerable.Range(1, 5).Select(n => Of($"deputy-{n}"))];

    /// <summary>Everybody who votes.</summary>
    public IReadOnlyList<Bearer> Deputies => [.. _county.People.Where(p => p.Township == Code && p.Roles.Contains(Role.Deputy)).Select(Bearer.As)];

    public DemoGroup SupervisionGroup => _county.Groups.First(g => g.Township == Code && g.Kind == GroupKind.SupervisionGroup);

    public DemoGroup Presidium => _county.Groups.First(g => g.Township == Code && g.Kind == GroupKind.Presidium);

    public IReadOnlyList<Section> Sections { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _rabbit = await RabbitMqServer.StartTemporaryAsync();
        Services = await FourServices.Start(new(new(2025, 1, 2, 0, 0, 0, TimeSpan.Zero)), _rabbit.Uri);
        await Services.CountyStands();
        Sections = [await Found("section-1"), await Found("section-2")];
        await RegisterCommittee();
    }

    public async Task DisposeAsync()
    {
        await Services.DisposeAsync();
        await _rabbit.DisposeAsync();
    }

    public Bearer Of(string word, string township = Code) => Bearer.As(_county.People.Single(p => p.Login == $"{township}-{word}"));

    /// <summary>The county's StandingCommittee, all of whom are there and agree.</summary>
    public object CommitteeMeeting(DateOnly heldOn) => new
    {
        heldOn,
        attended = _committee,
        @for = _committee.Length,
        against = 0,
        abstained = 0,
    };

    /// <summary>Does what must be possible.</summary>
    public async Task<JsonNode> Post(Bearer who, string path, object body, Role? role = null)
    {
        var answer = await Services.Ask(who, HttpMethod.Post, path, JsonContent.Create(body), role);
        Assert.True(answer.IsDone, $"{path} by {who.Roles[^1]}: {answer}");
        return answer.Text.Length == 0 ? new JsonObject() : answer.Body;
    }

    public async Task<JsonNode> Get(Bearer who, string path)
    {
        var answer = await Services.Ask(who, HttpMethod.Get, path);
        Assert.True(answer.IsDone, $"{path}: {answer}");
        return answer.Body;
    }

    /// <summary>What waits for a person at a service, of one act and case where they are given.</summary>
    public async Task<IReadOnlyList<JsonNode>> Waiting(Bearer who, string service, string? act = null, string? number = null) =>
        [.. (await Get(who, $"{service}/worklist?size=200{(act is null ? "" : $"&act={act}")}{(number is null ? "" : $"&q={number}")}"))["items"]!.AsArray().Select(i => i!)];

    /// <summary>Waits until an act stands on a person's worklist; answers the stream it is due on.</summary>
    public async Task<Guid> Waits(Bearer who, string service, string act, string number, int? round = null)
    {
        var found = await Wait.For(
            async () => (await Waiting(who, service, act, number))
                .FirstOrDefault(i => (string?)i["act"] == act && (string?)i["caseNumber"] == number && (round is null || (int?)i["round"] == round)),
            Patience, () => $"{act} of {number} (round {round}) never stood on the worklist of {who.Roles[^1]} at {service}.");
        return (Guid)found["stream"]!;
    }

    /// <summary>Looks at every limit that has passed by now.</summary>
    public async Task Walk()
    {
        foreach (var module in FourServices.Modules)
        {
            if (Services.Of(module.Name).GetService<DueWalk>() is { } walk)
            {
                await walk.Walk(default);
            }
        }
    }

    public async Task<Guid> Import(byte[] file)
    {
        using var form = new MultipartFormDataContent { { new StringContent("message-board"), "preset" } };
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        form.Add(part, "file", "messages.csv");
        var answer = await Services.Ask(Station, HttpMethod.Post, "intake/imports", form);
        Assert.True(answer.IsDone, $"{answer}");
        var import = (Guid)answer.Body["id"]!;
        await Wait.Until(
            async () => (string?)(await Get(Station, $"intake/imports/{import}"))["state"] == "done", Patience, () => "The import was never done.");
        return import;
    }

    /// <summary>Queues of the broker and what lies in them.</summary>
    public async Task<IReadOnlyDictionary<string, int>> Queues() =>
        (await _rabbit.ControlAsync("-q", "list_queues", "name", "messages", "--no-table-headers"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .ToDictionary(cells => cells[0], cells => int.Parse(cells[1], null));

    // The county's own: no township's office enters it.
    private async Task RegisterCommittee()
    {
        var id = Guid.CreateVersion7();
        await Services.Store("intake").Write(
            Group.Stream, id, new Cause(CountyCode, new EventHeaders("test", nameof(Role.System), null, null)),
            group => RegisteringGroup.Decide(
                group, id, new RegisterGroup(GroupKind.StandingCommittee, "象山县人大常委会", "测试〔2025〕1号"), _committee));
    }

    // A handler, a stand-in and a leader who signs off.
    private async Task<Section> Found(string word)
    {
        var handler = Of(word);
        return new(handler, await Register($"{word}-b", handler), await Register($"{word}-head", handler));
    }

    private async Task<Bearer> Register(string word, Bearer like)
    {
        var registered = await Post(Office, "intake/registry/people", new
        {
            login = $"{Code}-{word}",
            name = "测试",
            roles = new[] { "HandlingUnit" },
            documentNumber = "测试〔2025〕1号",
            unitId = like.Unit,
        });
        var id = (Guid)registered["id"]!;
        await Wait.Until(
            async () => await new LiaisonStation.Townships.Township(Services.Store("supervision"), Code).Person(id, default) is not null,
            Patience, () => $"Supervision never heard of {word}.");
        return like with { Id = id };
    }
}

/// <param name="Leader">Signs off what is reported.</param>
public sealed record Section(Bearer Handler, Bearer StandIn, Bearer Leader)
{
    public Guid Unit => Handler.Unit!.Value;
}
