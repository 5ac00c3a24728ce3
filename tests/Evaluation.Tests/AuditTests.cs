using LiaisonStation.Contracts;
using LiaisonStation.Evaluation.Audits;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Tests;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class AuditTests(SignedIn service) : IClassFixture<SignedIn>
{
    private static readonly DateOnly From = new(2026, 9, 1);
    private static readonly DateOnly To = new(2026, 9, 30);
    private static readonly SampledCase[] Cases =
        [.. Enumerable.Range(1, 40).Select(n => new SampledCase(Id(1000 + n), $"330225100-20260901-{n:d4}", Id(2000 + n), Section))];

    private readonly string _township = RunningService.NewTownship();

    private string County => $"{_township[..6]}000";

    // As sha256sum has them: 1/00000000-0000-0000-0000-000000000001 begins with 95f9, with …2 at its end 08e2, with …3 1084.
    [Fact]
    public void the_draw_can_be_done_again_by_hand()
    {
        SampledCase[] three = [.. Enumerable.Range(1, 3).Select(n => Cases[0] with { CaseId = Guid.Parse($"00000000-0000-0000-0000-00000000000{n}") })];
        Assert.Equal([three[1], three[2], three[0]], AuditSample.Draw("1", three, 3));
    }

    [Fact]
    public void a_seed_draws_the_same_whatever_the_order_and_another_seed_draws_otherwise()
    {
        var drawn = AuditSample.Draw("2026-11-28", Cases, 10);
        Assert.Equal(10, drawn.DistinctBy(c => c.CaseId).Count());
        Assert.Equal(drawn, AuditSample.Draw("2026-11-28", Cases.Reverse(), 10));
        Assert.NotEqual(drawn, AuditSample.Draw("2026-11-29", Cases, 10));
        Assert.Equal(drawn, AuditSample.Draw("2026-11-28", Cases, 40).Take(10));
    }

    [Fact]
    public void a_sample_is_drawn_once_and_from_a_period_that_is_over()
    {
        DrawSample command = new("330225100", "7", From, To, 10);
        var sample = Drawn();
        Assert.Equal("period-not-over", DrawingSample.Decide(null, command, Cases, To).Refusal!.Code);
        Assert.Equal("nothing-to-sample", DrawingSample.Decide(null, command, [], Today.AddDays(30)).Refusal!.Code);
        Assert.Empty(DrawingSample.Decide(sample, command, [], Today.AddDays(30)).Events);
        Assert.Equal("sample-already-drawn", DrawingSample.Decide(sample, command with { Size = 11 }, Cases, Today.AddDays(30)).Refusal!.Code);
    }

    [Fact]
    public void a_finding_is_on_a_case_of_the_sample_and_has_a_limit_that_is_overdue_once()
    {
        var sample = Drawn();
        var (drawn, other) = (sample.Drawn.Cases[0], Cases.Except(sample.Drawn.Cases).First());
        Assert.Equal("case-not-sampled", Record(sample, new(other.CaseId, "未附照片")).Refusal!.Code);
        Assert.Equal("not-a-department", Record(sample, new(drawn.CaseId, "未附照片", Section), known: false).Refusal!.Code);
        var found = Assert.IsType<FindingRecorded>(Assert.Single(Record(sample, new(drawn.CaseId, "未附照片", Section)).Events));
        Assert.Equal((1, (Guid?)Section), (found.Number, found.Unit));
        sample = AuditSample.Evolve(sample, found);
        Assert.Empty(Record(sample, new(drawn.CaseId, "未附照片", Section)).Events);

        var due = found.Limit.DueAt()!.Value;
        Assert.Empty(WhenFindingDue.Decide(sample, BuiltIn, Calendar, due).Events);
        var late = Assert.Single(WhenFindingDue.Decide(sample, BuiltIn, Calendar, due.AddSeconds(1)).Events);
        Assert.Equal(new FindingOverdue(1, due), late);
        sample = AuditSample.Evolve(sample, late);
        Assert.Empty(WhenFindingDue.Decide(sample, BuiltIn, Calendar, due.AddDays(9)).Events);
        Assert.Null(WhenFindingDue.Next(sample));
    }

    [Fact]
    public void only_whoever_a_finding_is_for_answers_it_and_once()
    {
        var sample = Drawn();
        sample = AuditSample.Evolve(sample, new FindingRecorded(1, sample.Drawn.Cases[0].CaseId, "未附照片", Section, CallBackLimit));
        sample = AuditSample.Evolve(sample, new FindingRecorded(2, sample.Drawn.Cases[1].CaseId, "回访过早", null, CallBackLimit));
        AnswerFinding answer = new("已补照片");
        Assert.Equal("no-such-finding", AnsweringFinding.Decide(sample, 3, answer, Caller, Section).Refusal!.Code);
        Assert.Equal("finding-of-another", AnsweringFinding.Decide(sample, 1, answer, Caller, Assisting).Refusal!.Code);
        Assert.Equal("finding-of-another", AnsweringFinding.Decide(sample, 2, answer, Caller, Section).Refusal!.Code);
        Assert.Equal(new FindingAnswered(2, Caller, "已补照片"), Assert.Single(AnsweringFinding.Decide(sample, 2, answer, Caller, null).Events));
        sample = AuditSample.Evolve(sample, Assert.Single(AnsweringFinding.Decide(sample, 1, answer, Caller, Section).Events));
        Assert.Empty(AnsweringFinding.Decide(sample, 1, answer, Caller, Section).Events);
        Assert.Equal("finding-already-answered", AnsweringFinding.Decide(sample, 1, new("另有说明"), Caller, Section).Refusal!.Code);
        Assert.Equal([2], sample.Open.Select(f => f.Number));
        Assert.Equal(
            new FindingHandedOver(1, Id(9), Assisting),
            Assert.Single(WhenHandOverOrdered.Decide(
                Fold(new FindingRecorded(1, Drawn().Drawn.Cases[0].CaseId, "未附照片", Section, CallBackLimit)),
                new HandOverOrdered(Id(9), HandOverKind.Unit, Section, Assisting, default, "石政〔2026〕3号", Today)).Events));
    }

    [Fact]
    public async Task an_auditor_draws_records_and_the_unit_finds_it_on_its_worklist_and_answers()
    {
        for (var n = 0; n < 5; n++)
        {
            await service.Store.Write(Review.Stream, Id(3000 + n), new(_township, new("test", "System", null, null)), _ => [.. ConcludedRound]);
        }

        await service.Know(_township, batch => batch.Add(
            $"insert into registry_unit values ({_township}, {Section}, {"Section"}, null, {"城建办"}, true, 1)"));
        Assert.Equal("404 not-found", (await Draw(RunningService.NewTownship(), County.Replace(County[..6], "330999", StringComparison.Ordinal))).Answer);
        var (answer, drawn) = await Draw(_township, County);
        Assert.Equal("201", answer);
        Assert.Equal((5, 3), ((int)drawn!["population"]!, drawn["cases"]!.AsArray().Count));
        var id = (Guid)drawn["id"]!;
        Assert.Equal((Guid)(await Draw(_township, County)).Body!["id"]!, id);

        Assert.Equal("200", await Ask(Role.Auditor, County, $"audits/{id}/findings", new RecordFinding(CaseId, "未附照片", Section)));
        var waits = (await service.Ask(_township, Caller, Role.HandlingUnit, HttpMethod.Get, "worklist", unit: Section)).Body!["items"]!.AsArray();
        var row = Assert.Single(waits)!;
        Assert.Equal(("answer-finding", id), ((string)row["act"]!, (Guid)row["stream"]!));
        Assert.NotNull((string?)row["dueAt"]);

        var seen = (await service.Ask(_township, Caller, Role.HandlingUnit, HttpMethod.Get, $"audits/{id}", unit: Assisting)).Body!;
        Assert.Equal((0, 0), (seen["findings"]!.AsArray().Count, seen["drawn"]!["cases"]!.AsArray().Count));
        Assert.Equal("403 finding-of-another", await Ask(Role.HandlingUnit, _township, $"audits/{id}/findings/1/answer", new AnswerFinding("已补"), Assisting));
        Assert.Equal("200", await Ask(Role.HandlingUnit, _township, $"audits/{id}/findings/1/answer", new AnswerFinding("已补"), Section));
        Assert.Empty((await service.Ask(_township, Caller, Role.HandlingUnit, HttpMethod.Get, "worklist", unit: Section)).Body!["items"]!.AsArray());
        var line = Assert.Single((await service.Ask(County, Caller, Role.Auditor, HttpMethod.Get, "audits")).Body!.AsArray(), l => (Guid)l!["id"]! == id)!;
        Assert.Equal((1, 0), ((int)line["findings"]!, (int)line["open"]!));
    }

    private Task<(string Answer, System.Text.Json.Nodes.JsonNode? Body)> Draw(string township, string by) => service.Ask(
        by, Caller, Role.Auditor, HttpMethod.Post, "audits", new DrawSample(township, "7", From, To, 3));

    private async Task<string> Ask(Role role, string tenant, string path, object body, Guid? unit = null) =>
        (await service.Ask(tenant, Caller, role, HttpMethod.Post, path, body, unit)).Answer;

    private static AuditSample Drawn() => Fold();

    private static AuditSample Fold(params IAuditEvent[] more) => more.Aggregate(
        AuditSample.Evolve(null, new AuditSampleDrawn("7", From, To, Cases.Length, AuditSample.Draw("7", Cases, 10))), (s, e) => AuditSample.Evolve(s, e));

    private static Decision<IAuditEvent> Record(AuditSample sample, RecordFinding command, bool known = true) =>
        RecordingFinding.Decide(sample, command, known, BuiltIn, Calendar, Now);
}
