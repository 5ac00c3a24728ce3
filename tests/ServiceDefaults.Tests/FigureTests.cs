using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;

namespace LiaisonStation.ServiceDefaults.Tests;

public sealed class FigureTests(Trial trial) : IClassFixture<Trial>, IAsyncLifetime
{
    private const string March = "from=2026-03-01&to=2026-03-31";

    public async Task InitializeAsync()
    {
        await trial.Run($"truncate lamps");
        foreach (var (township, number, part, whole, at) in new[]
        {
            (Trial.Township, "a-1", 1, 1, "2026-02-28T16:00:00Z"),
            (Trial.Township, "a-2", 0, 1, "2026-03-31T15:59:59.999999Z"),
            (Trial.Township, "a-2", 2, 2, "2026-03-10T00:00:00Z"),
            (Trial.Township, "=1+1", 1, 1, "2026-03-10T00:00:00Z"),
            (Trial.Township, "too-early", 1, 1, "2026-02-28T15:59:59.999999Z"),
            (Trial.Township, "too-late", 1, 1, "2026-03-31T16:00:00Z"),
            (Trial.Neighbour, "b-1", 0, 1, "2026-03-05T00:00:00Z"),
        })
        {
            await trial.Run($"insert into lamps values ({township}, {number}, {part}, {whole}, {at}::timestamptz)");
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task a_figure_shows_its_parts_its_period_its_words_and_where_its_cases_are()
    {
        using var office = trial.As(Trial.Township, Role.CongressOffice);
        Assert.Equal(
            [
                new("lamps-seen", new("查过的灯", "Lamps seen"), 5, null, new(2026, 3, 1), new(2026, 3, 31), $"/api/trial/figures/lamps-seen/cases?{March}"),
                new Figure("lamps-lit", new("亮灯率", "Share of lamps lit"), 4, 5, new(2026, 3, 1), new(2026, 3, 31), $"/api/trial/figures/lamps-lit/cases?{March}"),
            ],
            await office.GetFromJsonAsync<Figure[]>($"figures?{March}") ?? []);
        var shown = await office.GetFromJsonAsync<JsonArray>($"figures?{March}");
        Assert.Null(shown![0]!["value"]);
        Assert.Equal(0.8m, shown[1]!["value"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task a_ratio_of_nothing_has_its_n_of_0_and_no_value()
    {
        using var office = trial.As(Trial.Township, Role.CongressOffice);
        var figures = await office.GetFromJsonAsync<Figure[]>("figures?from=2020-01-01&to=2020-01-01");
        Assert.Equal([(0, null, null), (0, 0L, null)], figures!.Select(f => (f.Numerator, f.Denominator, f.Value)));
    }

    [Theory]
    [InlineData(Trial.County, "", 4, 6)]
    [InlineData(Trial.County, "&township=330225102", 0, 1)]
    [InlineData(Trial.County, "&township=330225101", 4, 5)]
    [InlineData(Trial.County, "&township=330225000", 4, 6)]
    [InlineData(Trial.Neighbour, "", 0, 1)]
    [InlineData(Trial.Neighbour, "&township=330225102", 0, 1)]
    public async Task a_county_sees_the_sum_of_its_townships_or_one_of_them(string tenant, string which, long numerator, long denominator)
    {
        using var office = trial.As(tenant, Role.Auditor);
        var lit = (await office.GetFromJsonAsync<Figure[]>($"figures?{March}{which}"))![1];
        Assert.Equal((numerator, denominator), (lit.Numerator, lit.Denominator));
        Assert.EndsWith($"?{March}{which}", lit.Cases, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Trial.Neighbour, Trial.Township)]
    [InlineData(Trial.Neighbour, Trial.County)]
    [InlineData(Trial.County, "330226101")]
    [InlineData(Trial.County, "330225")]
    public async Task another_township_is_not_found(string tenant, string township)
    {
        using var office = trial.As(tenant, Role.Auditor);
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetAsync($"figures?{March}&township={township}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetAsync($"figures/lamps-lit/cases?{March}&township={township}")).StatusCode);
    }

    [Fact]
    public async Task the_cases_behind_a_figure_sum_up_to_it_page_by_page()
    {
        using var office = trial.As(Trial.Township, Role.CongressOffice);
        var seen = new List<FigureCase>();
        for (string? after = ""; after is not null;)
        {
            var page = await office.GetFromJsonAsync<FigureCases>($"figures/lamps-lit/cases?{March}&size=2&after={Uri.EscapeDataString(after)}");
            seen.AddRange(page!.Items);
            after = page.Next;
        }

        Assert.Equal([new("=1+1", 1, 1), new("a-1", 1, 1), new FigureCase("a-2", 2, 3)], seen);
        var count = await office.GetFromJsonAsync<FigureCases>($"figures/lamps-seen/cases?{March}");
        Assert.Equal([new("=1+1", 1, null), new("a-1", 1, null), new FigureCase("a-2", 3, null)], count!.Items);
        Assert.Null(count.Next);
    }

    [Fact]
    public async Task a_spreadsheet_gets_all_cases_and_no_formula()
    {
        using var office = trial.As(Trial.Township, Role.CongressOffice);
        office.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        using var answer = await office.GetAsync($"figures/lamps-lit/cases?{March}&size=1");
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("lamps-lit-2026-03-01-2026-03-31.csv", answer.Content.Headers.ContentDisposition?.FileName);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        Assert.Equal(
            """
            案件编号 / Case number,计入分子 / In the numerator,分子 / Numerator,分母 / Denominator
            "'=1+1",是 / yes,1,1
            a-1,是 / yes,1,1
            a-2,是 / yes,2,3

            """.ReplaceLineEndings("\r\n"),
            Encoding.UTF8.GetString(bytes[3..]));
    }

    [Theory]
    [InlineData("", "from: required|to: required")]
    [InlineData("from=2026-01-01&to=", "to: required")]
    [InlineData("from=2026-02-30&to=2026-03-01", "from: not-a-date")]
    [InlineData("from=2026-2-3&to=0001-01-01", "from: not-a-date|to: not-a-date")]
    [InlineData("from=2026-03-02&to=2026-03-01", "to: before-from")]
    public async Task a_period_that_makes_no_sense_is_refused_and_the_field_named(string period, string wrong)
    {
        using var office = trial.As(Trial.Township, Role.CongressOffice);
        foreach (var path in new[] { "figures", "figures/lamps-lit/cases" })
        {
            using var answer = await office.GetAsync($"{path}?{period}");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var errors = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["errors"]!.AsObject();
            Assert.Equal(wrong, string.Join("|", errors.Select(e => $"{e.Key}: {e.Value![0]}")));
        }
    }

    [Theory]
    [InlineData(Role.Resident, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(Role.HandlingUnit, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData(Role.TownChair, HttpStatusCode.OK, HttpStatusCode.OK)]
    public async Task outsiders_see_no_figure_and_units_no_case_of_others(Role role, HttpStatusCode figures, HttpStatusCode cases)
    {
        using var client = trial.As(Trial.Township, role);
        Assert.Equal(figures, (await client.GetAsync($"figures?{March}")).StatusCode);
        Assert.Equal(cases, (await client.GetAsync($"figures/lamps-lit/cases?{March}")).StatusCode);
    }

    [Fact]
    public async Task a_figure_that_is_not_there_has_no_cases()
    {
        using var office = trial.As(Trial.Township, Role.CongressOffice);
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetAsync($"figures/lamps/cases?{March}")).StatusCode);
    }
}
