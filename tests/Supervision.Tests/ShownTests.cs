using System.Net;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Tests;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

// A vault of its own: nobody's words can be opened, but it answers.
public sealed class OpenWithVault() : OpenService(Supervision.Module with { MakesKeys = true }, app => app.MapSupervision());

/// <summary>Who is shown whom responsibility concerns, and what goes out on paper.</summary>
public sealed class ShownTests(OpenWithVault service) : IClassFixture<OpenWithVault>
{
    private static readonly Guid AtDiscipline = Id(77);
    private static readonly Guid AtOrganisation = Id(78);
    private static readonly Guid Asked = Id(79);

    public static TheoryData<Role> Readers =>
    [
        Role.CongressOffice, Role.Presidium, Role.TownChair, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station,
        Role.CommandCentre, Role.StreetWorkCommittee, Role.StandingCommittee, Role.TownGovernment, Role.HandlingUnit,
        Role.DisciplineBody, Role.OrganisationBody, Role.Auditor,
    ];

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task only_the_presidium_the_body_itself_and_the_auditor_see_whom_it_concerns(Role role)
    {
        await Seed();
        Guid[] expected = role switch
        {
            Role.Presidium or Role.StreetWorkCommittee or Role.Auditor => [AtDiscipline, AtOrganisation, Asked],
            Role.DisciplineBody => [AtDiscipline],
            Role.OrganisationBody => [AtOrganisation],
            _ => [],
        };
        using var client = service.As(role, unit: Section);
        foreach (var path in new[] { $"orders/{OrderId}", $"history/{OrderId}" })
        {
            var text = await client.GetStringAsync(path);
            Assert.Contains("城建办主任", text, StringComparison.Ordinal);
            Assert.Contains("CircularCriticism", text, StringComparison.Ordinal);
            Assert.Equal(
                expected,
                new[] { AtDiscipline, AtOrganisation, Asked }.Where(p => text.Contains(p.ToString(), StringComparison.Ordinal)));
            Assert.Equal(expected.Contains(AtDiscipline), text.Contains("长期不作为", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task a_unit_reads_the_orders_it_has_or_had_a_part_in_and_any_other_is_unknown_to_it()
    {
        await Seed();
        string[] paths = [$"orders/{OrderId}", $"orders/{OrderId}/sheet", $"orders/{OrderId}/extensions/1/filing"];
        foreach (var path in paths)
        {
            Assert.Equal(HttpStatusCode.OK, await Ask(Section, path));
            Assert.Equal(HttpStatusCode.NotFound, await Ask(Assisting, path));
            Assert.Equal(HttpStatusCode.NotFound, await Ask(null, path));
        }

        using var other = service.As(Role.HandlingUnit, unit: Assisting);
        Assert.DoesNotContain("城建办主任", await other.GetStringAsync($"history/{OrderId}"), StringComparison.Ordinal);
        var order = Fold(Issued, Acknowledged, PassedToTwo, new AssignmentSentBack(1, Section, "非本科室"), Passed with { Section = Id(33) });
        Assert.Equal([TownGovernment, Section, Assisting, Id(33)], order.Units);
        Assert.Contains(Id(38), order.Then(new HandedOver(Id(300), HandOverKind.Unit, Id(33), Id(38), "8号")).Units);
        Assert.Contains(Section, Fold(Opened).Units);

        async Task<HttpStatusCode> Ask(Guid? unit, string path)
        {
            using var client = service.As(Role.HandlingUnit, unit: unit);
            return (await client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode;
        }
    }

    [Fact]
    public async Task an_order_its_extension_and_the_month_go_out_on_paper()
    {
        await Seed();
        using var client = service.As(Role.CongressOffice);
        var sheet = WebUtility.HtmlDecode(await client.GetStringAsync($"orders/{OrderId}/sheet"));
        Assert.Contains("督〔2026〕1号", sheet, StringComparison.Ordinal);
        Assert.Contains("修复全村路灯", sheet, StringComparison.Ordinal);
        Assert.Contains("2026年4月3日", sheet, StringComparison.Ordinal);
        var filing = WebUtility.HtmlDecode(await client.GetStringAsync($"orders/{OrderId}/extensions/1/filing"));
        Assert.Contains("督〔2026〕1号延1", filing, StringComparison.Ordinal);
        Assert.Contains("批准延期", filing, StringComparison.Ordinal);
        Assert.Contains("<caption>现场询问</caption>", sheet, StringComparison.Ordinal);
        Assert.Contains("人手不足", sheet, StringComparison.Ordinal);

        // In March nobody knew of it: it was written down today, and is open since.
        var today = BusinessTime.DateOf(DateTimeOffset.UtcNow);
        var bulletin = WebUtility.HtmlDecode(await client.GetStringAsync($"orders/bulletin?month={today:yyyy-MM-dd}"));
        Assert.Contains($"{today.Year}年{today.Month}月督办通报", bulletin, StringComparison.Ordinal);
        Assert.Contains("督办单共 1 件", bulletin, StringComparison.Ordinal);
        Assert.Contains("督办单共 0 件", WebUtility.HtmlDecode(await client.GetStringAsync("orders/bulletin?month=2026-03-01")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri($"orders/{OrderId}/extensions/2/filing", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task an_item_the_standing_committee_closes_before_any_round_was_handled_has_its_notice()
    {
        await Seed();
        var closed = Id(8);
        await service.Store.Write<Order, IOrderEvent>(
            Order.Stream, closed, new(OpenWithVault.Township, new("test", "System", null, null), CaseId.ToString()),
            order => order is not null ? [] :
            [
                Risen with { Title = new(Id(10), "AQ==") }, ToCounty(EscalationOutcome.Closed),
                new ItemEnded(1, ItemEnding.ByStandingCommittee, "属省级规划事项"),
            ]);
        using var station = service.As(Role.Station);
        var notice = WebUtility.HtmlDecode(await station.GetStringAsync($"orders/{closed}/ending-notice"));
        Assert.Contains("县人大常委会决定终结该事项，理由：属省级规划事项", notice, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, await Ask(Id(10), Role.Station, OrderId));
        Assert.Equal(HttpStatusCode.OK, await Ask(Id(10), Role.Resident, closed));
        Assert.Equal(HttpStatusCode.NotFound, await Ask(Id(11), Role.Resident, closed));

        async Task<HttpStatusCode> Ask(Guid person, Role role, Guid order)
        {
            using var client = service.As(role, person: person);
            return (await client.GetAsync(new Uri($"orders/{order}/ending-notice", UriKind.Relative))).StatusCode;
        }
    }

    [Fact]
    public async Task every_figure_is_counted_with_its_n()
    {
        await Seed();
        using var client = service.As(Role.CongressOffice);
        var figures = System.Text.Json.Nodes.JsonNode.Parse(await client.GetStringAsync("figures?from=2026-01-01&to=2026-12-31"))!.AsArray();
        string Of(string code)
        {
            var figure = figures.Single(f => (string)f!["code"]! == code)!;
            return $"{figure["numerator"]}/{figure["denominator"]}";
        }

        Assert.Equal("1/", Of("orders-issued"));
        Assert.Equal("0/0", Of("orders-handled-in-time"));
        Assert.Equal("1/", Of("rounds-overdue"));
        Assert.Equal("1/", Of("extensions-approved"));
        Assert.Equal("1/1", Of("first-dispatch-right"));
        Assert.Equal("1/2", Of("promise-keeping"));
        Assert.Equal("1/", Of("accountability-persons"));
        Assert.Equal("1/", Of("accountability-circular-criticism"));
        Assert.Equal("0/", Of("accountability-warning"));
    }

    private Task<Outcome<Order>> Seed() => service.Store.Write<Order, IOrderEvent>(
        Order.Stream, OrderId, new(OpenWithVault.Township, new("test", "System", null, null), CaseId.ToString()),
        order => order is not null ? [] :
        [
            Issued with { Title = new(Id(10), "AQ==") }, Acknowledged, Passed, Named,
            new ExtensionRequested(1, 1, Section, "连日下雨", 7), new ExtensionChecked(1, 1, true, "情况属实"),
            new ExtensionApproved(1, 1, "督〔2026〕1号延1", Role.TownChair, null, Today, Calendar.Limit(DueOn, 7, Terms)),
            new OrderOverdue(1, Said.CaseNumber, Section, new(2026, 4, 3, 16, 0, 0, TimeSpan.Zero)),
            new TargetedSupervisionProposed(1, TargetedGround.Slow, "慢", Member),
            new TargetedSupervisionConvened(1, Role.Presidium, Carried, "快办", null),
            new PersonQuestioned(1, "城建办主任", Asked, Today, "人手不足"),
            new CommitmentMade(1, 1, Section, "周五前修好", new(2026, 3, 20), Today), new CommitmentMade(1, 2, Section, "每周报告", new(2027, 3, 27), Today),
            new CommitmentJudged(1, 1, true, "已修好"),
            new ReportedToPartyCommittee(1, "镇人大〔2026〕6号", Today, "拟提请联合督"),
            new JointSupervisionRequested(
                1, Role.Presidium, Carried, [CompetentBody.DisciplineBody, CompetentBody.OrganisationBody], "涉及干部作风"),
            new ClueTransferred(
                1, Id(7), CompetentBody.DisciplineBody, Role.Presidium, Carried, "城建办主任", AtDiscipline, "长期不作为", "移〔2026〕1号"),
            new ClueTransferred(
                1, Id(8), CompetentBody.OrganisationBody, Role.Presidium, Carried, "分管副镇长", AtOrganisation, "失管", "移〔2026〕2号"),
            new AccountabilityResultRecorded(
                1, Said.CaseNumber, Id(7), CompetentBody.DisciplineBody, "象纪〔2026〕3号", AccountabilityMeasure.CircularCriticism, Today,
                AtDiscipline, Section),
        ]);
}
