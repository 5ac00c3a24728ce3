using LiaisonStation.Contracts;
using LiaisonStation.Evaluation.Appraisals;
using LiaisonStation.EventStore;
using LiaisonStation.Tests;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class FigureTests(SignedIn service) : IClassFixture<SignedIn>
{
    private static readonly IReviewEvent[] RestartedAndClosed =
    [
        .. RestartedRound, OpenedFor(2, Handler), Reviewed(First, Satisfied, 2), Reviewed(Second, Satisfied, 2), Reviewed(Third, Satisfied, 2),
        ConcludedFirst with { Round = 2 }, new CallBackMade(2, Caller, CallBackMethod.Phone, Verdict.Satisfied, null, null, Today),
        new ClosedConfirmed(2, OrderId),
    ];

    private readonly string _township = RunningService.NewTownship();

    [Fact]
    public async Task of_twenty_concluded_items_nineteen_satisfied_at_first_are_95_percent_of_20()
    {
        for (var i = 0; i < 17; i++)
        {
            await Append(i, ClosedRound);
        }

        await Append(17, [.. ConcludedRound, Made(Verdict.BasicallySatisfied), new ClosedConfirmed(1, OrderId)]);
        await Append(18, [.. ReturnedRound, OpenedFor(2, Handler), .. Later(ConcludedRound[1..]), Made(Verdict.BasicallySatisfied, 2), new ClosedConfirmed(2, OrderId)]);
        await Append(19, RestartedAndClosed);

        Assert.Equal((20, 20), await Figure("call-back-coverage"));
        Assert.Equal((19, 20), await Figure("call-back-satisfaction"));
        Assert.Equal(0.95m, (decimal)(await Read("call-back-satisfaction"))["value"]!);
        Assert.Equal((17, 20), await Figure("call-back-fully-satisfied"));
        Assert.Equal((20, 20), await Figure("call-back-final-satisfaction"));
        Assert.Equal((1, 20), await Figure("restart-rate"));
        Assert.Equal((1, 20), await Figure("returned-rate"));
        Assert.Equal((0, null), await Figure("closed-unreached"));
        Assert.Equal((0, 20), await Figure("call-backs-overdue"));

        // Of four who may judge each item three did.
        Assert.Equal((60, 80), await Figure("review-participation"));
    }

    [Fact]
    public async Task who_was_not_reached_is_listed_apart_and_who_waits_is_only_concluded()
    {
        await Append(0, ClosedRound);
        await Append(1, UnreachedRound);
        await Append(2, [.. ConcludedRound, new CallBackOverdue(1, new(2026, 10, 15, 16, 0, 0, TimeSpan.Zero))]);
        await Append(3, [Opened]);
        Assert.Equal((1, 3), await Figure("call-back-coverage"));
        Assert.Equal((1, 1), await Figure("call-back-satisfaction"));
        Assert.Equal((1, null), await Figure("closed-unreached"));
        Assert.Equal((1, 3), await Figure("call-backs-overdue"));
        Assert.Equal((0, 3), await Figure("returned-rate"));
        Assert.Equal((0, 0), await Figure("call-back-coverage", "2026-10-01", "2026-12-31"));
    }

    [Fact]
    public async Task reviews_are_listed_by_stage_group_unit_and_number_page_by_page()
    {
        await Append(0, ClosedRound);
        await Append(1, [Opened]);
        await Append(2, [Opened]);
        Assert.Equal(["0003", "0002", "0001"], await List(""));
        Assert.Equal(["0003", "0002"], await List("?stage=UnderReview"));
        Assert.Equal(["0001"], await List($"?number=330225100-20260301-0001"));
        Assert.Equal(3, (await List($"?group={Group}&unit={Assisting}")).Count);
        Assert.Empty(await List($"?group={OtherGroup}"));
        var (_, page) = await service.Ask(_township, Caller, Role.CongressOffice, HttpMethod.Get, "reviews?size=2");
        Assert.Equal(["0001"], await List($"?size=2&after={page!["next"]}"));
        Assert.Empty((await service.Ask(RunningService.NewTownship(), Caller, Role.CongressOffice, HttpMethod.Get, "reviews")).Body!["items"]!.AsArray());
    }

    [Fact]
    public async Task the_papers_of_a_case_say_what_became_of_it()
    {
        await Append(0, RestartedAndClosed);
        await Append(1, [Opened]);
        var record = await service.Page(_township, Role.CongressOffice, $"reviews/{ReviewOf(0)}/callback-record");
        Assert.Contains("不满意", record, StringComparison.Ordinal);
        Assert.Contains("门口一盏未修", record, StringComparison.Ordinal);
        Assert.Contains("2026年10月15日", record, StringComparison.Ordinal);
        var notice = await service.Page(_township, Role.Station, $"reviews/{ReviewOf(0)}/closing-notice");
        Assert.Contains("满意 2 票，基本满意 0 票，不满意", notice, StringComparison.Ordinal);
        Assert.Contains("您对办理情况表示满意", notice, StringComparison.Ordinal);
        Assert.Equal("409 call-back-not-made", await Paper(Caller, Role.CongressOffice, ReviewOf(1), "callback-record"));
        Assert.Equal("409 case-still-open", await Paper(Caller, Role.CongressOffice, ReviewOf(1), "closing-notice"));
        Assert.Equal("200", await Paper(Resident, Role.Resident, ReviewOf(0), "closing-notice"));
        Assert.Equal("404 not-found", await Paper(Joiner, Role.Resident, ReviewOf(0), "closing-notice"));
        Assert.Equal("403 role-not-allowed", await Paper(Resident, Role.Resident, ReviewOf(0), "callback-record"));
    }

    [Fact]
    public async Task the_report_on_the_appraisal_prints_every_share_with_its_n()
    {
        var id = Appraisal.IdOf(_township, 2026);
        IAppraisalEvent[] events =
        [
            new AppraisalConvened(
                id, 2026, new(Today, [Id(201)], 1, 0, 0), new(Today, "石镇人〔2026〕30号"), new(2026, 9, 30),
                [new(Id(301), 20, 22, 22, 20, 1, 1, 1, 20, 17, 2, 0), new(Id(302), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)]),
            new BallotClosed(2026, 60, 20, [new(Id(301), 20, new(15, 4, 1)), new(Id(302), 4, null)], "built-in"),
            new DepartmentAppraised(2026, Id(301), new(19, 20), false, 1), new DepartmentAppraised(2026, Id(302), null, null, null),
        ];
        await service.Store.Write(Appraisal.Stream, id, new(_township, new("test", "Presidium", null, null)), _ => [.. events]);
        var report = await service.Page(_township, Role.Presidium, $"appraisals/{id}/report");
        Assert.Contains("95 %（n = 20）", report, StringComparison.Ordinal);
        Assert.Contains("75 %（n = 20）", report, StringComparison.Ordinal);
        Assert.Contains("票数过少，不公布明细", report, StringComparison.Ordinal);
        Assert.Equal((19, 20), await Figure("appraisal-satisfaction"));
        Assert.Equal((20, 60), await Figure("appraisal-turnout"));
    }

    private static Guid ReviewOf(int item) => Id(1000 + item);

    private static CallBackMade Made(Verdict verdict, int round = 1) => new(round, Caller, CallBackMethod.Phone, verdict, null, null, Today);

    // Under a key nobody has: what is shown says so.
    private static PersonalText? Sealed(PersonalText? text) => text is null ? null : text with { Sealed = Convert.ToBase64String(new byte[40]) };

    private static IEnumerable<IReviewEvent> Later(IReviewEvent[] events) => events.Select(e => e switch
    {
        DeputyReviewed d => d with { Round = 2 },
        Concluded c => c with { Round = 2 },
        _ => e,
    });

    private async Task Append(int item, IReviewEvent[] events)
    {
        var number = $"330225100-20260301-{item + 1:d4}";
        var outcome = await service.Store.Write<Review, IReviewEvent>(
            Review.Stream, ReviewOf(item), new(_township, new("test", "SupervisionGroup", null, null), CaseId.ToString()),
            _ => [.. events.Select(e => e switch
            {
                ReviewOpened o => o with { CaseNumber = number, Title = Sealed(o.Title)! },
                CallBackMade c => c with { Comment = Sealed(c.Comment) },
                _ => e,
            })]);
        Assert.Equal(OutcomeKind.Appended, outcome.Kind);
    }

    private async Task<(long, long?)> Figure(string code, string from = "2026-01-01", string to = "2026-12-31")
    {
        var figure = await Read(code, from, to);
        return ((long)figure["numerator"]!, (long?)figure["denominator"]);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> Read(string code, string from = "2026-01-01", string to = "2026-12-31") =>
        (await service.Ask(_township, Caller, Role.CongressOffice, HttpMethod.Get, $"figures?from={from}&to={to}")).Body!.AsArray()
        .Single(f => (string?)f!["code"] == code)!;

    private async Task<List<string>> List(string query) =>
        [.. (await service.Ask(_township, Caller, Role.CongressOffice, HttpMethod.Get, $"reviews{query}")).Body!["items"]!.AsArray().Select(i => ((string)i!["caseNumber"]!)[^4..])];

    private async Task<string> Paper(Guid person, Role role, Guid review, string paper) =>
        (await service.Ask(_township, person, role, HttpMethod.Get, $"reviews/{review}/{paper}")).Answer;
}
