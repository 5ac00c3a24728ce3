using System.Net;

namespace LiaisonStation.Gateway.Tests;

public sealed class PresidiumReportTests
{
    private const string Year = "from=2026-01-01&to=2026-12-31";

    [Fact]
    public async Task the_report_prints_every_figure_with_its_n()
    {
        var (house, behind) = await FigureTests.Open();
        using var answer = await house.Client.GetAsync($"/api/report?{Year}");
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("2026年1月1日 至 2026年12月31日", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal(4, page.Split("<td class=\"n\">95 %</td>").Length - 1);
        Assert.Equal(4, page.Split("<td class=\"n\">20</td>").Length - 1);
        await FigureTests.Close(house, behind);
    }

    [Fact]
    public async Task without_a_part_of_the_loop_there_is_no_report()
    {
        var (house, behind) = await FigureTests.Open("supervision");
        using var answer = await house.Client.GetAsync($"/api/report?{Year}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("service-unreachable", await answer.Code());
        await FigureTests.Close(house, behind);
    }
}
