using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Tests;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

/// <summary>Who joined an appeal, or came with one merged into it, is called back: they and nobody else.</summary>
public sealed class ServedTests(SignedIn service) : IClassFixture<SignedIn>
{
    private static readonly Guid Merged = Id(12);
    private static readonly Guid Stranger = Id(13);

    private readonly string _township = RunningService.NewTownship();

    [Fact]
    public async Task who_joined_or_came_with_a_merged_appeal_is_called_back_with_their_words_and_nobody_else_is()
    {
        await Concluded();
        await Know(Joiner, true, 7);
        await Know(Merged, true, 8);
        await Know(Resident, true, 9);

        // The registry knows them, and they have to do with another case.
        await service.Know(_township, batch => batch.Add(
            $"""
            insert into registry_person (tenant_id, person_id, roles, groups, active, version)
            values ({_township}, {Stranger}, array['Resident'], array[]::uuid[], true, 1)
            """));
        await service.Know(_township, batch => batch.Add(
            $"insert into served_people values ({_township}, {Id(2)}, {Stranger}, true, 1)"));
        await service.Vault.Make(_township, [Joiner, Stranger], CancellationToken.None);

        Assert.Equal([(Joiner, null), (Merged, null)], await Served(Role.Deputy));
        Assert.Equal("200", await Call(Joiner, "灯还是不亮"));
        Assert.Equal("200", await Call(Merged, null));
        Assert.Equal("422 not-served", await Call(Stranger, null));
        Assert.Equal("422 not-served", await Call(Stranger, "与我无关"));
        Assert.Equal("422 is-the-founding-submitter", await Call(Resident, null));
        Assert.Equal([(Joiner, "Unsatisfied"), (Merged, "Unsatisfied")], await Served(Role.CongressOffice));
        Assert.DoesNotContain("灯还是不亮", string.Concat(await service.Everything(
            $"select data::text from mt_events where tenant_id = {_township}", row => row.GetString(0))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task who_took_it_back_is_called_by_nobody_and_no_unit_learns_who_is_served()
    {
        await Concluded();
        await Know(Joiner, false, 9);
        Assert.Equal("422 not-served", await Call(Joiner, null));
        Assert.Empty(await Served(Role.Deputy));
        Assert.Equal("403 role-not-allowed", await Ask(Caller, Role.HandlingUnit));
        Assert.Equal("403 unit-may-not-call-back", await Ask(Caller, Role.Deputy, Section));
        Assert.Equal("403 handler-may-not-review", await Ask(Handler, Role.Deputy));
        Assert.Equal("404 not-found", (await service.Ask(RunningService.NewTownship(), Caller, Role.Deputy, HttpMethod.Get, $"reviews/{ReviewId}/served")).Answer);

        async Task<string> Ask(Guid person, Role role, Guid? unit = null) =>
            (await service.Ask(_township, person, role, HttpMethod.Get, $"reviews/{ReviewId}/served", unit: unit)).Answer;
    }

    private async Task<string> Call(Guid served, string? comment) => (await service.Ask(
        _township, Caller, Role.Deputy, HttpMethod.Post, $"reviews/{ReviewId}/served",
        new { served, method = "Phone", verdict = "Unsatisfied", comment })).Answer;

    private async Task<(Guid, string?)[]> Served(Role role)
    {
        var (answer, body) = await service.Ask(_township, Caller, role, HttpMethod.Get, $"reviews/{ReviewId}/served");
        Assert.Equal("200", answer);
        return [.. body!.AsArray().Select(s => ((Guid)s!["person"]!, (string?)s["verdict"]))];
    }

    private Task Know(Guid person, bool served, long version) => service.Know(
        _township, batch => batch.Add($"insert into served_people values ({_township}, {CaseId}, {person}, {served}, {version})"));

    private async Task Concluded() => await service.Store.Write<Review, IReviewEvent>(
        Review.Stream, ReviewId, new(_township, new("test", "SupervisionGroup", null, null)),
        _ => [.. ConcludedRound[..^1], ConcludedFirst with { CallBack = null }]);
}
