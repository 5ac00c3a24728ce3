using LiaisonStation.Contracts;
using LiaisonStation.Evaluation.Appraisals;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Tests;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class BallotTests(SignedIn service) : IClassFixture<SignedIn>
{
    private static readonly Guid[] Presidium = [Id(201), Id(202), Id(203)];
    private static readonly Guid[] Deputies = [.. Enumerable.Range(0, 11).Select(n => Id(401 + n))];
    private static readonly Guid[] Units = [Id(301), Id(302)];

    private readonly string _township = RunningService.NewTownship();

    private Guid AppraisalId => Appraisal.IdOf(_township, Today().Year);

    [Fact]
    public async Task one_ballot_from_its_convening_to_its_result()
    {
        await Convene();
        for (var i = 0; i < Deputies.Length; i++)
        {
            Assert.Equal("204", await Vote(Deputies[i], Verdict.Satisfied, i < 5 ? Verdict.BasicallySatisfied : Verdict.Unsatisfied));
        }

        Assert.Equal("200", (await service.Ask(_township, Caller, Role.CongressOffice, HttpMethod.Post, $"appraisals/{AppraisalId}/closing")).Answer);
        Assert.Equal("200", (await service.Ask(_township, Caller, Role.CongressOffice, HttpMethod.Post, $"appraisals/{AppraisalId}/closing")).Answer);
        var appraisal = await State();
        Assert.Equal((11, 11), (appraisal.Ballot!.Eligible, appraisal.Ballot.Voted));
        Assert.Equal([new Choices(11, 0, 0), new Choices(0, 5, 6)], appraisal.Ballot.Tallies.Select(t => t.Choices!));
        Assert.Equal([new Share(11, 11), new Share(5, 11)], appraisal.Results.Select(r => r.Satisfaction!));
        Assert.Equal(Units[1], Assert.Single(appraisal.Rehandlings).Unit);
        Assert.Equal("409 ballot-closed", await Vote(Id(412), Verdict.Satisfied, Verdict.Satisfied, known: true));
        Assert.Empty(await service.Everything($"select appraisal_id from ballot_boxes where tenant_id = {_township}", r => r.GetGuid(0)));
    }

    [Fact]
    public async Task whoever_votes_many_times_at_once_is_counted_once()
    {
        await Convene();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Vote(Deputies[0], i % 2 == 0 ? Verdict.Satisfied : Verdict.Unsatisfied, Verdict.Satisfied)));
        Assert.Single(answers, a => a == "204");
        Assert.Equal(11, answers.Count(a => a == "409 already-voted"));
        Assert.Equal(1, (await CloseLater()).Ballot!.Tallies[0].Valid);
    }

    [Fact]
    public async Task of_many_deputies_at_once_nobody_is_lost()
    {
        await Convene();
        Assert.All(await Task.WhenAll(Deputies.Select(d => Vote(d, Verdict.Satisfied, Verdict.Unsatisfied))), a => Assert.Equal("204", a));
        Assert.Equal([new Choices(11, 0, 0), new Choices(0, 0, 11)], (await CloseLater()).Ballot!.Tallies.Select(t => t.Choices!));
    }

    [Fact]
    public async Task a_vote_that_races_the_closing_is_counted_or_refused()
    {
        await Convene();
        Assert.Equal("204", await Vote(Deputies[0], Verdict.Satisfied, Verdict.Satisfied));
        var box = service.Box;
        var (votes, closing) = (
            Deputies[1..].Select(d => box.Cast(_township, AppraisalId, d, [(0, Verdict.Satisfied)], default)).ToArray(),
            box.Close(_township, AppraisalId, default));
        var refused = (await Task.WhenAll(votes)).Count(r => r is not null);
        var (choices, voted) = await closing;
        Assert.Equal((11 - refused, 11 - refused), (choices[0].Satisfied, voted));
        Assert.Equal((choices[0].Satisfied, voted), ((await box.Close(_township, AppraisalId, default)).Choices[0].Satisfied, voted));
    }

    [Fact]
    public async Task nothing_of_a_choice_stands_anywhere_before_the_ballot_is_closed()
    {
        await Convene();
        var empty = await Box();
        Assert.Equal("204", await Vote(Deputies[0], Verdict.Satisfied, Verdict.Unsatisfied));
        var one = await Box();
        Assert.Equal("204", await Vote(Deputies[1], Verdict.Satisfied, Verdict.Unsatisfied));
        var two = await Box();

        // One row, always as long, and as the words of a sealing never the same: neither counts nor who voted alike can be seen.
        Assert.Equal((empty.Length, empty.Length), (one.Length, two.Length));
        Assert.DoesNotContain(new byte[8], Windows(one));
        Assert.Equal(["appraisal_convened"], await service.Everything($"select type from mt_events where tenant_id = {_township}", r => r.GetString(0)));

        // An Idempotency-Key leaves a fingerprint of the body; of a vote there is none.
        Assert.Empty(await service.Everything(
            $"select consumer from ls_inbox where tenant_id = {_township} and consumer in ({"http:" + Deputies[0]}, {"http:" + Deputies[1]})", r => r.GetString(0)));
        Assert.Equal(
            ["appraisal_id", "deputy", "tenant_id"],
            await service.Everything(
                $"select column_name::text from information_schema.columns where table_name = 'ballot_voters' order by 1", r => r.GetString(0)));
    }

    [Fact]
    public async Task whoever_is_no_deputy_here_or_votes_out_of_turn_is_refused()
    {
        Assert.Equal("404 not-found", await Vote(Deputies[0], Verdict.Satisfied, Verdict.Satisfied));
        await Convene();
        Assert.Equal("403 not-a-deputy-here", await Vote(Id(499), Verdict.Satisfied, Verdict.Satisfied));
        Assert.Equal("403 role-not-allowed", (await service.Ask(
            _township, Deputies[0], Role.HandlingUnit, HttpMethod.Post, $"appraisals/{AppraisalId}/ballots", Ballot(Verdict.Satisfied, Verdict.Satisfied))).Answer);
        Assert.Equal("409 ballot-still-open", (await service.Ask(
            _township, Caller, Role.CongressOffice, HttpMethod.Post, $"appraisals/{AppraisalId}/closing")).Answer);
        Assert.Equal("404 not-found", (await service.Ask(
            RunningService.NewTownship(), Caller, Role.CongressOffice, HttpMethod.Post, $"appraisals/{AppraisalId}/closing")).Answer);
    }

    private async Task Convene()
    {
        await service.Know(_township, batch =>
        {
            batch.Add($"insert into registry_group values ({_township}, {Id(200)}, {"Presidium"}, {"主席团"}, {Presidium}, true, 1)");
            foreach (var unit in Units)
            {
                batch.Add($"insert into registry_unit values ({_township}, {unit}, {"Section"}, null, {"城建办"}, true, 1)");
            }

            foreach (var deputy in Deputies)
            {
                batch.Add($"insert into registry_person values ({_township}, {deputy}, {new[] { "Deputy" }}, {Array.Empty<Guid>()}, null, true, 1)");
            }
        });
        var today = Today();
        var (answer, body) = await service.Ask(
            _township, Caller, Role.Presidium, HttpMethod.Post, "appraisals",
            new ConveneAppraisal(today.Year, new(today, Presidium, 3, 0, 0), new(today, "石镇人〔2026〕30号"), Units, today));
        Assert.Equal(("201", AppraisalId.ToString()), (answer, (string?)body!["id"]));
    }

    private async Task<string> Vote(Guid deputy, Verdict first, Verdict second, bool known = false)
    {
        if (known)
        {
            await service.Know(_township, batch => batch.Add(
                $"insert into registry_person values ({_township}, {deputy}, {new[] { "Deputy" }}, {Array.Empty<Guid>()}, null, true, 1)"));
        }

        return (await service.Ask(_township, deputy, Role.Deputy, HttpMethod.Post, $"appraisals/{AppraisalId}/ballots", Ballot(first, second))).Answer;
    }

    // Without waiting for the last day to end.
    private async Task<Appraisal> CloseLater()
    {
        var (choices, voted) = await service.Box.Close(_township, AppraisalId, default);
        return (await service.Store.Write(
            Appraisal.Stream, AppraisalId, new(_township, new(Caller.ToString(), "CongressOffice", null, null)),
            a => ClosingBallot.Decide(a!, choices, 11, voted, Policy.Of([new("330225000", 1, new(2020, 1, 1), AdoptingBody.StandingCommittee, "1", new() { BreakdownFrom = 1 })], _township, Today()), Calendar, DateTimeOffset.UtcNow.AddDays(2)))).State!;
    }

    private async Task<Appraisal> State() => (await service.Store.Load(Appraisal.Stream, AppraisalId, _township))!.State;

    private async Task<byte[]> Box() => (await service.Everything(
        $"select counts from ballot_boxes where tenant_id = {_township}", r => r.GetFieldValue<byte[]>(0)))[0];

    private static object Ballot(Verdict first, Verdict second) => new
    {
        votes = new[] { new { unit = Units[0], choice = first.ToString() }, new { unit = Units[1], choice = second.ToString() } },
    };

    private static IEnumerable<byte[]> Windows(byte[] bytes) => Enumerable.Range(0, bytes.Length - 7).Select(i => bytes[i..(i + 8)]);

    private static DateOnly Today() => BusinessTime.DateOf(DateTimeOffset.UtcNow);
}
