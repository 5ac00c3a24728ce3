using System.Net.Http.Json;
using System.Text;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Policies;
using LiaisonStation.Rules;

namespace LiaisonStation.Intake.Tests;

public sealed class PolicyDeciderTests
{
    private const string Town = "330225109";
    private static readonly DateOnly Today = new(2026, 3, 2);

    private static readonly EnterPolicy First = new(
        AdoptingBody.Presidium, "大人大〔2026〕1号", new(2026, 4, 1), new PolicyTerms { Extensions = 1, ChairActsAlone = [ChairAct.ReferTopic] });

    [Fact]
    public void the_first_document_of_a_scope_is_its_first_version() => Assert.Equal(
        [new PolicyEntered(Town, 1, First.EffectiveFrom, AdoptingBody.Presidium, "大人大〔2026〕1号", First.Terms)], Entered(null, First));

    [Fact]
    public void the_same_document_twice_changes_nothing()
    {
        var adopted = After(First);
        Assert.Empty(Entered(adopted, First with { Terms = First.Terms with { ChairActsAlone = [ChairAct.ReferTopic] } }));
        Assert.Empty(EnteringPolicy.Decide(adopted, Town, First, AdoptingBody.Presidium, Today.AddYears(1)));
    }

    [Fact]
    public void one_document_says_one_thing()
    {
        var adopted = After(First);
        Refuses(Refuse.State("policy-document-entered-otherwise"), adopted, First with { Terms = First.Terms with { Extensions = 2 } });
        Refuses(Refuse.State("policy-document-entered-otherwise"), adopted, First with { Terms = First.Terms with { ChairActsAlone = [] } });
        Refuses(Refuse.State("policy-document-entered-otherwise"), adopted, First with { EffectiveFrom = new(2026, 5, 1) });
    }

    [Fact]
    public void a_later_document_is_the_next_version()
    {
        var second = First with { DocumentNumber = "2号", EffectiveFrom = new(2026, 7, 1), Terms = new() { Reviewers = 5 } };
        var entered = Assert.IsType<PolicyEntered>(Assert.Single(Entered(After(First), second)));
        Assert.Equal((2, new DateOnly(2026, 7, 1)), (entered.Version, entered.EffectiveFrom));
    }

    [Fact]
    public void what_was_ruled_already_is_not_ruled_anew()
    {
        Refuses(Refuse.Rule("policy-effective-before-entry"), null, First with { EffectiveFrom = Today.AddDays(-1) });
        Assert.Single(Entered(null, First with { EffectiveFrom = Today }));
    }

    [Fact]
    public void a_later_document_does_not_begin_before_the_one_before_it() => Refuses(
        Refuse.Rule("policy-effective-before-the-last"), After(First), First with { DocumentNumber = "2号", EffectiveFrom = new(2026, 3, 31) });

    [Fact]
    public void each_scope_has_the_body_that_adopts_for_it()
    {
        Refuses(Refuse.Rule("policy-of-another-body"), null, First with { AdoptedBy = AdoptingBody.StandingCommittee });
        Assert.Equal(
            Refuse.Rule("policy-of-another-body"),
            EnteringPolicy.Decide(null, "330225000", First, AdoptingBody.StandingCommittee, Today).Refusal);
    }

    [Fact]
    public void every_term_is_shown_with_the_document_it_comes_from()
    {
        PolicyEntered[] documents =
        [
            new("330225000", 1, new(2026, 1, 1), AdoptingBody.StandingCommittee, "县1号", new() { Extensions = 3, Reviewers = 5 }),
            new(Town, 1, new(2026, 2, 1), AdoptingBody.Presidium, "镇1号", new() { Reviewers = 7 }),
            new(Town, 2, new(2026, 6, 1), AdoptingBody.Presidium, "镇2号", new() { CallBackAttempts = 4 }),
        ];
        Assert.Equal(("3 县1号", "7 镇1号", "3 -"), Shown(new(2026, 3, 2)));

        // A document is whole: what the second one leaves out is the county's again.
        Assert.Equal(("3 县1号", "5 县1号", "4 镇2号"), Shown(new(2026, 6, 1)));
        Assert.Equal(typeof(PolicyTerms).GetProperties().Length, ReadPolicies.On(documents, Town, Today).Terms.Count);

        (string, string, string) Shown(DateOnly on)
        {
            var terms = ReadPolicies.On(documents, Town, on).Terms.ToDictionary(t => t.Term, t => $"{t.Value} {t.From?.DocumentNumber ?? "-"}");
            return (terms["extensions"], terms["reviewers"], terms["callBackAttempts"]);
        }
    }

    private static AdoptedPolicies After(EnterPolicy c) =>
        AdoptedPolicies.Evolve(null, new PolicyEntered(Town, 1, c.EffectiveFrom, c.AdoptedBy, c.DocumentNumber, c.Terms));

    private static Decision<IPolicyEvent> Entered(AdoptedPolicies? adopted, EnterPolicy c) =>
        EnteringPolicy.Decide(adopted, Town, c, AdoptingBody.Presidium, Today);

    private static void Refuses(Refusal refusal, AdoptedPolicies? adopted, EnterPolicy c) => Assert.Equal(refusal, Entered(adopted, c).Refusal);
}

public sealed class CalendarDeciderTests
{
    private static readonly EnterCalendar Of2027 = new([new(2027, 1, 1), new(2027, 10, 1)], [new(2027, 10, 9)], "国办发明电〔2026〕9号");

    [Fact]
    public void a_calendar_entered_again_takes_the_place_of_what_was()
    {
        var entered = Assert.Single(EnteringCalendar.Decide(null, 2027, Of2027));
        var calendar = YearCalendar.Evolve(null, entered);
        Assert.Equal(1, calendar.Version);
        Assert.Empty(EnteringCalendar.Decide(calendar, 2027, Of2027 with { Holidays = [new(2027, 10, 1), new(2027, 1, 1), new(2027, 1, 1)] }));
        var anew = Assert.IsType<CalendarEntered>(Assert.Single(EnteringCalendar.Decide(calendar, 2027, Of2027 with { Workdays = [] })));
        Assert.Equal((2, 0), (anew.Version, anew.Workdays.Count));
    }

    [Fact]
    public void what_is_no_calendar_of_the_year_is_told_by_field()
    {
        Assert.Empty(EnteringCalendar.Objections(2027, Of2027));
        Assert.Equal(
            [("holidays", "of-another-year")], EnteringCalendar.Objections(2027, Of2027 with { Holidays = [new(2026, 12, 31)] }));
        Assert.Equal(
            [("workdays", "not-of-a-weekend")], EnteringCalendar.Objections(2027, Of2027 with { Workdays = [new(2027, 10, 8)] }));
        Assert.Equal(
            [("workdays", "a-holiday-too")],
            EnteringCalendar.Objections(2027, Of2027 with { Holidays = [new(2027, 10, 9)], Workdays = [new(2027, 10, 9)] }));
        Assert.Contains(("year", "out-of-range"), EnteringCalendar.Objections(1999, Of2027));
    }
}

[Collection(nameof(Server))]
public sealed class PolicyTests(Server server)
{
    private const string Town = "330225109";
    private const string Street = "330225001";
    private const string County = "330225000";
    private static readonly Guid Office = Guid.CreateVersion7();
    private static readonly DateOnly Tomorrow = BusinessTime.DateOf(DateTimeOffset.UtcNow).AddDays(1);

    [Fact]
    public async Task the_office_of_a_scope_enters_its_policy_and_everybody_below_reads_it()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var county = service.As(Office, County, Role.CongressOffice);
        using var town = service.As(Office, Town, Role.CongressOffice);
        using var street = service.As(Office, Street, Role.CongressOffice);
        await town.PostAsJsonAsync("registry/groups", new { kind = "Presidium", name = "主席团", documentNumber = "1号" }).Done();

        Assert.Equal("1", (await Enter(county, "StandingCommittee", "县1号", new { extensions = 3, onSiteWord = "Questioning" }).Done()).Text("version"));
        Assert.Equal("422 policy-of-another-body", await Enter(town, "StandingCommittee", "镇1号", new { extensions = 1 }).Refused());
        await Enter(town, "Presidium", "镇1号", new { extensions = 1 }).Done();
        await Enter(street, "StandingCommittee", "街1号", new { extensions = 0 }).Done();

        // The same document again is the same version.
        Assert.Equal("1", (await Enter(town, "Presidium", "镇1号", new { extensions = 1 }).Done()).Text("version"));
        Assert.Equal("409 policy-document-entered-otherwise", await Enter(town, "Presidium", "镇1号", new { extensions = 2 }).Refused());

        using var deputy = service.As(Office, Town, Role.Deputy);
        var effective = await deputy.GetAsync(new Uri($"policies/effective?on={Tomorrow:yyyy-MM-dd}", UriKind.Relative)).Done();
        var terms = effective["terms"]!.AsArray().ToDictionary(t => t!.Text("term"));
        Assert.Equal($"built-in+{County}/1+{Town}/1", effective.Text("version"));
        Assert.Equal(("1", "镇1号"), (terms["extensions"]!.Text("value"), terms["extensions"]!["from"]!.Text("documentNumber")));
        Assert.Equal(("Questioning", "县1号"), (terms["onSiteWord"]!.Text("value"), terms["onSiteWord"]!["from"]!.Text("documentNumber")));
        Assert.Equal(("15", ""), (terms["orderWorkingDays"]!.Text("value"), terms["orderWorkingDays"]!.Text("from")));
        var today = await deputy.GetAsync(new Uri("policies/effective", UriKind.Relative)).Done();
        Assert.Equal("built-in", today.Text("version"));
        Assert.Equal(2, (await deputy.GetAsync(new Uri("policies", UriKind.Relative)).Done()).AsArray().Count);
        Assert.Equal("403 role-not-allowed", await Enter(deputy, "Presidium", "2号", new { extensions = 2 }).Refused());
        Assert.Equal(["3"], await service.Look("select count(*) from mt_events where type = 'policy_entered'"));
    }

    [Fact]
    public async Task terms_out_of_their_range_are_told_by_name()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var county = service.As(Office, County, Role.CongressOffice);
        Assert.Equal(
            [
                "terms.breakdownFrom: out-of-range", "terms.chairActsAlone: unknown-value", "terms.lowSatisfactionPercent: out-of-range",
                "terms.onSiteWord: unknown-value", "terms.orderWorkingDays: out-of-range",
            ],
            (await Enter(county, "StandingCommittee", "1号", new
            {
                orderWorkingDays = 0,
                lowSatisfactionPercent = 101,
                breakdownFrom = 2,
                chairActsAlone = new object[] { 9 },
                onSiteWord = 7,
            }).Body()).Wrong());
        Assert.Equal(["terms: required"], (await Enter(county, "StandingCommittee", "1号", new { }).Body()).Wrong());
        Assert.Equal(["0"], await service.Look("select count(*) from mt_events"));
    }

    [Fact]
    public async Task the_countys_office_enters_the_next_years_calendar()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var county = service.As(Office, County, Role.CongressOffice);
        using var town = service.As(Office, Town, Role.CongressOffice);
        object body = new { holidays = new[] { "2027-01-01" }, workdays = new[] { "2027-01-03" }, documentNumber = "9号" };
        Assert.Equal("403 county-office-only", await town.PostAsJsonAsync("calendars/2027", body).Refused());
        Assert.Equal("404 calendar-unknown", await town.GetAsync(new Uri("calendars/2027", UriKind.Relative)).Refused());
        Assert.Equal("1", (await county.PostAsJsonAsync("calendars/2027", body).Done()).Text("version"));
        Assert.Equal("1", (await county.PostAsJsonAsync("calendars/2027", body).Done()).Text("version"));
        Assert.Equal("9号", (await town.GetAsync(new Uri("calendars/2027", UriKind.Relative)).Done()).Text("documentNumber"));
        Assert.Equal("0", (await town.GetAsync(new Uri("calendars/2026", UriKind.Relative)).Done()).Text("version"));

        using var file = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes("date,type,name\n2026-12-31,public_holiday,元旦\n2027-01-01,public_holiday,元旦\n")), "file", "a.csv" },
            { new StringContent("10号"), "documentNumber" },
        };
        var anew = await county.PostAsync(new Uri("calendars/2027/file", UriKind.Relative), file).Done();
        Assert.Equal(("2", "10号", 1, 0), (
            anew.Text("version"), anew.Text("documentNumber"), anew["holidays"]!.AsArray().Count, anew["workdays"]!.AsArray().Count));
        Assert.Equal(
            ["holidays: of-another-year"],
            (await county.PostAsJsonAsync("calendars/2028", new { holidays = new[] { "2027-01-01" }, workdays = Array.Empty<string>(), documentNumber = "1号" }).Body()).Wrong());
    }

    [Fact]
    public async Task working_days_are_counted_and_never_guessed()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var anyone = service.As(Office, Town, Role.Resident);

        // National Day 2026: off from the 1st to the 7th; Saturday the 10th is made a working day.
        Assert.Equal("2026-10-10", (await Counted("from=2026-09-30&days=3")).Text("endsOn"));
        Assert.Equal("", (await Counted("from=2026-12-25&days=15")).Text("endsOn"));
        Assert.Equal(["days: out-of-range"], (await anyone.GetAsync(new Uri("calendars/working-days?from=2026-01-01&days=-1", UriKind.Relative)).Body()).Wrong());

        Task<System.Text.Json.Nodes.JsonNode> Counted(string query) =>
            anyone.GetAsync(new Uri($"calendars/working-days?{query}", UriKind.Relative)).Done();
    }

    private static Task<HttpResponseMessage> Enter(HttpClient office, string body, string document, object terms) =>
        office.PostAsJsonAsync("policies", new { adoptedBy = body, documentNumber = document, effectiveFrom = $"{Tomorrow:yyyy-MM-dd}", terms });
}
