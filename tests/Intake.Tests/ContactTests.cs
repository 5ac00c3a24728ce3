using System.Net.Http.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;

namespace LiaisonStation.Intake.Tests;

/// <summary>Who is served by a case, who is told of it, and who may call them.</summary>
[Collection(nameof(Server))]
public sealed class ContactTests(Server server)
{
    private const string Here = "330225109";
    private static readonly Guid Clerk = Guid.CreateVersion7();

    [Fact]
    public async Task whoever_calls_back_reads_the_number_of_everyone_served_from_the_conclusion_on()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Clerk, Here, Role.CongressOffice);
        using var deputy = service.As(Guid.CreateVersion7(), Here, Role.Deputy);
        using var ofTheUnit = service.AsOf(Guid.CreateVersion7(), Guid.CreateVersion7(), Here, Role.Deputy, Role.HandlingUnit);
        using var unit = service.AsOf(Guid.CreateVersion7(), Guid.CreateVersion7(), Here, Role.HandlingUnit);
        var (id, stranger) = (await Submitted(station, "钱七"), await Submitted(station, "无关"));
        await station.PostAsJsonAsync($"appeals/{id}/joiners", new { contact = new { name = "孙八", phone = "139 0000 0000" } }).Done();
        Guid[] people = [.. (await service.Store.Load(Appeal.Stream, id, Here))!.State.Linked];
        var other = (await service.Store.Load(Appeal.Stream, stranger, Here))!.State.Submitter;

        Assert.Equal("孙八", await Name(station, people[1]));
        Assert.Equal("钱七", await Name(office, null));
        Assert.Equal("403 addressed-to-another", await Refused(deputy, people[1]));

        await Happens(id, new AppealAccepted(Clerk, Role.Station), new AppealTakenUp(Uuid.Derive(id, "topic")), new AppealConcluded(1));
        foreach (var caller in new[] { office, deputy })
        {
            Assert.Equal("孙八", await Name(caller, people[1]));
            Assert.Equal("139 0000 0000", (await caller.GetAsync(Of($"appeals/{id}/contact?submitter={people[1]}")).Done()).Text("phone"));
            Assert.Equal("钱七", await Name(caller, null));
            Assert.Equal("404 contact-unknown", await Refused(caller, other));
        }

        Assert.Equal("403 addressed-to-another", await Refused(ofTheUnit, people[1]));
        Assert.Equal("403 identity-not-disclosed", await Refused(unit, people[1]));
        await Happens(id, new AppealClosed(1), new AppealWithdrawn(people[1]));
        Assert.Equal("404 contact-unknown", await Refused(deputy, people[1]));
        Assert.Equal("钱七", await Name(deputy, null));

        async Task<string> Name(HttpClient caller, Guid? of) =>
            (await caller.GetAsync(Of($"appeals/{id}/contact{(of is null ? "" : $"?submitter={of}")}")).Done()).Text("name");

        Task<string> Refused(HttpClient caller, Guid of) => caller.GetAsync(Of($"appeals/{id}/contact?submitter={of}")).Refused();

        Task<Outcome<Appeal>> Happens(Guid appeal, params IAppealEvent[] events) => service.Store.Write<Appeal, IAppealEvent>(
            Appeal.Stream, appeal, new(Here, new("test", nameof(Role.System), null, null)), _ => [.. events]);
    }

    [Fact]
    public void a_unit_that_may_know_the_submitter_learns_of_nobody_who_joined_and_no_deputy_with_an_interest_calls()
    {
        var (section, joiner, submitter, deputy) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var concluded = new Appeal(Guid.CreateVersion7(), "1", Channel.Letter, submitter, null, new(submitter, ""), new(submitter, ""), null, null, null)
        {
            Stage = Stage.Concluded,
            WasConcluded = true,
            ConsentGiven = true,
            Linked = [submitter, joiner],
            Recused = [deputy],
            Dispatch = new(1, section, null, null!, null, null, true),
        };
        ServiceDefaults.Caller unit = new(Guid.CreateVersion7(), Here, Role.HandlingUnit, [Role.HandlingUnit], section, []);
        Assert.True(Contacts.MayRead(concluded, submitter, unit));
        Assert.False(Contacts.MayRead(concluded, joiner, unit));
        Assert.False(Contacts.MayRead(concluded, joiner, Deputy(deputy)));
        Assert.True(Contacts.MayRead(concluded, joiner, Deputy(Guid.CreateVersion7())));
        foreach (var stage in Enum.GetValues<Stage>())
        {
            Assert.Equal(
                stage is Stage.Concluded or Stage.Closed or Stage.Reopened,
                Contacts.MayRead(concluded with { Stage = stage }, joiner, Deputy(Guid.CreateVersion7())));
        }

        static ServiceDefaults.Caller Deputy(Guid person) => new(person, Here, Role.Deputy, [Role.Deputy], null, []);
    }

    [Fact]
    public void whoever_joins_comes_with_a_merged_appeal_or_takes_it_back_is_told_to_those_who_call_back()
    {
        var (id, one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.Equivalent(new ServedChanged(id, [one], true, 3), Told(new AppealJoined(one, null), 3), strict: true);
        Assert.Equivalent(new ServedChanged(id, [one, two], true, 4), Told(new AppealMergedIn(Guid.CreateVersion7(), "1", [one, two]), 4), strict: true);
        Assert.Equivalent(new ServedChanged(id, [one], false, 9), Told(new AppealWithdrawn(one), 9), strict: true);

        object? Told(IAppealEvent happened, long version) => Publish.ToOthers(new RecordedEvent(
            1, Guid.CreateVersion7(), id, version, Here, "any", happened, DateTimeOffset.UnixEpoch, null, null, new(null, null, null, null)));
    }

    private static Uri Of(string path) => new(path, UriKind.Relative);

    private static async Task<Guid> Submitted(HttpClient station, string name) => (await station.PostAsJsonAsync(
        "appeals", new { channel = "Letter", title = "路灯", text = "正文", contact = new { name, phone = "138 0000 0000" } }).Done()).Id();
}
